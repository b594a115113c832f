"""Ingest on both databases: what a crawl leaves behind, and what reaches the people who are alerted."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

import boards
import database
import search
from database import read, table_of, transaction
from models import (
    Board,
    BoardEnd,
    BoardPage,
    Crawl,
    Listing,
    PendingMatch,
    Posting,
    PostingEvent,
    Quarantine,
    Verdict,
)
from pipeline.ingest import retag as retag_module
from pipeline.ingest.retag import count_stale, retag
from tests.pipeline.house import TEXT, House, raw


def test_first_crawl_is_baseline_and_the_second_is_not(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(raw(1), raw(2), raw(3))
    assert house.events() == [("opened", True), ("opened", True), ("opened", False)]
    assert house.count(PendingMatch) == 3
    assert house.last_crawl() | {"found": 3, "opened": 1, "closed": 0, "verdict": "ok"} == house.last_crawl()


def test_unchanged_posting_makes_no_event(house: House) -> None:
    house.crawl(raw(1))
    house.crawl(raw(1, updated="2026-05-04"))
    assert len(house.events()) == 1


def test_posting_is_tagged_and_findable(house: House) -> None:
    house.crawl(raw(1))
    (posting,) = house.postings()
    assert posting["role"] == "ai-engineer"
    assert posting["locations"] == [{"city": "Berlin", "region": posting["locations"][0]["region"], "country": "DE"}]
    assert posting["evidence"]["role"]["quote"] in posting[posting["evidence"]["role"]["field"]]
    assert (
        posting["listings"][0] | {"source": "greenhouse", "board": "acme", "native_id": "1"} == posting["listings"][0]
    )
    with read(house.engine) as connection:
        for query, hits in (("agents country:DE", 1), ("title:engineer", 1), ("country:FR", 0), ("sculptor", 0)):
            found = database.find_postings(connection, search.parse(query), house.now)
            assert len(found) == hits, query


def test_change_carries_before_and_after(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(raw(1, title="Senior AI Engineer"), raw(2, description=TEXT + "<p>And Rust.</p>"))
    with read(house.engine) as connection:
        c = table_of(PostingEvent).c
        changes = connection.execute(select(c.changes).where(c.kind == "changed").order_by(c.id)).scalars().all()
    assert changes == [{"title": ["AI Engineer 1", "Senior AI Engineer"]}, {"description": [None, "edited"]}]
    assert {posting["title"] for posting in house.postings()} == {"Senior AI Engineer", "AI Engineer 2"}


def test_an_ad_that_falls_silent_keeps_its_text_and_address(house: House) -> None:
    """A board that drops a field edits no ad: nobody is told, a search for words still finds it, its link still leads
    there; that the field is gone is told to the operator."""
    fields, alarms = ("url", "description"), []
    house.crawl(*[raw(number) for number in range(9)])
    before = [{name: posting[name] for name in ("title", "url", "role", "skills")} for posting in house.postings()]
    for _ in range(2):
        house.crawl(*[raw(number, **dict.fromkeys(fields, "")) for number in range(9)])
        assert [{name: posting[name] for name in before[0]} for posting in house.postings()] == before
        assert {kind for kind, _ in house.events()} == {"opened"}
        with read(house.engine) as connection:
            assert len(database.find_postings(connection, search.parse("agents"), house.now)) == 9
            alarms.append("".join(connection.execute(select(table_of(Board).c.alarm)).scalars()))
    assert [f"0% of 9 postings have {name}" in alarms[0] for name in fields] == [True, True]
    house.crawl(*[raw(number) for number in range(9)])
    assert {kind for kind, _ in house.events()} == {"opened"}


def test_closed_and_back_is_the_same_posting(house: House) -> None:
    house.crawl(raw(1), raw(2))
    before = {posting["id"] for posting in house.postings()}
    house.crawl(raw(2))
    assert [posting["id"] for posting in house.postings() if posting["closed_at"]]
    house.crawl(raw(1), raw(2))
    assert {posting["id"] for posting in house.postings()} == before
    assert not [posting for posting in house.postings() if posting["closed_at"]]
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "closed", "reopened"]


def test_reopened_with_another_title_is_one_event(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(raw(2))
    house.crawl(raw(1, title="Staff AI Engineer"), raw(2))
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "closed", "reopened"]


def test_mass_loss_is_suspect_and_closes_only_after_three_crawls_over_a_day(house: House) -> None:
    everything = [raw(number) for number in range(20)]
    house.crawl(*everything)
    for hours in (1, 12, 11):
        house.crawl(*everything[:3], hours=hours)
        assert house.last_crawl()["verdict"] == "suspect"
        assert house.last_crawl()["closed"] == 0
    house.crawl(*everything[:3], hours=2)
    assert house.last_crawl()["closed"] == 17


def test_what_the_source_says_is_over_closes_at_once_and_raises_no_suspicion(house: House) -> None:
    house.crawl(*[raw(number) for number in range(20)])
    over = {str(number) for number in range(12)}
    house.ingest.take(BoardEnd(house.task(), Verdict.OK, seen={str(number) for number in range(12, 20)}, over=over))
    assert house.last_crawl() | {"verdict": "ok", "closed": 12, "found": 8} == house.last_crawl()


def test_what_is_not_over_is_guarded_beside_what_is(house: House) -> None:
    house.crawl(*[raw(number) for number in range(30)])
    over = {str(number) for number in range(10)}
    house.ingest.take(BoardEnd(house.task(), Verdict.OK, seen={"10", "11"}, over=over))
    assert house.last_crawl() | {"verdict": "suspect", "closed": 0} == house.last_crawl()


@pytest.mark.parametrize("verdict", [Verdict.ERROR, Verdict.BLOCKED, Verdict.TRUNCATED, Verdict.EMPTY, Verdict.GONE])
def test_no_verdict_but_ok_closes_at_once(house: House, verdict: Verdict) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(verdict=verdict)
    assert all(posting["closed_at"] is None for posting in house.postings())


def test_suspect_board_is_fetched_in_full_again(house: House) -> None:
    everything = [raw(number) for number in range(20)]
    task = house.task()
    house.ingest.take(BoardPage(task, everything))
    house.ingest.take(BoardEnd(task, Verdict.OK, seen={one.native_id for one in everything}, etag='"a"'))
    assert house.task().etag == '"a"'
    house.ingest.take(BoardEnd(house.task(), Verdict.OK, seen={"1"}, etag='"b"'))
    assert house.last_crawl()["verdict"] == "suspect"
    assert house.task().etag == ""


def test_not_modified_keeps_all_and_empty_stays_empty(house: House) -> None:
    house.crawl(raw(1))
    task = house.task()
    house.ingest.take(BoardEnd(task, Verdict.OK, is_not_modified=True, etag='"a"'))
    assert house.last_crawl() | {"verdict": "ok", "closed": 0, "found": 1} == house.last_crawl()
    house.crawl(verdict=Verdict.EMPTY)
    house.ingest.take(BoardEnd(house.task(), Verdict.OK, is_not_modified=True, etag='"a"'))
    assert house.last_crawl()["verdict"] == "empty"


def test_cross_post_joins_by_canonical_url_and_alerts_nobody(house: House) -> None:
    house.crawl(raw(1))
    copy = raw(1, source="jsonld", kind="employer", board="copycat", native_id="x9",
               description="<p>A shortened copy.</p>",
               url="https://boards.greenhouse.io/acme/jobs/1?utm_source=copycat")  # fmt: skip
    house.crawl(copy, board="copycat")
    (posting,) = house.postings()
    assert {listing["source"] for listing in posting["listings"]} == {"greenhouse", "jsonld"}
    assert "agents" in posting["description"]
    assert len(house.events()) == 1


def test_employers_own_board_takes_the_lead(house: House) -> None:
    copy = raw(1, source="jsonld", kind="employer", board="copycat", native_id="x9", title="AI Engineer (copied)")
    house.crawl(copy, board="copycat")
    house.crawl(raw(1))
    (posting,) = house.postings()
    assert posting["title"] == "AI Engineer 1"
    assert len(posting["listings"]) == 2


def test_posting_stays_open_while_a_listing_is_and_speaks_with_its_words(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(
        raw(1, source="jsonld", kind="employer", board="copycat", native_id="x9", title="AI Engineer at Acme"),
        board="copycat",
    )
    house.crawl(raw(2))
    (posting,) = [one for one in house.postings() if len(one["listings"]) == 2]
    assert posting["closed_at"] is None
    assert posting["title"] == "AI Engineer at Acme"
    assert [kind for kind, _ in house.events()] == ["opened", "opened"]


def test_same_url_twice_on_one_board_stays_two_postings(house: House) -> None:
    house.crawl(raw(1), raw(2, url=raw(1).url))
    assert house.count(Posting) == 2


@pytest.mark.parametrize(
    "changes",
    [{"places": [None]}, {"requisition_id": "\ud800"}, {"url": "https://a.example/\ud800"}],
    ids=["tagging fails", "lone surrogate", "bad URL"],
)
def test_poison_posting_costs_only_itself(house: House, changes: dict) -> None:
    house.crawl(raw(1, **changes), raw(2))
    assert house.count(Quarantine) == 1
    assert [posting["title"] for posting in house.postings()] == ["AI Engineer 2"]
    assert house.last_crawl()["skipped"] == 1


def test_page_that_cannot_be_stored_makes_the_crawl_an_error(house: House) -> None:
    house.crawl(raw(1))
    with transaction(house.engine) as connection:
        connection.execute(text("ALTER TABLE quarantine RENAME TO quarantine_away"))
        connection.execute(text("ALTER TABLE posting_place RENAME TO posting_place_away"))
    house.crawl(raw(1), raw(2))
    assert house.last_crawl()["verdict"] == "error"
    assert "could not be stored" in house.last_crawl()["reason"]
    assert house.count(Listing) == 1  # the page's transaction went back as a whole


def test_other_roles_keep_no_text_unless_asked(house: House) -> None:
    house.settings.pipeline.keep = "ai"
    house.crawl(raw(1), raw(2, title="Account Executive", description="<p>You sell insurance to shops.</p>"))
    texts = {posting["role"]: posting["description"] for posting in house.postings()}
    assert texts["other"] == ""
    assert "agents" in texts["ai-engineer"]


def test_row_that_leaves_the_configuration_is_paused_not_closed(house: House) -> None:
    house.crawl(raw(1))
    with transaction(house.engine) as connection:
        boards.sync(connection, house.settings.boards[1:])
        assert boards.active(connection) == [house.task("copycat").board_id]
    assert house.postings()[0]["closed_at"] is None
    with transaction(house.engine) as connection:
        boards.sync(connection, house.settings.boards)
        assert len(boards.active(connection)) == 2


def test_board_that_moves_is_read_in_full(house: House) -> None:
    task = house.task("copycat")
    house.ingest.take(BoardEnd(task, Verdict.OK, etag='"a"'))
    with transaction(house.engine) as connection:
        boards.sync(connection, house.settings.boards)
        assert boards.task(connection, task.board_id).etag == '"a"'
        moved = house.settings.boards[1].model_copy(update={"url": "https://elsewhere.example/"})
        boards.sync(connection, [house.settings.boards[0], moved])
        assert boards.task(connection, task.board_id).etag == ""


def test_old_crawls_are_forgotten_but_for_the_newest(house: House) -> None:
    house.settings.retention.crawls = 90
    house.crawl(raw(1))
    house.crawl(raw(1), raw(2), hours=24 * 89)
    assert house.count(Crawl) == 2
    house.crawl(raw(1), raw(2), raw(3), hours=24 * 2)
    assert house.count(Crawl) == 2
    house.crawl(raw(1), raw(2), raw(3), raw(4), hours=24 * 300)
    assert [row["found"] for row in house.rows(Crawl)] == [3, 4]  # the one before tells what is usual


def test_what_is_due_is_a_query(house: House) -> None:
    house.crawl(raw(1))
    with read(house.engine) as connection:
        later = house.now + timedelta(minutes=house.settings.crawl.interval_minutes)
        assert boards.due(connection, house.now, 10) == [house.task("copycat").board_id]
        assert len(boards.due(connection, later, 10)) == 2


def test_retag_brings_old_tags_up_to_date_and_alerts_nobody(house: House) -> None:
    house.crawl(raw(1), raw(2), raw(3))
    with transaction(house.engine) as connection:
        old = {"tags_version": "0", "role": "other", "seniority": "director"}
        connection.execute(update(table_of(Posting)).where(table_of(Posting).c.id <= 2).values(**old))
    batches = list(retag(house.engine, "all"))
    assert [batch.count for batch in batches] == [2]
    assert batches[0].fields["role"] == 2
    assert {(row["field"], row["before"]) for row in batches[0].changes} >= {("role", "other")}
    assert {posting["role"] for posting in house.postings()} == {"ai-engineer"}
    assert len(house.events()) == 3
    assert count_stale(house.engine) == 0
    assert list(retag(house.engine, "all")) == []


def test_retag_goes_on_after_a_stop(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retag_module, "BATCH", 2)
    house.crawl(*[raw(number) for number in range(7)])
    with transaction(house.engine) as connection:
        connection.execute(update(table_of(Posting)).values(tags_version="0"))
    first = retag(house.engine, "all")
    next(first)
    first.close()
    assert count_stale(house.engine) == 5
    assert sum(batch.count for batch in retag(house.engine, "all")) == 5


def test_retag_that_finds_an_ai_role_without_its_text_has_it_fetched(house: House) -> None:
    house.settings.pipeline.keep = "ai"
    house.crawl(raw(1))
    with transaction(house.engine) as connection:
        connection.execute(update(table_of(Posting)).values(role="other", tags_version="0"))
        connection.execute(update(table_of(Listing)).values(description=""))
        connection.execute(update(table_of(Board)).values(etag='"a"'))
    list(retag(house.engine, "ai"))
    assert house.task().etag == ""
    house.crawl(raw(1))
    assert "agents" in house.postings()[0]["description"]
    assert len(house.events()) == 1


def test_retag_leaves_alone_what_a_crawl_changed_meanwhile(house: House) -> None:
    house.crawl(raw(1))
    found = retag_module._next(house.engine, 0, True)
    house.crawl(raw(1, title="Senior Sales Manager"))
    after_crawl = house.postings()
    retag_module._retag_batch(house.engine, found, "all")
    assert house.postings() == after_crawl
    assert after_crawl[0]["title"] == "Senior Sales Manager"


def test_retag_keeps_what_was_read_from_a_text_that_was_not_kept(house: House) -> None:
    house.settings.pipeline.keep = "ai"
    house.crawl(raw(1, title="Office Manager", description="<p>Order paper. Excel needed. Pay: $70,000 a year.</p>"))
    before = house.postings()
    with transaction(house.engine) as connection:
        connection.execute(update(table_of(Posting)).values(tags_version="0"))
    list(retag(house.engine, "ai"))
    assert house.postings() == before
    assert before[0]["salary"]["min"] == 70_000
    assert count_stale(house.engine) == 0


def test_crawl_log_counts(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(raw(2, title="Other words"), raw(3))
    assert house.count(Crawl) == 2
    assert house.last_crawl() | {"opened": 1, "changed": 1, "closed": 1, "reopened": 0} == house.last_crawl()


def test_unknown_board_name_gets_a_suggestion(house: House) -> None:
    with read(house.engine) as connection, pytest.raises(boards.UnknownBoardError, match="greenhouse/acme"):
        boards.named(connection, ["greenhouse/acmee"])


def test_board_that_was_paused_by_hand_is_not_due(house: House) -> None:
    with transaction(house.engine) as connection:
        connection.execute(update(table_of(Board)).values(state="paused"))
        assert boards.due(connection, house.now, 10) == []
