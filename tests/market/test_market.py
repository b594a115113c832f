"""The market's figures against a slow recount by plain SQL, on both databases."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, delete, func, select, text, update

import database
import search
from alerts.profiles import Profile, save_profile
from commands.common import write_csv
from database import market
from database.market import Asked, MarketError
from database.market.closing import survival
from database.market.openings import steps
from database.market.pay import quantile
from models import Board, Link, Listing, Posting, SourceTerms
from search import rates
from tests.market.past import LEVELS, NOW, ROLES, SEED, STAYED

SILENT = NOW - timedelta(days=7)


def figures(connection: Connection, name: str, asked: Asked = Asked()) -> market.Figures:  # noqa: B008
    return market.figures(connection, name, asked, NOW)


def recount(connection: Connection, sql: str, **moments: datetime) -> list[Any]:
    """The rows of a plain statement; moments are written as the database holds them."""
    kind = database.table_of(Posting).c.first_seen_at.type
    return list(connection.execute(text(sql).bindparams(*(bindparam(name, type_=kind) for name in moments)), moments))


ON_PANEL = """
    FROM listing l JOIN link k ON k.listing_id = l.id JOIN board b ON b.id = l.board_id
    JOIN posting p ON p.id = k.posting_id
    WHERE b.baseline_at <= :start AND b.listed_at >= :silent
"""


@pytest.mark.parametrize(("by", "column"), [("role", "p.role"), ("workplace", "coalesce(p.workplace, 'unknown')")])
def test_openings_are_what_a_slow_count_finds(connection: Connection, by: str, column: str) -> None:
    found = figures(connection, "openings", Asked(by=by, days=60))
    start = found.basis["from"]
    moments = [NOW - timedelta(days=7 * weeks) for weeks in range(8, -1, -1)]
    assert start == moments[0]
    assert {row["date"] for row in found.rows} == {moment.date() for moment in moments}, SEED
    for moment in moments:
        slow = recount(
            connection,
            f"SELECT {column}, count(DISTINCT p.id) {ON_PANEL} AND l.first_seen_at <= :at"
            f" AND (l.closed_at IS NULL OR l.closed_at > :at) GROUP BY {column}",
            start=start, silent=SILENT, at=moment,
        )  # fmt: skip
        told = {row[by]: row["open"] for row in found.rows if row["date"] == moment.date() and row["open"]}
        assert told == dict(map(tuple, slow)), (SEED, moment)
    firsts = recount(
        connection,
        f"SELECT {column}, p.id, min(l.first_seen_at) AS first {ON_PANEL}"
        f" AND (l.closed_at IS NULL OR l.closed_at > :start) GROUP BY {column}, p.id",
        start=start, silent=SILENT,
    )  # fmt: skip
    assert found.basis["postings"] == len(firsts)
    assert (found.basis["boards"], found.basis["boards_all"]) == (len(STAYED), 7)


@pytest.mark.parametrize(
    ("days", "apart", "count"), [(7, 1, 8), (28, 1, 29), (91, 7, 14), (364, 14, 27), (730, 28, 27)]
)
def test_a_trend_is_looked_at_whole_days_apart(days: int, apart: int, count: int) -> None:
    found = steps(NOW, days)
    assert (len(found), found[-1], found[-1] - found[-2]) == (count, NOW, timedelta(days=apart))
    assert timedelta(days=days - 28) < NOW - found[0] <= timedelta(days=days)


def test_a_source_that_comes_half_way_moves_nothing(connection: Connection) -> None:
    """Nor does one that goes: the same market without them has the same trend."""
    asked = Asked(days=100)
    before = {name: figures(connection, name, asked) for name in ("openings", "skills")}
    link, listing, board = (database.table_of(one) for one in (Link, Listing, Board))
    others = select(listing.c.id).where(listing.c.board_id.in_((5, 6, 7)))
    connection.execute(delete(link).where(link.c.listing_id.in_(others)))
    connection.execute(update(board).where(board.c.id.in_((5, 6, 7))).values(baseline_at=None, listed_at=None))
    for name, was in before.items():
        now_is = figures(connection, name, asked)
        assert now_is.rows == was.rows, SEED
        assert (now_is.basis["postings"], now_is.basis["boards"]) == (was.basis["postings"], was.basis["boards"])


def test_a_query_narrows_every_figure(connection: Connection) -> None:
    only = Asked(query=search.parse("role:ai-engineer"))
    slow = recount(connection, "SELECT count(*) FROM posting WHERE role = 'ai-engineer' AND closed_at IS NULL")[0][0]
    assert figures(connection, "now", only).basis["postings"] == slow
    assert {row["role"] for row in figures(connection, "openings", only).rows} == {"ai-engineer"}
    assert {row["role"] for row in figures(connection, "pay", only).rows} == {"ai-engineer"}


def test_what_is_open_by_country_counts_a_posting_once_in_each(connection: Connection) -> None:
    slow = recount(
        connection,
        "SELECT country, count(DISTINCT posting_id) FROM posting_place JOIN posting p ON p.id = posting_id"
        " WHERE closed_at IS NULL AND country <> '' GROUP BY country",
    )
    told = {row["country"]: row["postings"] for row in figures(connection, "now", Asked(by="country")).rows}
    unknown = recount(
        connection,
        "SELECT count(*) FROM posting p WHERE closed_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM posting_place WHERE posting_id = p.id AND country <> '')",
    )[0][0]
    assert told == dict(map(tuple, slow)) | ({"unknown": unknown} if unknown else {}), SEED


@pytest.mark.parametrize("by", ["role", "role,seniority", "country", "skill", "all"])
def test_quartiles_are_those_of_a_slow_count(connection: Connection, by: str) -> None:
    """Only what is stated counts, in one currency by the table of rates."""
    asked = Asked(by=by, days=90, currency="EUR", period="month")
    joins = {"country": "JOIN (SELECT DISTINCT posting_id, country FROM posting_place) c ON c.posting_id = p.id",
             "skill": "JOIN posting_skill s ON s.posting_id = p.id"}.get(by, "")  # fmt: skip
    key = {"role": "role", "role,seniority": "role || ',' || seniority", "country": "c.country", "skill": "s.skill"}
    rows = recount(
        connection,
        f"SELECT {key.get(by, repr('all'))}, salary_currency, salary_annual_min, salary_annual_max, company_key"
        f" FROM posting p {joins} WHERE salary_currency IS NOT NULL AND NOT salary_is_predicted"
        " AND (closed_at IS NULL OR closed_at > :since)"
        " AND (salary_annual_min IS NOT NULL OR salary_annual_max IS NOT NULL)",
        since=NOW - timedelta(days=90),
    )
    amounts: dict[str, list[float]] = {}
    for value, currency, low, high, _company in rows:
        middle = ((low or high) + (high or low)) / 2
        worth = rates.in_force().convert(middle, currency, "EUR")
        if worth is not None and value != "":
            amounts.setdefault(value, []).append(worth / 12)
    found = figures(connection, "pay", asked)
    told = {",".join(row[name] for name in by.split(",")): row for row in found.rows}
    told.pop("unknown", None)
    assert {key: row["postings"] for key, row in told.items()} == {key: len(one) for key, one in amounts.items()}, SEED
    for value, row in told.items():
        if row["postings"] >= 5:
            ordered = sorted(amounts[value])
            assert row["median"] == pytest.approx(_slow_quantile(ordered, 0.5), abs=0.01), SEED
            assert row["low"] == pytest.approx(_slow_quantile(ordered, 0.25), abs=0.01), SEED
        else:
            assert row["median"] is None


def _slow_quantile(ordered: list[float], part: float) -> float:
    place = part * (len(ordered) - 1)
    below, above = ordered[int(place)], ordered[min(int(place) + 1, len(ordered) - 1)]
    return below * (1 - place % 1) + above * (place % 1)


def test_quantiles_lie_between_the_nearest_two() -> None:
    assert [quantile([1, 2, 3, 4], part) for part in (0, 0.25, 0.5, 1)] == [1, 1.75, 2.5, 4]
    assert quantile([7], 0.75) == 7


def test_bands_hold_every_posting_that_states_its_pay(connection: Connection) -> None:
    bands, quartiles = figures(connection, "pay-bands"), figures(connection, "pay", Asked(by="all"))
    assert sum(row["postings"] for row in bands.rows) == quartiles.basis["postings"] == bands.basis["postings"]
    assert all(low["to"] == high["from"] for low, high in zip(bands.rows, bands.rows[1:], strict=False))


def test_skills_rise_by_their_share_of_what_came_new(connection: Connection) -> None:
    found = figures(connection, "skills", Asked(days=50))
    start, middle = NOW - timedelta(days=100), NOW - timedelta(days=50)
    rows = recount(
        connection,
        f"SELECT p.id, min(l.first_seen_at) AS first {ON_PANEL} AND (l.closed_at IS NULL OR l.closed_at > :start)"
        " GROUP BY p.id",
        start=start, silent=SILENT,
    )  # fmt: skip
    firsts = {key: first if hasattr(first, "date") else _moment(first) for key, first in rows}
    named = recount(connection, "SELECT posting_id, skill FROM posting_skill")
    for row in found.rows:
        keys = [key for key, skill in named if skill == row["skill"] and key in firsts]
        assert row["before"] == sum(start < firsts[key] <= middle for key in keys), SEED
        assert row["after"] == sum(middle < firsts[key] <= NOW for key in keys), SEED
    whole = [sum(start < at <= middle for at in firsts.values()), sum(middle < at <= NOW for at in firsts.values())]
    assert [found.basis["before"], found.basis["after"]] == whole
    changed = [row["change"] for row in found.rows]
    assert changed == sorted(changed, reverse=True)


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


def test_what_is_missing_is_what_open_postings_ask_for_and_nobody_has(connection: Connection) -> None:
    have = ("python", "sql")
    found = figures(connection, "missing", Asked(skills=have))
    rows = recount(
        connection,
        "SELECT posting_id, skill FROM posting_skill JOIN posting p ON p.id = posting_id WHERE closed_at IS NULL",
    )
    asked: dict[int, set[str]] = {}
    for key, skill in rows:
        asked.setdefault(key, set()).add(skill)
    assert not {row["skill"] for row in found.rows} & set(have)
    for row in found.rows:
        assert row["postings"] == sum(row["skill"] in skills for skills in asked.values()), SEED
        assert row["gain"] == sum(skills - set(have) == {row["skill"]} for skills in asked.values()), SEED
    assert found.basis["covered"] == sum(skills <= set(have) for skills in asked.values())


def test_the_share_of_remote_work_is_of_those_that_say_so(connection: Connection) -> None:
    slow = recount(
        connection,
        "SELECT seniority, workplace, count(*) FROM posting WHERE closed_at IS NULL GROUP BY seniority, workplace",
    )
    counted = {(level, place): count for level, place, count in slow}
    for row in figures(connection, "remote", Asked(by="seniority")).rows:
        said = sum(counted.get((row["seniority"], one), 0) for one in ("remote", "hybrid", "onsite"))
        assert row["said"] == said
        share = counted.get((row["seniority"], "remote"), 0) / said if said else None
        assert row["remote_share"] == (pytest.approx(share, abs=1e-4) if said else None)


# --- how long openings live ----------------------------------------------------------------------------------------


def test_survival_is_that_of_the_textbook() -> None:
    """Of ten, two close on day 3; one is lost sight of on day 4; one that came on day 4 is at risk from then on."""
    lives = [(0, 3, True, 2), (0, 4, False, 1), (0, 6, True, 3), (0, 9, False, 4), (4, 6, True, 1)]
    assert survival(lives) == [(3, pytest.approx(0.8)), (6, pytest.approx(0.8 * (1 - 4 / 8)))]
    assert survival([]) == []


def test_open_ones_lengthen_what_closed_ones_alone_would_say(connection: Connection) -> None:
    found = {row["role"]: row for row in figures(connection, "closing", Asked(days=180)).rows}
    assert set(found) == set(ROLES)
    for row in found.values():
        assert row["closed"] + row["open"] == row["postings"]
        known = [row[name] for name in ("quarter_days", "median_days", "three_quarters_days") if row[name] is not None]
        assert known == sorted(known)


def test_a_board_that_left_closes_nothing(connection: Connection) -> None:
    before = sum(row["closed"] for row in figures(connection, "closing", Asked(days=700)).rows)
    listing = database.table_of(Listing)
    gone = update(listing).where(listing.c.close_reason == "not listed any more")
    connection.execute(gone.values(close_reason="board gone in 3 crawls"))
    assert before > 0
    assert sum(row["closed"] for row in figures(connection, "closing", Asked(days=700)).rows) == 0


# --- what may be told, and what cannot be asked --------------------------------------------------------------------


def test_what_is_kept_private_is_in_no_figure_for_others(connection: Connection) -> None:
    table, posting = database.table_of(Listing), database.table_of(Posting)
    connection.execute(update(database.table_of(Board)).values(source="hush"))
    connection.execute(update(table).values(source="hush"))
    count = connection.execute(select(func.count()).where(posting.c.closed_at.is_(None))).scalar_one()
    assert connection.execute(select(database.table_of(SourceTerms).c.reuse)).scalar_one() == "private"
    for name in market.STATS:
        assert figures(connection, name, Asked(by="all", skills=("sql",))).basis["postings"] == 0, name
    assert figures(connection, "now", Asked(for_all=False)).basis["postings"] == count


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(by="mood"), "none of role"), (Asked(days=1), "days"), (Asked(currency="ZZZ"), "no rate"),
        (Asked(period="decade"), "none of year"), (Asked(by="role,seniority"), "one dimension"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_says_what_can(connection: Connection, asked: Asked, words: str) -> None:
    with pytest.raises(MarketError, match=words):
        figures(connection, "openings", asked)
    with pytest.raises(MarketError, match="openings"):
        figures(connection, "nosuch", replace(asked, by="role", days=30))


def test_a_role_is_told_in_all_its_parts(connection: Connection) -> None:
    found = market.profile(connection, "ai-engineer", Asked(), NOW)
    assert {row["seniority"] for row in found["levels"].rows} <= set(LEVELS)
    assert found["levels"].basis["postings"] == found["skills"].basis["postings"] > 0
    assert found["employers"].rows[0]["company"].startswith("Company")


def test_guides_are_told_in_the_currency_and_period_that_are_asked_for() -> None:
    (one,) = market.guides(Asked(), "ml-engineer", "mid", "GB")
    assert (one["guide"], one["year"], one["stated"], one["currency"]) == ("A", 2026, "65,000–95,000 GBP", "GBP")
    in_dollars = rates.in_force().convert(65_000, "GBP", "USD")
    assert one["low"] == pytest.approx(in_dollars, abs=0.01)
    assert [row["guide"] for row in market.guides(Asked(), "ai-engineer", "senior", "US")] == ["A", "B", "C", "D"]
    (monthly,) = market.guides(Asked(currency="GBP", period="month"), "ai-leader", "", "GB")
    assert (monthly["low"], monthly["high"], monthly["is_open"]) == (10_000, pytest.approx(16_666.67), True)


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_tells_figures_and_what_they_rest_on(at_home: Any) -> None:
    done = at_home("stats", "now", "role:ml-engineer", "--by", "seniority")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert {row["seniority"] for row in rows} <= set(LEVELS)
    assert f"{sum(row['postings'] for row in rows)} postings" in done.stderr
    done = at_home("stats", "missing", "--skills", "k8s, sql", "--format", "csv")
    assert done.stdout.startswith("skill,postings,share,gain")
    assert "kubernetes" not in done.stdout
    assert "cover" in done.stderr
    pay = at_home("stats", "pay", "--by", "role,seniority", "--currency", "eur", "--period", "month")
    assert {"role", "seniority", "median", "employers"} <= set(json.loads(pay.stdout.splitlines()[0]))
    assert "EUR a month" in pay.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["luck"], "openings"), (["pay", "--currency", "zz"], "rate"), (["now", "--by", "x"], "country"),
        (["now", "rol:x"], "role"),
    ],
)  # fmt: skip
def test_the_command_says_what_can_be_asked(at_home: Any, arguments: list[str], words: str) -> None:
    done = at_home("stats", *arguments)
    assert (done.returncode, words in done.stderr) == (2, True), done.stderr


def test_numbers_below_zero_stay_numbers_in_csv() -> None:
    file = io.StringIO()
    write_csv(file, [{"change": -0.25, "title": "-1+cmd"}], ["change", "title"])
    assert file.getvalue().splitlines()[1] == "-0.25,'-1+cmd"


def test_what_a_person_lacks_follows_from_their_profile(at_home: Any) -> None:
    at_home("subscribers", "add", "Ada", "--email", "ada@example.org")
    assert "given no profile" in at_home("stats", "missing", "--as", "Ada").stderr
    engine = database.open_engine("sqlite:///rolewire.db")
    with database.transaction(engine) as connection:
        save_profile(connection, 1, Profile(roles=("ai-engineer",), skills=("python", "sql")), NOW)
    engine.dispose()
    own = at_home("stats", "missing", "--as", "Ada")
    assert own.returncode == 0, own.stderr
    assert own.stdout == at_home("stats", "missing", "role:ai-engineer", "--skills", "python,sql").stdout
    assert not {"python", "sql"} & {json.loads(line)["skill"] for line in own.stdout.splitlines()}
