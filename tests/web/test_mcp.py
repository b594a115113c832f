"""The tools for language models, asked by the official client: in this process, on stdio and over HTTP."""

import json
import sys
from pathlib import Path

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

import database
from alerts import keys, searches
from condition import Condition
from database import transaction
from models import Reuse, SourceTerms
from settings import Settings, SettingsError
from tests.web.sample import NOW
from web.app import create_app
from web.mcp import serve
from web.site import Site

ROOT = Path(__file__).parent.parent.parent
TOOLS = {"search_postings", "get_posting", "why_posting", "count_postings", "market_stats", "test_search",
         "save_search", "list_searches"}  # fmt: skip
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def client_for(engine, person: int | None = None) -> Client:
    settings = Settings()
    site = Site(settings, engine, 5.0, lambda: NOW, Condition(settings, engine))
    return Client(serve(site, lambda _context: person))


async def call(client: Client, tool: str, **given):
    """What a tool answers, which must be no error."""
    result = await client.call_tool(tool, given)
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


async def refusal(client: Client, tool: str, **given) -> str:
    result = await client.call_tool(tool, given)
    assert result.is_error
    return result.content[0].text


async def test_search_get_why_count_and_stats(engine, market):
    async with client_for(engine) as client:
        told = (await client.list_tools()).tools
        assert {tool.name for tool in told} == TOOLS
        assert {tool.name for tool in told if not tool.annotations.read_only_hint} == {"save_search"}
        assert all(tool.description and tool.input_schema["type"] == "object" for tool in told)
        seen, after = [], ""
        while True:
            page = await call(client, "search_postings", query="is:open", limit=50, after=after)
            seen += [one["id"] for one in page["postings"]]
            after = page["next"]
            if not after:
                break
        assert len(seen) == len(set(seen)) == page["meta"]["total"] == 104
        assert (await call(client, "get_posting", posting="p001"))["description"] == "Work on retrieval and vision."
        assert (await call(client, "why_posting", posting="p001", query="role:ml-engineer"))["is_match"]
        counted = await call(client, "count_postings", query="is:open", fields=["role"])
        assert sum(counted["facets"]["role"].values()) == counted["meta"]["total"] == 104
        figures = await call(client, "market_stats", stat="now", by="role")
        assert sum(row["postings"] for row in figures["rows"]) == 104
        assert (await call(client, "test_search", query="weekly agents"))["cadence"] == "weekly"


async def test_a_search_is_saved_for_whom_the_tools_serve(engine, market):
    with transaction(engine) as connection:
        ada = searches.add_subscriber(connection, "Ada", NOW)
        searches.set_address(connection, ada, "email", "ada@example.org", NOW)
    async with client_for(engine, ada) as client:
        saved = await call(client, "save_search", query="daily role:ml-engineer", name="mine")
        assert (saved["query"], saved["cadence"], saved["name"]) == ("role:ml-engineer", "daily", "mine")
        assert (await call(client, "list_searches"))["searches"] == [saved]
        assert "you have this search already" in await refusal(client, "save_search", query="role:ml-engineer")
        assert "nearly everything" in await refusal(client, "save_search", query="is:open")
    async with client_for(engine) as client:
        assert "--subscriber" in await refusal(client, "save_search", query="agents")
        assert "--subscriber" in await refusal(client, "list_searches")


async def test_what_cannot_be_answered_is_said_in_words(engine, market):
    async with client_for(engine) as client:
        assert "did you mean role:" in await refusal(client, "search_postings", query="roel:x")
        assert "no such posting" in await refusal(client, "get_posting", posting="nosuch")
        assert "cursor" in await refusal(client, "search_postings", after="x")
        assert "limit" in await refusal(client, "search_postings", limit=500)
        assert "none of" in await refusal(client, "market_stats", by="colour")


async def test_what_may_not_be_passed_on_is_not_given_to_a_model(engine, add):
    add("one", title="Rag Engineer", description="The very words.")
    for reuse in (Reuse.LINK_ONLY, Reuse.PRIVATE):
        with transaction(engine) as connection:
            database.upsert(
                connection, SourceTerms, [{"name": "lever", "attribution": "", "reuse": reuse}], ["name"], ["reuse"]
            )
        async with client_for(engine) as client:
            if reuse is Reuse.LINK_ONLY:
                assert (await call(client, "get_posting", posting="one"))["description"] == ""
                continue
            assert (await call(client, "search_postings", query=""))["meta"]["total"] == 0
            assert "no such posting" in await refusal(client, "get_posting", posting="one")


async def test_on_stdio(database_url, engine, market, tmp_path):
    with transaction(engine) as connection:
        searches.set_address(connection, searches.add_subscriber(connection, "Ada", NOW), "email", "a@example.org", NOW)
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "cli", "mcp", "--subscriber", "Ada", "--database", database_url],
        env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path,
    )  # fmt: skip
    async with Client(server) as client:
        assert (await call(client, "search_postings", query="agents is:open", limit=1))["meta"]["total"] == 26
        assert (await call(client, "save_search", query="title:agents"))["query"] == "title:agents"


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate({"web": {"port": 0}, "api": {"mcp": True, "reading": "keys"}})


async def test_over_http_with_a_key(address, engine, market):
    with transaction(engine) as connection:
        ada = searches.add_subscriber(connection, "Ada", NOW)
        searches.set_address(connection, ada, "email", "ada@example.org", NOW)
        key = keys.add_key(connection, ada, "model", NOW)[0]
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as http:
        async with Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client:
            assert (await call(client, "search_postings", query="is:open", limit=1))["meta"]["total"] == 104
            assert (await call(client, "save_search", query="title:agents"))["name"] == "title:agents"
            assert len((await call(client, "list_searches"))["searches"]) == 1
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        told = {"Accept": "application/json, text/event-stream"}
        without = await http.post(f"{address}/mcp", json=body, headers={**told, "Authorization": ""})
        assert (without.status_code, without.json()["type"].rpartition("#")[2]) == (401, "no-key")
        rebound = await http.post(f"{address}/mcp", json=body, headers={**told, "Host": "evil.example"})
        assert rebound.status_code == 421


def test_without_its_extra_it_says_what_to_install(engine, settings, run, monkeypatch, database_url):
    monkeypatch.delitem(sys.modules, "web.mcp")
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    monkeypatch.delattr("web.mcp", raising=False)
    with pytest.raises(SettingsError, match=r"rolewire\[mcp\]"):
        create_app(settings, engine)
    done = run("mcp", "--database", database_url)
    assert (done.returncode, done.stdout, "rolewire[mcp]" in done.stderr) == (2, "", True)
