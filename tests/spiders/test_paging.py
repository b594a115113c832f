"""Every source with a paged list, against a server that pages as it does: none missing, or it says what is lacking."""

from datetime import UTC, datetime

import pytest

from models import BoardTask
from tests.spiders import simulated
from tests.spiders.simulated import Shelf, rows, serve

COUNT = 150
ALL = {str(number) for number in range(COUNT)}
UBER, TIKTOK = "www.uber.com", "api.lifeattiktok.com"


def workday(number, board, source="workday", **more):
    host = f"{board}.wd1.myworkdayjobs.com"
    return BoardTask(number, source, board, options={"host": host, "site": "Jobs"}, **more)


def lacking_team(found):
    """Facets of which none covers all: some postings have no team."""
    return [simulated.counted([row for row in found if row["team"] != "team0"], "jobFamilyGroup"),
            simulated.counted(found, "timeType")]  # fmt: skip


def shift(found):
    found.insert(0, {**found[0], "id": 9000})
    found.pop(5)


@pytest.fixture(scope="module")
def crawled(web, crawl, answer):
    def at_workday(board, shelf, facets=None):
        serve(web, answer, f"{board}.wd1.myworkdayjobs.com", simulated.workday(board, "Jobs", shelf, facets))

    at_workday("capped", Shelf(rows(COUNT), cap=60))
    at_workday("emptybehind", Shelf(rows(COUNT), cap=60, behind="nothing"))
    at_workday("uncapped", Shelf(rows(COUNT)))
    at_workday("uncovered", Shelf(rows(COUNT), cap=60), lacking_team)
    at_workday("unsplit", Shelf(rows(COUNT), cap=60), lambda found: [])
    at_workday("shifting", Shelf(rows(55), moves={2: shift}))
    at_workday("losing", Shelf(rows(55), moves={1: lambda found: found.pop(3)}))
    at_workday("refused", Shelf(rows(55), refusals={2: 429, 3: 429}))
    at_workday("broken", Shelf(rows(55), refusals={1: 500, 2: 500}))
    at_workday("closed", Shelf(rows(55), refusals={0: 422}))
    serve(web, answer, "api.smartrecruiters.com", simulated.smartrecruiters("Acme", Shelf(rows(COUNT), 100))
          | simulated.smartrecruiters("Unknown", Shelf([])))  # fmt: skip
    for board, maker in {
        "newer": simulated.eightfold(Shelf(rows(35)), is_newer=True),
        "older": simulated.eightfold(Shelf(rows(35)), is_newer=False),
        "polite": simulated.eightfold(Shelf(rows(35)), is_newer=False, status=200),
        "gated": simulated.eightfold(Shelf(rows(35)), is_newer=True, is_open=False),
        "shut": simulated.eightfold(Shelf(rows(35)), is_newer=True, is_open=False, status=200),
        "moved": simulated.eightfold(Shelf(rows(35)), is_newer=True, is_open=False, status=404),
        "tired": simulated.eightfold(Shelf(rows(35), refusals={2: 403, 3: 403}), is_newer=True),
    }.items():
        serve(web, answer, f"{board}.eightfold.ai", maker)
    serve(web, answer, "acme.fa.us2.oraclecloud.com", simulated.oracle("CX_1", Shelf(rows(COUNT), 50)))
    serve(web, answer, "www.amazon.jobs", simulated.amazon(Shelf(rows(COUNT), cap=40)))
    serve(web, answer, "www.google.com", simulated.google(Shelf(rows(COUNT))))
    serve(web, answer, "jobs.apple.com", simulated.apple(Shelf(rows(50))))
    serve(web, answer, UBER, simulated.uber(Shelf(rows(COUNT))))
    serve(web, answer, TIKTOK, simulated.tiktok(Shelf(rows(COUNT))))
    names = ("capped", "emptybehind", "uncapped", "uncovered", "unsplit")
    tasks = [workday(number, board, "smallworkday") for number, board in enumerate(names)]
    names = ("shifting", "losing", "refused", "broken", "closed")
    tasks += [workday(number, board) for number, board in enumerate(names, 10)]
    tasks += [BoardTask(20, "smartrecruiters", "Acme"), BoardTask(21, "smartrecruiters", "Unknown", known={"1": "h"})]
    for board in ("Lost", "Lostnew"):
        list_only = simulated.smartrecruiters(board, Shelf(rows(9), 100))
        serve(web, answer, "api.smartrecruiters.com", dict(list(list_only.items())[:1]))
    stamps = dict.fromkeys(map(str, range(5)), "long ago")
    known = dict.fromkeys(map(str, range(9)), "h")
    tasks += [
        BoardTask(
            22, "smartrecruiters", "Lost", known=known, stamps=stamps, checked=dict.fromkeys(known, datetime.now(UTC))
        )
    ]
    tasks += [BoardTask(23, "smartrecruiters", "Lostnew")]
    names = ("newer", "older", "polite", "gated", "tired", "shut", "moved")
    tasks += [BoardTask(number, "eightfold", board) for number, board in enumerate(names, 30)]
    tasks += [
        BoardTask(40, "oracle", "acme.fa.us2|CX_1"), BoardTask(41, "smallamazon", "amazon"),
        BoardTask(42, "google", "google"), BoardTask(43, "apple", "apple"), BoardTask(44, "uber", "uber"),
        BoardTask(45, "tiktok", "tiktok"),
    ]  # fmt: skip
    return crawl(tasks, replay=web.origin, timeout=10)


def ids(crawled, name):
    return {posting.native_id.removeprefix("R").removeprefix("760702000").lstrip("0") or "0"
            for posting in crawled.postings(name)}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("smallworkday/capped", COUNT), ("smallworkday/emptybehind", COUNT), ("smallworkday/uncapped", COUNT),
        ("smartrecruiters/Acme", COUNT), ("eightfold/newer", 35), ("eightfold/older", 35), ("eightfold/polite", 35),
        ("eightfold/gated", 35), ("eightfold/shut", 35), ("eightfold/moved", 35), ("oracle/acme.fa.us2|CX_1", COUNT),
        ("smallamazon/amazon", COUNT),
        ("google/google", COUNT), ("apple/apple", 50), ("uber/uber", COUNT), ("tiktok/tiktok", COUNT),
    ],
)  # fmt: skip
def test_a_paged_board_is_read_whole(crawled, name, count):
    end = crawled.end(name)
    assert (end.verdict, end.reason) == ("ok", "")
    assert ids(crawled, name) == {str(number) for number in range(count)}
    assert len(crawled.postings(name)) == len(end.seen) == count


@pytest.mark.parametrize("name", ["smallworkday/capped", "smartrecruiters/Acme", "eightfold/older", "eightfold/gated",
                                  "eightfold/shut", "eightfold/moved",
                                  "oracle/acme.fa.us2|CX_1", "smallamazon/amazon", "apple/apple"])  # fmt: skip
def test_its_postings_have_their_texts(crawled, name):
    assert all("Read the tide" in posting.description for posting in crawled.postings(name))


def test_a_cap_is_looked_up_once_and_then_split(crawled, web):
    def asked(board):
        return len(web.requests(f"{board}.wd1.myworkdayjobs.com/wday/cxs/{board}/Jobs/jobs"))

    assert asked("uncapped") == 1 + 1 + 7  # the page behind the cap comes again in its turn
    assert asked("capped") < 1 + 1 + 20


def test_what_its_facets_lack_is_told_with_both_numbers(crawled):
    end = crawled.end("smallworkday/uncovered")
    assert end.verdict == "truncated"
    assert f"parts hold {len(end.seen)} of 150 postings" in end.reason
    assert ids(crawled, "smallworkday/uncovered") >= {number for number in ALL if int(number) % 7}


def test_a_cap_that_nothing_splits_is_told(crawled):
    end = crawled.end("smallworkday/unsplit")
    assert (end.verdict, len(end.seen)) == ("truncated", 60)
    assert "its list ends at 60 postings" in end.reason


@pytest.mark.parametrize("board", ["shifting", "losing"])
def test_a_list_that_moves_while_it_is_read_is_read_whole(crawled, board):
    end = crawled.end(f"workday/{board}")
    stayed = {str(number) for number in range(55)} - {"5", "4", "3"}
    assert end.verdict == "ok"
    assert ids(crawled, f"workday/{board}") >= stayed


def test_a_board_that_wants_a_pause_goes_on_later(crawled):
    for name, count in (("workday/refused", 40), ("eightfold/tired", 20)):
        end = crawled.end(name)
        assert (end.verdict, end.is_round_complete, len(end.seen)) == ("partial", False, count)
        assert end.cursor["list"]["at"]["start"] == count


def test_a_later_page_that_fails_costs_itself_and_closes_nothing(crawled):
    end = crawled.end("workday/broken")
    assert (end.verdict, len(crawled.postings("workday/broken"))) == ("truncated", 35)


def test_a_first_page_that_fails_fails_the_board(crawled):
    assert crawled.end("workday/closed").verdict == "error"
    assert "422" in crawled.end("workday/closed").reason


def test_a_company_that_may_be_unknown_closes_nothing(crawled):
    end = crawled.end("smartrecruiters/Unknown")
    assert (end.verdict, end.seen) == ("error", set())
    assert "does not know" in end.reason


def test_pages_that_are_all_gone_close_nothing_at_once(crawled):
    """The list says that they are open: it is more likely that their pages have moved."""
    end = crawled.end("smartrecruiters/Lost")
    assert "is gone" in end.unsure
    new = crawled.end("smartrecruiters/Lostnew")
    assert (new.verdict, new.seen) == ("truncated", set())
    assert "each of the 9 pages" in new.reason


def test_the_generation_of_a_board_is_remembered(crawled, crawl, web):
    end = crawled.end("eightfold/older")
    assert "/api/apply/v2/jobs" in end.cursor["door"]
    knocked = len(web.requests("older.eightfold.ai/api/pcsx"))
    known = {posting.native_id: "h" for posting in crawled.postings("eightfold/older")}
    task = BoardTask(1, "eightfold", "older", cursor=end.cursor, known=known, stamps=end.checked)
    task.checked = dict.fromkeys(known, datetime.now(UTC))
    again = crawl([task], replay=web.origin)
    assert (again.end(task.name).verdict, again.postings(task.name)) == ("ok", [])
    assert len(web.requests("older.eightfold.ai/api/pcsx")) == knocked


def test_a_website_is_named_where_it_must_be(crawled, web):
    assert {seen.headers["Website-Path"] for seen in web.requests(TIKTOK)} == {"tiktok"}


def test_a_position_has_the_places_of_all_its_rows(crawled):
    found = {posting.native_id: {place.text for place in posting.places} for posting in crawled.postings("apple/apple")}
    assert found == {str(row["id"]): set(row["places"]) for row in rows(50)}


def test_no_more_is_listed_than_can_be_read_and_nothing_is_passed_over(web, crawl, answer):
    """A board of many pages and more postings than a crawl can read: in some crawls all of them, and none twice."""
    serve(web, answer, "vast.wd1.myworkdayjobs.com", simulated.workday("vast", "Jobs", Shelf(rows(36))))
    task, verdicts, found = workday(1, "vast", "slowworkday"), [], []
    for _ in range(5):
        crawled = crawl([task], replay=web.origin, timeout=10)
        end = crawled.end(task.name)
        verdicts.append(end.verdict)
        found += [posting.native_id for posting in crawled.postings(task.name)]
        task.known |= dict.fromkeys(found, "h")
        task.stamps |= end.checked
        task.checked |= dict.fromkeys(end.checked, datetime.now(UTC))
        task.cursor = end.cursor or {}
        if verdicts[-1] == "ok" or end.is_round_complete:
            break
    assert sorted(found) == sorted(f"R{number}" for number in range(36))
    assert verdicts[:-1] == ["partial"] * 2
    assert len(web.requests("vast.wd1.myworkdayjobs.com/wday/cxs/vast/Jobs/job/")) == 36
