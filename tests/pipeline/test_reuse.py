"""Addresses that move or are used again, postings that poison a page, and dates that count from when they were said."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, text

from database import RETURN_SPAN, read, transaction
from models import Listing, Posting, Quarantine
from pipeline.ingest import pages, why
from pipeline.ingest.postings import Tagged
from pipeline.ingest.retag import retag
from tests.pipeline.house import TEXT, House, many, raw

LONG = RETURN_SPAN // timedelta(hours=1) + 24


def copy(number: int, **changes: object):
    return raw(number, source="jsonld", board="copycat", native_id=f"x{number}", **changes)


def test_changed_address_is_stored_and_told_to_nobody(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(raw(1, url="https://acme.example/jobs/1"), raw(2, apply_url="https://acme.example/apply/2"))
    assert [(one["url"], one["apply_url"]) for one in sorted(house.postings(), key=lambda one: one["title"])] == [
        ("https://acme.example/jobs/1", None),
        (raw(2).url, "https://acme.example/apply/2"),
    ]
    assert [row["url"] for row in house.rows(Listing)] == ["https://acme.example/jobs/1", raw(2).url]
    assert house.rows(Listing)[0]["canonical_url"] == "https://acme.example/jobs/1"
    assert [kind for kind, _ in house.events()] == ["opened", "opened"]
    assert house.last_crawl()["changed"] == 0


def test_changed_address_of_a_copy_leaves_the_postings_own(house: House) -> None:
    house.crawl(raw(1))
    house.crawl(copy(1), board="copycat")
    house.crawl(copy(1, url=raw(1).url + "?ref=copycat"), board="copycat")
    assert house.postings()[0]["url"] == raw(1).url
    assert house.listing("x1")["url"] == raw(1).url + "?ref=copycat"


def test_url_of_a_posting_closed_long_ago_is_a_new_posting(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(raw(2))
    house.crawl(copy(1), board="copycat", hours=LONG)
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "closed", "opened"]
    assert house.count(Posting) == 3


def test_url_of_a_posting_closed_of_late_is_that_posting(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(raw(2))
    house.crawl(copy(1), board="copycat", hours=24)
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "closed", "reopened"]


def test_url_of_another_title_is_a_new_posting(house: House) -> None:
    house.crawl(raw(1))
    house.crawl(copy(1, title="Office Manager"), board="copycat")
    assert {posting["title"] for posting in house.postings()} == {"AI Engineer 1", "Office Manager"}


@pytest.mark.parametrize(
    ("native_id", "changes", "hours"),
    [("1", {}, LONG), ("https://acme.example/lead", {}, LONG), ("https://acme.example/lead", {"title": "Cook"}, 1)],
)
def test_id_that_is_used_again_is_a_new_posting(house: House, native_id: str, changes: dict, hours: int) -> None:
    house.crawl(raw(1, native_id=native_id), raw(2))
    before = {posting["id"]: posting["description"] for posting in house.postings()}
    house.crawl(raw(2))
    house.dispatched()
    house.crawl(raw(1, native_id=native_id, description="<p>A new team.</p>", **changes), raw(2), hours=hours)
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "closed", "opened"]
    assert len(house.waiting()) == 1
    postings = {posting["id"]: posting for posting in house.postings()}
    assert len(postings) == 3
    assert {key: postings[key]["description"] for key in before} == before  # the old one keeps its words
    assert house.listing(native_id)["closed_at"] is None
    house.crawl(raw(2))
    house.crawl(raw(1, native_id=native_id, **changes), raw(2), hours=LONG)
    assert len({posting["id"] for posting in house.postings()}) == 4


def test_number_that_returns_under_another_title_is_the_same_posting(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(raw(2))
    house.crawl(raw(1, title="Office Manager"), raw(2))
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "closed", "reopened"]


def test_any_exception_costs_one_posting_only(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pages.postings.insert_postings

    def breaking(connection, new: list[tuple[int, Tagged]], now):
        if any(one.raw.native_id == "7" for _, one in new):
            raise KeyError("a rule of ours")
        return real(connection, new, now)

    monkeypatch.setattr(pages.postings, "insert_postings", breaking)
    house.crawl(*many(range(20)))
    assert house.count(Posting) == 19
    assert [row["native_id"] for row in house.rows(Quarantine)] == ["7"]
    assert house.last_crawl() | {"verdict": "ok", "skipped": 1, "opened": 19} == house.last_crawl()


def test_row_that_breaks_a_constraint_costs_one_posting_only(house: House) -> None:
    refuse = {
        "sqlite": ["""CREATE TRIGGER refuse BEFORE INSERT ON posting WHEN new.title = 'AI Engineer 7'
                      BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed'); END"""],
        "postgresql": ["ALTER TABLE posting ADD CONSTRAINT refuse CHECK (title <> 'AI Engineer 7')"],
    }  # fmt: skip
    with transaction(house.engine) as connection:
        for statement in refuse[house.engine.dialect.name]:
            connection.execute(text(statement))
    house.crawl(*many(range(20)))
    assert house.count(Posting) == 19
    assert [row["native_id"] for row in house.rows(Quarantine)] == ["7"]
    assert house.last_crawl()["verdict"] == "ok"


@pytest.mark.parametrize("error", [RuntimeError("out of order"), KeyError("x")])
def test_page_that_is_dropped_makes_the_crawl_an_error(
    house: House, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(pages, "held_listings", broken)
    house.crawl(raw(1), raw(2))
    assert house.last_crawl() | {"verdict": "error", "is_complete": False} == house.last_crawl()


def test_page_of_which_nothing_can_be_stored_makes_the_crawl_an_error(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.crawl(*many(range(3)))

    def broken(*_: object) -> None:
        raise RuntimeError("our fault")

    monkeypatch.setattr(pages.postings, "insert_postings", broken)
    house.crawl(*many(range(10, 14)))
    assert house.last_crawl() | {"verdict": "error", "closed": 0, "skipped": 4} == house.last_crawl()


def test_relative_date_counts_from_when_it_was_seen(house: House) -> None:
    house.crawl(raw(1, posted="3 days ago"))
    said = house.now - timedelta(days=3)
    house.now += timedelta(days=20)
    list(retag(house.engine, "all", is_all=True))
    assert house.postings()[0]["posted_at"] == said
    house.crawl(raw(1, posted="23 days ago", description="<p>Other words.</p>"))
    assert house.postings()[0]["posted_at"] == said  # an hour more or less makes it no newer
    list(retag(house.engine, "all", is_all=True))
    assert house.postings()[0]["posted_at"] == said


def test_relative_date_of_a_copy_that_takes_over_counts_from_when_it_was_seen(house: House) -> None:
    house.crawl(raw(1, posted="2026-05-04T10:00:00Z"), raw(2))
    house.crawl(copy(1, posted="2 days ago"), board="copycat")
    said = house.now - timedelta(days=2)
    house.crawl(raw(2), hours=24 * 30)
    (posting,) = [one for one in house.postings() if len(one["listings"]) == 2]
    assert posting["posted_at"] == said


def test_moved_posting_says_its_relative_date_anew(house: House) -> None:
    house.crawl(raw(1, posted="today"))
    first = house.now
    house.crawl(raw(1, posted="10 days ago", url="https://acme.example/jobs/1"), hours=240)
    list(retag(house.engine, "all", is_all=True))
    assert house.postings()[0]["posted_at"] == first


def locks_taken(engine: Engine) -> list[str]:
    found: list[str] = []

    def note(_connection, _cursor, statement: str, *_: object) -> None:
        if "advisory" in statement:
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    return found


def test_crawl_that_founds_nothing_waits_for_no_lock(house: House) -> None:
    house.crawl(*many(range(3)))
    taken = locks_taken(house.engine)
    house.crawl(*many(range(2)), raw(2, title="Senior AI Engineer 2"))
    assert taken == []
    house.crawl(*many(range(4)))
    assert len(taken) == (house.engine.dialect.name == "postgresql")


# --- an id whose ad becomes another ---------------------------------------------------------------------------------

KITCHEN = "<p>You cook for two hundred people a day, with what the market gives and a team of nine in Lyon.</p>"


def of_another_job(number: int = 1, **changes: object):
    return raw(number, **{"title": "Sous Chef", "description": KITCHEN, **changes})


def standing(house: House) -> dict[str, list[str]]:
    """The titles of open postings, with the ids of their open listings."""
    return {
        posting["title"]: [one["native_id"] for one in posting["listings"] if not one["closed_at"]]
        for posting in house.postings() if not posting["closed_at"]
    }  # fmt: skip


def test_open_id_that_becomes_another_job_leaves_the_partners_of_the_old_one(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(copy(1, kind="aggregator"), board="copycat")
    old = {posting["title"]: posting["id"] for posting in house.postings()}
    house.dispatched()
    house.crawl(of_another_job(), raw(2))
    assert house.waiting("opened") == ["Sous Chef"]
    assert standing(house) == {"AI Engineer 2": ["2"], "Sous Chef": ["1"]}
    gone = next(posting for posting in house.postings() if posting["id"] == old["AI Engineer 1"])
    assert gone["title"] == "AI Engineer 1"
    assert "language models" in gone["description"]
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "opened", "closed"]
    keys = {row["native_id"].partition("#")[0]: row["id"] for row in house.rows(Listing)}
    aside = next(row["id"] for row in house.rows(Listing) if "#" in row["native_id"])
    with read(house.engine) as connection:
        assert "one id to both" in why.explain(connection, (aside, keys["1"]), "all").sentence
    house.crawl(copy(1, kind="aggregator", title="Sous Chef", description=KITCHEN), board="copycat")
    assert standing(house) == {"AI Engineer 2": ["2"], "Sous Chef": ["1", "x1"]}  # who copied it follows
    house.dispatched()
    house.crawl(raw(1), raw(2))  # and it was a mistake
    assert [one["id"] for one in house.postings() if one["title"] == "AI Engineer 1"] == [old["AI Engineer 1"]]
    assert standing(house)["AI Engineer 1"] == ["1"]
    assert house.waiting("opened") == []


def test_copy_that_becomes_another_job_leaves_the_employers_own(house: House) -> None:
    house.crawl(raw(1))
    house.crawl(copy(1, kind="aggregator"), board="copycat")
    changed = copy(1, kind="aggregator", title="Sous Chef", description=KITCHEN)
    house.crawl(changed, board="copycat")
    assert standing(house) == {"AI Engineer 1": ["1"], "Sous Chef": ["x1"]}


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Sous Chef", "description": TEXT},
        {"title": "AI Engineer, Kitchens", "description": KITCHEN},
        {"requisition_id": "R-77", "title": "Sous Chef", "description": KITCHEN},
        {"title": "Chef de partie", "description": "<p>Vous cuisinez pour deux cents personnes par jour, avec ce que "
         "le marché donne et une équipe de neuf personnes à Lyon, tous les jours de la semaine.</p>"},
        {"title": "Sous Chef", "description": ""},
    ],
    ids=["title", "text", "requisition", "translation", "no text"],
)  # fmt: skip
def test_edited_ad_is_the_same_opening(house: House, changes: dict) -> None:
    house.crawl(raw(1, requisition_id="R-77"))
    given = {"requisition_id": "", **changes}
    house.crawl(raw(1, **given))
    assert house.count(Posting) == 1
    assert [kind for kind, _ in house.events()] == ["opened", "changed"]


def test_board_whose_ids_all_become_other_jobs_is_doubted(house: House) -> None:
    house.crawl(*many(range(1, 9)))
    house.dispatched()
    house.crawl(*[of_another_job(number, title=f"Sous Chef {number}") for number in range(1, 9)])
    assert house.last_crawl()["verdict"] == "suspect"
    assert house.waiting() == []
    assert sum(one["closed_at"] is None for one in house.postings() if one["title"].startswith("AI")) == 8
    house.crawl(*many(range(1, 9)))
    assert house.last_crawl()["verdict"] == "ok"
    assert {one["title"] for one in house.postings() if not one["closed_at"]} == {
        f"AI Engineer {n}" for n in range(1, 9)
    }


def test_ids_that_are_exchanged_between_ads_move_the_listings_and_nothing_else(house: House) -> None:
    house.crawl(raw(1), of_another_job(2))
    old = {posting["title"]: posting["id"] for posting in house.postings()}
    house.dispatched()
    house.crawl(of_another_job(1), raw(2, title="AI Engineer 1"))
    assert {posting["title"]: posting["id"] for posting in house.postings()} == old
    assert house.waiting() == []
