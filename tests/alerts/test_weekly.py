"""What makes a weekly digest worth opening: each posting once, by search and fit, and what moved in its market."""

import struct
import zlib
from datetime import timedelta

import pytest

from alerts import chart, digest, sifting, trend
from alerts.channels.email import compose as compose_mail
from alerts.choosing import chosen, without_reposts
from alerts.digest import Letter, Reason, Row
from alerts.outgoing import Outgoing, Picture
from alerts.trend import Came, Market
from tests.alerts.test_digest import NOW, posting, weekly

HOUR = timedelta(hours=1)


def item(key: int, kind: str, posting_id: int = 1, changes: dict | None = None, closed=None):
    return {"id": key, "kind": kind, "posting_id": posting_id, "changes": changes or {}, "closed_at": closed,
            "posted_at": NOW, "at": NOW + key * HOUR}  # fmt: skip


SALARY = {"salary_max": [None, 120]}


@pytest.mark.parametrize(
    ("kinds", "is_closed", "told"),
    [
        (["opened"], False, "opened"), (["opened", "changed"], False, "opened"),
        (["opened", "closed", "reopened"], False, "opened"), (["closed", "reopened"], False, "reopened"),
        (["closed"], False, None), (["opened", "closed"], True, "closed"), (["opened"], True, "closed"),
        (["reopened", "changed"], True, "closed"), (["changed"], True, "changed"),
        (["changed", "closed"], True, "closed"),
    ],
)  # fmt: skip
def test_a_digest_tells_of_each_posting_once_as_it_stands(kinds, is_closed, told):
    dropped: dict[str, list[int]] = {}
    items = [item(key, kind, changes=SALARY if kind == "changed" else None, closed=NOW if is_closed else None)
             for key, kind in enumerate(kinds)]  # fmt: skip
    found = sifting.in_digest(items, dropped)
    assert [one["kind"] for one in found] == ([told] if told else [])
    assert dropped == ({} if told else {sifting.REOPENED: [0]})
    assert not told or found[0]["ids"] == list(range(len(kinds)))


def test_changes_are_told_from_the_first_to_the_last_and_not_at_all_where_they_came_to_nothing():
    first = item(1, "changed", changes={"salary_max": [100, 110], "workplace": ["onsite", "remote"]})
    last = item(2, "changed", changes={"salary_max": [110, 120], "workplace": ["remote", "onsite"]})
    assert sifting.in_digest([last, first], {})[0]["changes"] == {"salary_max": [100, 120]}
    dropped: dict[str, list[int]] = {}
    back = item(3, "changed", 2, {"salary_max": [100, 110]}), item(4, "changed", 2, {"salary_max": [110, 100]})
    assert sifting.in_digest(back, dropped) == []
    assert dropped == {sifting.CHANGED_BACK: [3, 4]}


def test_many_new_postings_keep_no_change_out():
    rows = [Row(posting(key)) for key in range(100)] + [Row(posting(key), "changed") for key in range(100, 140)]
    found = chosen(rows, 30)
    assert [sum(row.kind == kind for row in found) for kind in ("opened", "changed")] == [20, 10]
    assert len(chosen(rows[:5], 30)) == 5
    assert [row.kind for row in chosen(rows[90:], 30)].count("opened") == 10
    held = [item(key, "opened", key) for key in range(300)] + [item(key, "closed", key) for key in range(300, 400)]
    assert [one["kind"] for one in sifting.candidates(held)] == ["opened"] * 120 + ["closed"] * 40


def test_an_ad_posted_anew_is_told_once_as_new():
    old = {"posted_at": NOW - timedelta(days=30)}
    rows = [Row(posting(1, "ML Engineer")), Row(posting(2, "ml  engineer", **old), "closed")]
    rows += [Row(posting(3, "Other"), "closed"), Row(posting(4, "ML Engineer", company="Else", **old), "closed")]
    letter = without_reposts(weekly(rows=rows, counts={"opened": 1, "closed": 3}))
    assert [row.posting["id"] for row in letter.rows] == ["p1", "p3", "p4"]
    assert letter.counts == {"opened": 1, "closed": 2}
    made = digest.compose(weekly(rows=rows, counts={"opened": 1, "closed": 3}))
    assert made.subject.startswith("1 new, 2 closed")
    assert "posted anew" in made.text
    assert without_reposts(weekly(rows=rows[1:])).rows == rows[1:]
    several = [rows[0], rows[0], rows[1], Row(posting(1, "ML Engineer"), "closed")]  # copies of one day are no reposts
    assert [row.kind for row in without_reposts(weekly(rows=several)).rows] == ["opened", "opened", "closed"]


def grouped() -> Letter:
    rows = [
        Row(posting(1, "Second by place"), reasons=[Reason("research")]),
        Row(posting(2, "Of both"), reasons=[Reason("agents EU"), Reason("research")]),
        Row(posting(3, "Changed one"), "changed", {"workplace": ["onsite", "remote"]}, [Reason("agents EU")]),
    ]
    return weekly(rows=rows)


def test_a_digest_of_several_searches_tells_search_by_search():
    made = digest.compose(grouped())
    heads = [made.text.index(f"\n{head}\n-----") for head in ("agents EU", "research")]
    titles = [made.text.index(title) for title in ("Of both", "Changed one", "Second by place")]
    assert heads[0] < titles[0] < titles[1] < heads[1] < titles[2]
    assert made.items == ("p2", "p3", "p1")
    lone = digest.compose(weekly(rows=grouped().rows[1:]))
    assert "-----" not in lone.text
    assert "-----" not in digest.compose(weekly(rows=grouped().rows, cadence="instant")).text


# --- the market ----------------------------------------------------------------------------------------------------


def market(new: int = 10, before: int = 12, weeks: int = 9) -> Market:
    came = [Came(0, (150_000, 210_000), "USD", ("rag", "python")) for _ in range(new)]
    came += [Came(1 + number % 4, (140_000, 190_000), "USD", ("python",)) for number in range(before)]
    return Market(came, weeks)


def test_what_moved_is_said_in_lines():
    assert trend.lines(market()) == [
        "New for your searches: 10 in the last seven days, 3 a week before that",
        "Pay, where stated: $150k–210k in the middle, $140k–190k before (10 and 12 postings)",
        "Asked for more often: rag in 10 of 10, 0% before",
    ]
    assert trend.counts(market()) == [0, 0, 0, 3, 3, 3, 3, 10]


@pytest.mark.parametrize("found", [Market(), market(weeks=1), market(0, 0), Market([Came(0)] * 3, 1)])
def test_what_is_not_known_is_not_said(found):
    assert trend.lines(found) == []
    assert digest.compose(weekly(market=found)).pictures == ()


def test_of_few_postings_only_their_number_is_said():
    assert trend.lines(market(4, 4, weeks=2)) == ["New for your searches: 4 in the last seven days, 1 in those before"]


def pixels(picture: bytes) -> list[bytes]:
    """The rows of a PNG as the standard decoder of its kind reads them."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    at, found = 8, {}
    while at < len(picture):
        size, name = struct.unpack(">I4s", picture[at : at + 8])
        found[name] = picture[at + 8 : at + 8 + size]
        assert zlib.crc32(name + found[name]) == struct.unpack(">I", picture[at + 8 + size : at + 12 + size])[0]
        at += 12 + size
    width, height = struct.unpack(">II", found[b"IHDR"][:8])
    data = zlib.decompress(found[b"IDAT"])
    assert len(data) == height * (width + 1)
    return [data[row * (width + 1) + 1 : (row + 1) * (width + 1)] for row in range(height)]


@pytest.mark.parametrize("counts", [[0, 1, 2, 4], [1], [0, 0], [7] * 8, list(range(8))])
def test_the_chart_has_a_bar_a_count(counts):
    rows = pixels(chart.bars(counts))
    step = (len(rows[0]) + 8) // len(counts)
    for place, count in enumerate(counts):
        tall = sum(row[place * step + 3] > 1 for row in rows)
        assert tall == (0 if not count else max(2, round(count / max(counts) * 110)))
    assert len(chart.bars(counts)) < 1000


def test_the_chart_is_in_the_mail_and_its_words_are_everywhere():
    made = digest.compose(weekly(market=market()), lambda page: f'<img src="cid:{page.chart.name}">')
    outgoing = Outgoing("k", "ada@example.org", "7 new", made.text, made.form, pictures=made.pictures)
    message = compose_mail(outgoing, "rolewire <alerts@example.org>")
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    picture = list(message.walk())[-1]
    assert (picture["Content-ID"], picture.get_content()) == ("<weeks>", made.pictures[0].data)
    assert "New postings a week, the last one last: 0, 0, 0, 3, 3, 3, 3, 10" in made.text
    assert isinstance(made.pictures[0], Picture)


async def test_a_weekly_mail_says_what_moved_and_a_first_one_does_not(world, mail):
    ada = world.person(email="ada@example.org")
    world.search(ada, cadence="weekly", events=["closed"])
    world.open("A board's first crawl, engineer", count=40, is_baseline=True)
    world.open("Engineer of old", count=3)
    await world.deliver()
    await world.deliver(days=6)
    await world.deliver(days=1)
    assert "New for your searches" not in "".join(one.part("plain") for one in mail.arrived)
    last = world.open("Engineer of now", count=5)
    world.dispatch()
    world.happen(last[0], "closed", {"reason": [None, "not listed any more"]})
    await world.deliver()
    await world.deliver(days=6)
    told = mail.arrived[-1]
    assert "4 new, 1 closed" in told.message["Subject"]
    assert "New for your searches: 5 in the last seven days, 3 in those before" in told.part("plain")
    assert [part.get_content_type() for part in told.message.walk()][-1] == "image/png"
