"""One opening that several boards list: who leads, who has a say, and how what was merged comes apart again."""

import pytest
from sqlalchemy import select

import database
from database import read, table_of, transaction
from models import Link, Listing, Never, Posting, PostingEvent, RawPosting, Redirect
from pipeline.ingest import merging, why
from tests.pipeline.house import House, raw


def copy(number: int, native_id: str = "", **changes: object) -> RawPosting:
    """What a board that copies ads has of an employer's posting: a shorter text, and a link to it."""
    given = {"kind": "aggregator", "description": "<p>Agents, in short.</p>", "posted": "2026-05-03", **changes}
    return raw(number, source="jsonld", board="copycat", native_id=native_id or f"x{number}", **given)


def only(house: House) -> dict:
    (posting,) = house.postings()
    return posting


def listing_id(house: House, native_id: str) -> int:
    return next(row["id"] for row in house.rows(Listing) if row["native_id"] == native_id)


def undo(house: House, native_id: str) -> None:
    with transaction(house.engine) as connection:
        merging.split(connection, listing_id(house, native_id), "all", house.now)


def reason(house: House, one: str, other: str) -> why.Why:
    with read(house.engine) as connection:
        return why.explain(connection, (listing_id(house, one), listing_id(house, other)), "all")


# --- who has a say -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["acme", "copycat"])
def test_the_order_of_arrival_does_not_matter(house: House, first: str) -> None:
    for board in (first, {"acme": "copycat", "copycat": "acme"}[first]):
        house.crawl(raw(1) if board == "acme" else copy(1), board=board)
    posting = only(house)
    assert "retrieval" in posting["description"]
    assert posting["url"] == raw(1).url
    assert str(posting["posted_at"].date()) == "2026-05-01"
    assert house.events()[0][0] == "opened"
    assert not any(row["changes"] for row in house.rows(PostingEvent))


def test_a_copy_neither_closes_nor_reopens_nor_keeps_open(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(copy(1), copy(2), board="copycat")
    house.crawl(copy(2), board="copycat")
    assert not [one for one in house.postings() if one["closed_at"]]
    house.crawl(raw(2))  # the employer lists 1 no more
    house.crawl(copy(1), copy(2), board="copycat")  # who copied it does again
    house.crawl(copy(1), copy(2), copy(1, "new id"), board="copycat")
    assert [one["title"] for one in house.postings() if one["closed_at"]] == ["AI Engineer 1"]
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "closed"]
    house.crawl(raw(1), raw(2))
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "closed", "reopened"]


def test_copies_have_their_say_where_the_employer_is_not_crawled(house: House) -> None:
    house.crawl(copy(1), copy(2), board="copycat")
    house.crawl(copy(2), board="copycat")
    house.crawl(copy(1), copy(2), board="copycat")
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "closed", "reopened"]


def test_the_employers_own_listing_makes_one_of_the_postings_of_two_who_copied_it(house: House) -> None:
    house.crawl(copy(1, url="https://copycat.example/1"), board="copycat")
    house.crawl(copy(1, "y1", canonical_url="https://ads.example/1"), copy(2), board="copycat")
    with transaction(house.engine) as connection:  # the first one leads to the ad, as is found out later
        c = table_of(Listing).c
        moved = table_of(Listing).update().where(c.native_id == "x1")
        connection.execute(moved.values(canonical_url="https://ads.example/1"))
    before = {one["id"] for one in house.postings()}
    house.crawl(raw(1, canonical_url="https://ads.example/1"))
    assert sorted(len(one["listings"]) for one in house.postings()) == [1, 3]
    with read(house.engine) as connection:
        assert len({database.posting_id(connection, public_id) for public_id in before}) == 2


# --- apart again ---------------------------------------------------------------------------------------------------


def test_what_is_undone_stays_apart_for_good(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(copy(1), board="copycat")
    house.dispatched()
    undo(house, "x1")
    assert sorted(len(one["listings"]) for one in house.postings()) == [1, 1, 1]
    assert house.waiting() == []
    house.crawl(copy(1), board="copycat")
    house.crawl(board="copycat")
    house.crawl(copy(1, "under another id"), board="copycat")  # by its address it belongs to the employer's
    assert max(len(one["listings"]) for one in house.postings()) <= 2
    assert all({"greenhouse"} == {each["source"] for each in one["listings"]} or len(one["listings"]) <= 2
               for one in house.postings())  # fmt: skip
    own = next(one for one in house.postings() if one["url"] == raw(1).url and len(one["description"]) > 30)
    assert [each["native_id"] for each in own["listings"]] == ["1"]


def test_a_posting_that_was_merged_comes_back_under_its_ids_with_its_history(house: House) -> None:
    house.crawl(raw(1), raw(2))
    before = {row["public_id"]: row["id"] for row in house.rows(Posting)}
    with transaction(house.engine) as connection:
        keep = merging.merge(connection, 1, 2, "same requisition", {"reasons": ["they say so"]}, house.now)
    assert keep == 1
    [redirect] = house.rows(Redirect)
    assert (redirect["old_id"], redirect["posting_id"]) == (2, 1)
    assert {row["posting_id"] for row in house.rows(PostingEvent)} == {1}
    house.crawl(raw(1), raw(2), raw(3))
    assert {row["id"] for row in house.rows(Posting)} == {1, 3}  # no id is given twice
    undo(house, "2")
    assert {row["public_id"]: row["id"] for row in house.rows(Posting) if row["id"] < 3} == before
    assert house.rows(Redirect) == []
    assert sorted(row["posting_id"] for row in house.rows(PostingEvent)) == [1, 2, 3]
    assert {row["origin"] for row in house.rows(PostingEvent)} == {""}
    assert [(row["listing_a"], row["listing_b"]) for row in house.rows(Never)] == [(1, 2)]


def test_what_had_been_merged_before_goes_along(house: House) -> None:
    house.crawl(raw(1), raw(2), raw(3))
    with transaction(house.engine) as connection:
        merging.merge(connection, 2, 3, "a", {}, house.now)
        merging.merge(connection, 1, 2, "b", {}, house.now)
    undo(house, "3")
    assert sorted(len(one["listings"]) for one in house.postings()) == [1, 2]
    with transaction(house.engine) as connection:
        merging.merge(connection, 1, 3, "c", {}, house.now)
    undo(house, "2")
    with read(house.engine) as connection:
        links = connection.execute(select(table_of(Link).c.listing_id, table_of(Link).c.posting_id)).all()
    assert {row.listing_id: row.posting_id for row in links} == {1: 1, 2: 2, 3: 1}


def test_the_listing_that_founded_a_posting_stays(house: House) -> None:
    house.crawl(raw(1))
    with transaction(house.engine) as connection, pytest.raises(merging.NothingToUndoError, match="one listing only"):
        merging.split(connection, 1, "all", house.now)
    house.crawl(copy(1), board="copycat")
    with transaction(house.engine) as connection, pytest.raises(merging.NothingToUndoError, match="made of this"):
        merging.split(connection, 1, "all", house.now)


def test_a_leader_that_is_taken_out_leaves_the_words_of_the_rest(house: House) -> None:
    house.crawl(copy(1), board="copycat")
    house.crawl(raw(1))
    undo(house, "1")
    by_source = {one["listings"][0]["source"]: one for one in house.postings()}
    assert "short" in by_source["jsonld"]["description"]
    assert "retrieval" in by_source["greenhouse"]["description"]


# --- why -----------------------------------------------------------------------------------------------------------


def test_why_reads_like_a_sentence(house: House) -> None:
    house.crawl(raw(1), raw(2, requisition_id="R-2"), raw(3, title="AI Engineer 2", requisition_id="R-3"))
    house.crawl(copy(1), board="copycat")
    posting = next(one for one in house.postings() if len(one["listings"]) == 2)
    assert reason(house, "1", "x1").sentence == (
        f"One opening: jsonld/copycat/x1 joined {posting['id']} on 4 May 2026 because both lead to the same ad."
    )
    two = reason(house, "2", "3")
    assert (two.is_one, two.layer) == (False, "board")
    assert "their requisitions are R-2 and R-3" in two.sentence
    assert "their titles differ" in reason(house, "1", "2").sentence
    undo(house, "x1")
    assert reason(house, "1", "x1").sentence == "Two openings: a person said so on 4 May 2026, for good."


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"description": "You sell agents to shops. " * 20}, "their texts differ by more than places and figures"),
        ({"description": "Agents, in short."}, "what they say is too short to tell"),
        ({}, "they say the same, of the same place"),
    ],
    ids=["texts", "short", "place"],
)
def test_why_two_of_a_board_under_one_title_are_two(house: House, changes: dict, words: str) -> None:
    said = {"title": "AI Engineer", "description": "You build agents on large language models. " * 20}
    house.crawl(raw(1, **said), raw(2, **said | changes))
    assert words in reason(house, "1", "2").sentence
