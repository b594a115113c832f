"""Who opens the links of a mail changes nothing, a thousand times and in a browser too; one click that posts does."""

import re
from itertools import chain, cycle, islice
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

import database
from alerts import optin
from database import transaction
from models import every_table
from web.app import create_app

SITE = "https://jobs.example.org"
LINK = re.compile(r'href="(https://[^"]+)"')
GETS = 1000
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def everything(engine) -> dict[str, list]:
    """Every row of every table."""
    with database.read(engine) as connection:
        return {
            table.name: sorted(connection.execute(select(table)).all(), key=repr)
            for table in every_table().sorted_tables
        }


async def mails(world, mail) -> list:
    """A mail of each kind, and one that asks an address."""
    ada = world.person(email="ada@example.org")
    for cadence, events in (("instant", []), ("daily", ["closed"]), ("weekly", ["changed"])):
        world.search(
            ada, name=f"by {cadence}", query=f"title:engineer OR title:{cadence}", cadence=cadence, events=events
        )
    world.search(ada, "title:quokka", name="rare", cadence="daily", is_always=True, time_of_day="07:00")
    with transaction(world.engine) as connection:
        optin.propose(connection, world.settings, ada, "email", "other@example.org", world.now)
    ids = world.open(count=3)
    await world.deliver()
    await world.deliver(seconds=31)
    world.happen(ids[0], "closed", {"reason": [None, "not listed any more"]})
    for _ in range(8):
        await world.deliver(days=1)
        await world.deliver(seconds=2)
    return mail.arrived


def links(arrived) -> list[str]:
    found = {url.replace("&amp;", "&") for one in arrived for url in LINK.findall(one.part("html"))}
    found |= {str(one.message["List-Unsubscribe"])[1:-1] for one in arrived if one.message["List-Unsubscribe"]}
    return sorted(url for url in found if url.startswith(f"{SITE}/"))


@sqlite_only
async def test_looking_at_links_changes_nothing(world, mail, chromium):
    found = links(await mails(world, mail))
    for part in ("/unsubscribe/", "/confirm/", "/postings/", "/?q="):
        assert any(part in url for url in found)
    with TestClient(create_app(world.settings, world.engine), follow_redirects=False) as client:
        paths = [url.removeprefix(SITE) for url in found]
        acting = [path for path in paths if path.startswith(("/unsubscribe/", "/confirm/"))]  # most of the thousand
        before = everything(world.engine)
        for number, path in enumerate(islice(chain(paths, cycle(acting)), GETS)):
            response = client.head(path) if number % 5 == 4 else client.get(path)
            assert response.status_code in (200, 303), path
        assert everything(world.engine) == before
        await visit(client, found, chromium)
        assert everything(world.engine) == before


async def visit(client: TestClient, urls: list[str], chromium: str) -> None:
    """Open each in a browser that runs scripts, as a mail scanner does."""
    from playwright.async_api import async_playwright

    async def serve(route) -> None:
        parts = urlsplit(route.request.url)
        assert route.request.method == "GET"
        answer = client.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)
        await route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)

    async with async_playwright() as playwright:
        arguments = ["--disable-dev-shm-usage"]
        browser = await playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = await browser.new_page()
        await page.route("**/*", serve)
        for url in urls:
            await page.goto(url)
        await browser.close()


@sqlite_only
async def test_one_click_that_posts_stops_all_without_a_login(world, mail):
    arrived = await mails(world, mail)
    several = next(one for one in arrived if one.message["Subject"].count("by ") > 1)
    assert several.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = str(several.message["List-Unsubscribe"])[1:-1].removeprefix(SITE)
    world.open()
    world.dispatch()  # some is owed already
    with TestClient(create_app(world.settings, world.engine), follow_redirects=False) as client:
        done = client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert (done.status_code, done.cookies) == (200, {})
    count = len(arrived)
    for _ in range(3):
        await world.deliver(days=3)
    assert len(mail.arrived) == count
