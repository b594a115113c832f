"""The addresses that stand in messages. Pure; empty where no public address is configured."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode, urlsplit

SEARCH_PATH = "/"
MOST_ASKED = 1200  # characters of a query behind a link
POSTING_PATH = "/postings/"
UNSUBSCRIBE_PATH = "/unsubscribe/"
CONFIRM_PATH = "/confirm/"
WEBHOOK_PATH = "/telegram/webhook"
FEED_PATH = "/feeds/"
ENTRY_PATH = "/signin/"


def posting_url(public_url: str, public_id: str) -> str:
    """The posting's own page."""
    return _join(public_url, POSTING_PATH + quote(public_id, safe=""))


def search_url(public_url: str, query: str) -> str:
    """The page of all that match a query."""
    return _join(public_url, f"{SEARCH_PATH}?{urlencode({'q': query}, errors='replace')}")


def rest_url(public_url: str, queries: Sequence[str]) -> str:
    """The page of all that match one of these queries; empty where there is none, or their words are too many."""
    asked = list(dict.fromkeys(queries))
    query = asked[0] if len(asked) == 1 else " OR ".join(f"({one})" for one in asked)
    return search_url(public_url, query) if asked and len(query) <= MOST_ASKED else ""


def unsubscribe_url(public_url: str, token: str) -> str:
    """Where a signed token stops a search, or everything."""
    return _join(public_url, UNSUBSCRIBE_PATH + token)


def confirm_url(public_url: str, token: str) -> str:
    """Where a signed token confirms an address."""
    return _join(public_url, CONFIRM_PATH + token)


def feed_url(public_url: str, token: str, kind: str) -> str:
    """Where a signed token opens a saved search as a feed: atom or json."""
    return _join(public_url, f"{FEED_PATH}{token}.{kind}")


def entry_url(public_url: str, token: str) -> str:
    """Where a one-time token lets somebody in."""
    return _join(public_url, ENTRY_PATH + token)


def webhook_url(public_url: str) -> str:
    """Where Telegram pushes what people write to the bot."""
    return _join(public_url, WEBHOOK_PATH)


def safe_url(url: str | None) -> str:
    """`url` if it is a plain http(s) address that can stand in a message, else nothing."""
    text = (url or "").strip()
    if len(text) > 2000 or any(char.isspace() or not char.isprintable() or char in "<>\"`'" for char in text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.hostname else ""


def _join(public_url: str, path: str) -> str:
    return public_url.rstrip("/") + path if public_url else ""
