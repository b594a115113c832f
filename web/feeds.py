"""Postings as a feed: Atom (RFC 4287) and JSON Feed 1.1; pure."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from alerts.links import posting_url, safe_url
from web import shown

ATOM, JSON_FEED = "application/atom+xml", "application/feed+json"
KINDS = ("atom", "json")
ENTRIES = 50
TEXT = 4_000  # characters of an ad
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_SPACE = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Posting = Mapping[str, Any]


@dataclass(frozen=True)
class Feed:
    """What a feed says of itself. `root`: the address of the site; `home`: of its page; `following`: of the rest."""

    title: str
    root: str
    address: str
    home: str
    following: str = ""


def media_type(kind: str) -> str:
    """Of a kind of feed."""
    return ATOM if kind == "atom" else JSON_FEED


def write(kind: str, feed: Feed, postings: Sequence[Posting]) -> bytes:
    """The feed: `kind` is one of KINDS."""
    return _atom(feed, postings) if kind == "atom" else _json(feed, postings)


def _atom(feed: Feed, postings: Sequence[Posting]) -> bytes:
    root = ET.Element("feed", xmlns=_SPACE)
    _put(root, "title", feed.title)
    _put(root, "id", feed.address)
    _put(root, "updated", _time(max(map(_changed, postings), default=NEVER)))
    _put(_put(root, "author"), "name", "rolewire")
    links = [("self", feed.address, ATOM), ("alternate", feed.home, "text/html"), ("next", feed.following, ATOM)]
    for relation, address, form in links:
        if address:
            _put(root, "link", rel=relation, href=address, type=form)
    for posting in postings:
        _put_entry(root, feed, posting)
    ET.indent(root)
    return bytes(ET.tostring(root, "utf-8", xml_declaration=True))


def _put_entry(root: ET.Element, feed: Feed, posting: Posting) -> None:
    entry, address = _put(root, "entry"), posting_url(feed.root, posting["id"])
    _put(entry, "title", _title(posting))
    _put(entry, "id", address)
    _put(entry, "published", _time(posting["first_seen_at"]))
    _put(entry, "updated", _time(_changed(posting)))
    _put(entry, "link", rel="alternate", href=address, type="text/html")
    if source := safe_url(posting["url"]):
        _put(entry, "link", rel="related", href=source)
    _put(_put(entry, "author"), "name", posting["company"] or "unknown")
    for tag in _tags(posting):
        _put(entry, "category", term=tag)
    _put(entry, "summary", _summary(posting), type="text")
    if posting["description"]:
        _put(entry, "content", _text(posting), type="text")


def _put(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, name, {key: _NOT_XML.sub("", value) for key, value in attributes.items()})
    element.text = _NOT_XML.sub("", text) or None
    return element


def _json(feed: Feed, postings: Sequence[Posting]) -> bytes:
    told = {
        "version": "https://jsonfeed.org/version/1.1", "title": feed.title, "home_page_url": feed.home,
        "feed_url": feed.address, "next_url": feed.following, "items": [_item(feed, one) for one in postings],
    }  # fmt: skip
    return orjson.dumps({name: value for name, value in told.items() if value != ""})


def _item(feed: Feed, posting: Posting) -> dict[str, Any]:
    address = posting_url(feed.root, posting["id"])
    told = {
        "id": address, "url": address, "external_url": safe_url(posting["url"]), "title": _title(posting),
        "summary": _summary(posting), "content_text": _text(posting) or _summary(posting),
        "date_published": _time(posting["first_seen_at"]), "date_modified": _time(_changed(posting)),
        "authors": [{"name": posting["company"]}] if posting["company"] else "", "tags": _tags(posting),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value != ""}


def _title(posting: Posting) -> str:
    closed = " (closed)" if posting["closed_at"] else ""
    return (f"{posting['title']} – {posting['company']}" if posting["company"] else str(posting["title"])) + closed


def _summary(posting: Posting) -> str:
    """One line: role, level, places, pay, and what its source wants said."""
    places = "; ".join(filter(None, map(shown.place, posting["locations"][:3])))
    facts = [shown.name(posting["role"]), shown.words(posting["seniority"]), shown.words(posting["workplace"]),
             places, shown.pay(posting["salary"]), *posting["attribution"]]  # fmt: skip
    return " · ".join(fact for fact in facts if fact and fact != "unspecified")


def _text(posting: Posting) -> str:
    text = str(posting["description"])
    return text if len(text) <= TEXT else text[:TEXT].rsplit(None, 1)[0] + " …"


def _tags(posting: Posting) -> list[str]:
    return [posting["role"], *posting["skills"][:20]]


def _changed(posting: Posting) -> datetime:
    found: datetime = posting["closed_at"] or posting["first_seen_at"]
    return found


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
