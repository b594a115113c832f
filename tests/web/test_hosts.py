"""The site answers by its own names: another's domain that leads here is refused, before anything is read."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from settings import Settings
from web.app import create_app
from web.hosts import is_local

OWN = {"public_url": "https://jobs.example.org/x", "hosts": ["alias.example.net"]}


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("jobs.example.org", True), ("JOBS.example.org:443", True), ("jobs.example.org.", True), ("localhost:8", True),
        ("127.0.0.1:8000", True), ("[::1]:8000", True), ("192.168.1.7", True), ("nas", True), ("nas.local:8000", True),
        ("alias.example.net", True), ("evil.example", False), ("jobs.example.org.evil.example", False),
        ("evil.example:8000", False), ("127.0.0.1.evil.example", False), ("a.example]", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_answers_by_its_own_names(engine: Engine, host: str, is_ours: bool) -> None:
    client = TestClient(create_app(Settings.model_validate({"web": OWN}), engine))
    for path in ("/", "/api/v1/stats", "/static/keys.js", "/nowhere"):
        told = client.get(path, headers={"host": host})
        assert (told.status_code != 421) is is_ours, path
        assert told.headers["x-content-type-options"] == "nosniff"
    assert is_ours or "public_url" in told.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_configures_nothing_can_ask_by_address(engine: Engine) -> None:
    client = TestClient(create_app(Settings(), engine))
    found = {host: client.get("/health", headers={"host": host}).status_code for host in ("10.1.2.3", "a.example")}
    assert found == {"10.1.2.3": 200, "a.example": 421}
    anywhere = TestClient(create_app(Settings.model_validate({"web": {"hosts": ["*"]}}), engine))
    assert anywhere.get("/health", headers={"host": "a.example"}).status_code == 200


def test_a_name_that_somebody_may_own_is_not_local() -> None:
    assert not is_local("1.2.3.4.example")
    assert is_local("fd00::7")
