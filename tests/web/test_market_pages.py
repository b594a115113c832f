"""The pages of the market: every figure with what it rests on, a table behind each chart, and a file of it."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

import database
from database import TooSlowError, market
from models import ROLES
from search.profile import Profile
from settings import Settings
from tests.market.past import NOW, SEED, fill
from web import charts, figures, roles
from web.app import create_app
from web.roles import ABOUT
from web.site import Site
from web.stats import as_csv

ADDRESSES = ("/trends", "/trends?by=skill&days=28", "/trends?roles=any&q=country:DE", "/pay", "/roles",
             "/pay?role=ml-engineer&level=senior&place=remote&currency=EUR&period=hour",
             "/roles/ai-engineer?skills=python,k8s", "/roles/ai-trainer")  # fmt: skip


@pytest.fixture(scope="module")
def past(migrated_sqlite: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path = tmp_path_factory.mktemp("past") / "past.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    engine = database.open_engine(f"sqlite:///{path}")
    with database.transaction(engine) as connection:
        fill(connection, SEED)
    yield engine
    engine.dispose()


@pytest.fixture
def visitor(past: Engine) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(), past, clock=lambda: NOW), follow_redirects=False) as client:
        yield client


def texts(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_a_table_and_a_file_for_each_chart(visitor: TestClient, address: str) -> None:
    page = visitor.get(address)
    assert page.status_code == 200
    assert page.text.count('role="img"') <= page.text.count("<summary>As a table</summary>")
    assert "style=" not in page.text
    assert "<script" not in page.text.partition("<main")[2], "charts need none"
    links = re.findall(r'href="(/stats/[^"]+)"', page.text)
    assert links or address == "/roles/ai-trainer", "a role that nobody hires for has no figures"
    for link in links:
        got = visitor.get(link.replace("&amp;", "&"))
        assert got.status_code == 200, link
        kind = "text/csv" if ".csv" in link else "application/json"
        assert got.headers["content-type"].startswith(kind)


def test_what_the_page_says_is_what_the_file_says(visitor: TestClient, past: Engine) -> None:
    page = visitor.get("/trends?by=seniority&days=91").text
    link = next(one for one in re.findall(r'href="(/stats/now.csv[^"]+)"', page)).replace("&amp;", "&")
    rows = list(csv.DictReader(io.StringIO(visitor.get(link).text)))
    assert parse_qs(urlsplit(link).query)["q"] == ["-role:other"]
    with database.read(past) as connection:
        asked = market.Asked(query=None, by="all")
        everything = market.figures(connection, "now", asked, NOW).basis["postings"]
    assert 0 < sum(int(row["postings"]) for row in rows) < everything, "the page keeps to AI roles by default"
    shown = texts(page)
    for row in rows:
        if row["seniority"] != "unspecified":
            assert f"{row['seniority'].capitalize()} {row['postings']} " in shown
    lifted = visitor.get("/trends?by=seniority&days=91&roles=any").text
    assert f"{everything:,} postings." in texts(lifted)


def test_trends_say_on_which_boards_they_rest(visitor: TestClient) -> None:
    shown = texts(visitor.get("/trends?days=91").text)
    assert re.search(r"\d+ postings on 4 of 7 boards: those watched since 21 Aug 2026", shown)


def test_a_fresh_installation_says_when_trends_begin(client: TestClient, market: int) -> None:
    page = texts(client.get("/trends").text)
    assert "No board has been watched for so long yet" in page
    assert "Open now, by role" in page
    assert client.get("/roles/ai-engineer").status_code == 200
    assert "No posting that was open" in texts(client.get("/pay").text)


def test_pay_is_told_in_what_was_chosen_beside_the_guides(visitor: TestClient) -> None:
    page = texts(visitor.get("/pay?role=ml-engineer&level=mid&place=GB&currency=GBP&period=month").text)
    assert "ML engineer, mid, United Kingdom: GBP a month" in page
    assert "Guide A, 2026 ML engineer, 3–5 years United Kingdom £5,416.67" not in page
    assert "£5,417 £7,917 65,000–95,000 GBP" in page


def test_a_role_says_what_somebody_lacks(visitor: TestClient, past: Engine) -> None:
    page = texts(visitor.get("/roles/ai-engineer?skills=python,sql").text)
    asked = market.Asked(market.of_role("ai-engineer"), "all", 91, skills=("python", "sql"))
    with database.read(past) as connection:
        found = market.figures(connection, "missing", asked, NOW)
    assert f"cover all that {found.basis['covered']} of {found.basis['postings']}" in page
    for row in found.rows:
        assert re.search(rf"{row['skill']} {row['postings']} \d+% missing", page)


def test_every_role_but_other_is_told_of() -> None:
    assert set(ABOUT) == set(ROLES) - {"other"}


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/trends?q=rol:x", 400, "role"), ("/trends?by=mood", 400, "none of role"),
        ("/trends?days=3", 400, "none of 7"), ("/trends?colour=red", 400, "unknown parameter"),
        ("/pay?role=other", 400, "none of"), ("/roles/other", 404, "role"), ("/roles/nosuch", 404, "role"),
        ("/stats/nosuch.csv", 404, "page"), ("/stats/now.xls", 404, "page"),
        ("/stats/now.json?by=x", 400, "none of role"),
        ("/stats/pay.csv?days=99999", 400, "730"), ("/stats/pay.csv?days=²", 400, "number"),
        ("/stats/openings.csv?by=role,skill", 400, "one dimension"),
        ("/pay?role=ml-engineer&role=ai-engineer", 400, "more than once"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_says_what_can(visitor: TestClient, address: str, status: int, words: str) -> None:
    answer = visitor.get(address)
    assert (answer.status_code, words in texts(answer.text)) == (status, True), texts(answer.text)[-300:]


def test_a_file_is_no_formula() -> None:
    found = market.Figures("now", ("company", "change"), [{"company": "=1+1", "change": -0.5}])
    assert as_csv(found).splitlines()[1] == "'=1+1,-0.5"


# --- counted once --------------------------------------------------------------------------------------------------


@pytest.fixture
def site(past: Engine) -> Site:
    return create_app(Settings(), past, clock=lambda: NOW).state.site


def test_what_took_long_is_counted_once_for_a_while(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, calls = market.Asked(by="type"), []
    given = market.figures

    def counted(*arguments: Any) -> market.Figures:
        calls.append(arguments)
        return given(*arguments)

    monkeypatch.setattr(market, "figures", counted)
    monkeypatch.setattr(figures, "FREE", 1e9)
    figures.figures(site, "now", asked)
    figures.figures(site, "now", asked)
    assert len(calls) == 2, "what costs nothing is counted anew"
    monkeypatch.setattr(figures, "FREE", -1.0)
    monkeypatch.setattr(figures, "WORTH", 1e9)
    first = figures.figures(site, "now", asked)
    assert figures.figures(site, "now", asked) is first
    later = replace(site, clock=lambda: NOW + timedelta(hours=1))
    assert figures.figures(later, "now", asked) is not first


def test_a_figure_that_takes_too_long_is_cut_off(past: Engine) -> None:
    site: Site = create_app(Settings(), past, seconds=1e-9, clock=lambda: NOW).state.site
    with pytest.raises(TooSlowError):
        figures.figures(site, "openings", market.Asked(by="company"))


# --- charts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "top"), [(0, 1), (1, 1), (7, 8), (11, 12), (101, 120), (999, 1000), (1234, 1500)])
def test_a_scale_ends_at_a_round_number(value: float, top: float) -> None:
    assert charts.nice(value) == top


def test_lines_stand_on_zero() -> None:
    line = charts.line([0, 5, 10])
    assert (line.points, line.top) == ("0,40 50,20 100,0", 10)
    assert charts.line([]).points == "0,40"
    assert charts.line([3]).points.startswith("0,")


def test_change_is_told_in_words() -> None:
    assert [charts.change(values) for values in ([10, 11], [10, 5], [0, 3], [4, 4], [])] == [
        "+10%", "−50%", "new", "unchanged", "unchanged",
    ]  # fmt: skip


def test_ranges_share_one_scale() -> None:
    one, none = charts.ranges([(25, 50, 75), None], 100)
    assert none is None
    assert one == charts.Range(25, 50, 50)


def test_roles_say_what_the_profile_of_whoever_signed_in_lacks(
    visitor: TestClient, past: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = texts(visitor.get("/roles?skills=python,sql").text)
    assert "Your skills cover all that" in typed
    assert "Missing" in typed
    monkeypatch.setattr(roles, "signed_in", lambda _request: 1)
    monkeypatch.setattr(roles, "profile_of", lambda _connection, _who: Profile(("ai-engineer",), ("python", "sql")))
    own = visitor.get("/roles")
    assert own.headers["cache-control"] == "no-store"
    assert "Your skills of your profile cover all that" in texts(own.text)
    assert "for the roles you watch" in own.text
    assert 'value="python, sql"' in visitor.get("/roles/ml-engineer").text
    assert "of your profile" not in texts(visitor.get("/roles?skills=rag").text)
