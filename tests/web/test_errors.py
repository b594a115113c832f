"""Limits, refusals and headers."""

import logging

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

import database
from database import TooSlowError, bounded_read
from tests.web.sample import NOW
from web.app import create_app, server

PATHS = ["/", "/?q=agents", "/?q=roel:x", "/postings/p001", "/postings/nosuch", "/nosuch", "/health", "/healthz",
         "/readyz", "/api/postings", "/api/postings?x=1", "/unsubscribe", "/unsubscribe/bad", "/static/style.css",
         "/static/nosuch", "/static/..%2fapp.py"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_headers(client, market, path):
    response = client.get(path)
    policy = response.headers["content-security-policy"]
    assert policy == ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'")  # fmt: skip
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cache-control"]
    assert all(' src="/static/' in one for one in response.text.split("<script")[1:])
    assert "style=" not in response.text


def test_an_error_of_ours_tells_nothing_of_the_inside_and_has_the_headers(engine, settings):
    app = create_app(settings, engine)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret of the inside")

    response = TestClient(app, raise_server_exceptions=False).get("/broken")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "Something went wrong" in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n"


def endless(connection, *_args, **_named) -> None:
    connection.execute(text(ENDLESS)).scalar()


@pytest.mark.parametrize("path", ["/?q=agents", "/api/postings?q=agents"])
def test_a_slow_query_is_stopped_with_a_clear_answer(engine, settings, monkeypatch, path):
    client = TestClient(create_app(settings, engine, seconds=0.1))
    monkeypatch.setattr("database.count_postings", endless)
    response = client.get(path)
    assert response.status_code == 503
    assert "took too long" in response.text


def test_a_query_that_never_ends_is_cut_off_and_the_connection_is_good_again(engine):
    with pytest.raises(TooSlowError), bounded_read(engine, 0.05) as connection:
        connection.execute(text(ENDLESS))
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT count(*) FROM n"
    with database.read(engine) as connection:
        assert connection.execute(text(many)).scalar() == 50_000


def test_when_every_connection_is_busy_the_answer_says_so(engine, settings, market):
    narrow = create_engine(engine.url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    client = TestClient(create_app(settings, narrow))
    with narrow.connect():
        for path in ("/", "/readyz", "/api/postings"):
            response = client.get(path)
            assert response.status_code == 503
            assert "does not answer" in response.text
    assert client.get("/").status_code == 200
    assert "does not answer" not in client.get("/readyz").text
    narrow.dispose()


def test_facets_that_take_too_long_are_left_out_and_the_list_is_not(engine, settings, market, monkeypatch):
    app = create_app(settings, engine, clock=lambda: NOW)

    def slow(*_given: object) -> None:
        raise TooSlowError

    monkeypatch.setattr("web.postings.facets", slow)
    response = TestClient(app).get("/")
    assert response.status_code == 200
    assert "Counting took too long" in response.text
    assert "99</strong> of 130" in response.text
    assert "without <code>zebra</code>" in TestClient(app).get("/?q=zebra").text  # and so are the ways out of nothing


def test_tokens_are_not_logged(client, caplog):
    caplog.set_level(logging.DEBUG)
    client.get("/unsubscribe/very-secret-token")
    client.post("/unsubscribe?token=very-secret-token")
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert not any("very-secret-token" in record.getMessage() for record in ours)


def test_a_server_is_made_of_an_engine_or_of_a_site_and_logs_no_requests(engine, settings):
    for given in (engine, create_app(settings, engine)):
        config = server(settings, given).config
        assert config.app.state.site.engine is engine
        assert (config.host, config.port, config.access_log) == ("127.0.0.1", 0, False)


def test_style_sheet_is_kept_under_an_address_of_its_own(client):
    assert 'href="/static/style.css?v=' in client.get("/").text
    assert "immutable" in client.get("/static/style.css").headers["cache-control"]
    assert client.get("/static/nosuch").headers["cache-control"] == "no-cache"
