"""Which posting a person means: by the link of its ad or of its page here, its id, a listing, or its number in the last
message."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Connection, or_, select

from alerts.desk import Asked, Desk, owner_of
from alerts.private import may_have
from alerts.subscribers import DELIVERY
from alerts.wording import clean
from database import TooSlowError, named, posting_id, table_of
from models import Link, Listing, Posting

LINK, LISTING, POSTING = table_of(Link), table_of(Listing), table_of(Posting)
HOW = "Send the link of its ad, the link of its page here or the last part of that"
OR_NUMBER = f"{HOW}, or the number that it has in my last message."
NONE = "There is no such posting here"
LOOKED_AT = 500  # of what a person was told last
SCANNING = 0.5  # seconds for looking through all ads
MOST = 3  # postings of one link that are named
_PAGE = re.compile(r"(?:^|/)postings/([\w-]{1,100})(?:/why)?/?$")
_NO_SCHEME = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S", re.IGNORECASE)
_NUMBER = re.compile(r"#?(\d{1,3})[.)]?")
_AROUND = " \t<>()[]\"'“”„‘’,;:!."


class NamingError(ValueError):
    """What was written names no posting, or several; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Name:
    """What somebody wrote: `link` where it is an address, with what it may be stored as; `page`: the id in a link of
    a page here."""

    words: str
    link: str = ""
    page: str = ""
    canonical: tuple[str, ...] = ()


def read_name(words: str) -> Name:
    """What the words name, as far as they say it themselves."""
    words = words.strip(_AROUND)[:2_000]
    link = words if "://" in words else f"https://{words}" if _NO_SCHEME.match(words) else ""
    try:
        page = _PAGE.search(urlsplit(words).path)
    except ValueError:  # as in https://[
        return Name(words, link)
    return Name(words, link, page[1] if page else "", tuple(_canonical(link)) if link else ())


def _canonical(link: str) -> Iterable[str]:
    from pipeline.canonical import canonical_url  # only here: these know the addresses of all sources
    from spiders import whose

    known, _ = whose(link)
    forms = () if known == "" else (canonical_url(link, known), canonical_url(link))  # "": a source's, of no one ad
    return dict.fromkeys(filter(None, forms))


def keys_of(connection: Connection, name: Name) -> list[int]:
    """The postings of a name that are found by what is indexed."""
    key = posting_id(connection, name.page or name.words)
    found = [key] if key is not None else [one.posting_id for one in named(connection, name.words, name.canonical)]
    return list(dict.fromkeys(found))


def look_through(connection: Connection, name: Name) -> list[int]:
    """Those whose ad has the link anywhere, as the address at which one applies: all ads are read for it."""
    forms = _forms(name.link)
    has_it = or_(LISTING.c.url.in_(forms), LISTING.c.apply_url.in_(forms))
    wanted = select(LINK.c.posting_id).join(LISTING, LISTING.c.id == LINK.c.listing_id).where(has_it)
    return list(connection.execute(wanted.distinct().limit(MOST)).scalars())


def _forms(link: str) -> list[str]:
    """The link as it stands, and without what is behind its path."""
    bare = link.partition("#")[0].partition("?")[0]
    return list(dict.fromkeys((link, link.partition("#")[0], bare, bare.rstrip("/"), f"{bare.rstrip('/')}/")))


def _told(connection: Connection, name: Name, own: int) -> list[int]:
    """The same among what the person was told last."""
    mine = select(DELIVERY.c.posting_id).where(DELIVERY.c.subscriber_id == own)
    keys = connection.execute(mine.order_by(DELIVERY.c.id.desc()).limit(LOOKED_AT)).scalars().all()
    ads = select(LINK.c.posting_id, LISTING.c.url, LISTING.c.apply_url).join(LISTING, LISTING.c.id == LINK.c.listing_id)
    rows = connection.execute(ads.where(LINK.c.posting_id.in_(set(keys)))).all()
    return list(dict.fromkeys(key for key, *urls in rows if any(_is_same(url, name) for url in urls)))


def _is_same(url: str, name: Name) -> bool:
    """Whether an ad's address is the link, but for what tracks who follows it."""
    host = urlsplit(name.link).hostname or ""
    return host in url.lower() and not {*name.canonical, *_forms(name.link)}.isdisjoint((url, *_canonical(url)))


def find(connection: Connection, desk: Desk, asked: Asked, name: Name) -> int:
    """The posting that is meant in a chat. Raises NamingError."""
    own = owner_of(connection, asked)
    if not name.words:
        raise NamingError(OR_NUMBER)
    if not (keys := keys_of(connection, name)) and (number := _NUMBER.fullmatch(name.words)):
        return _numbered(connection, desk, asked, int(number[1]))
    if not keys and name.link:
        keys = _told(connection, name, own) if own is not None else []
        keys = keys or _in_time(desk, name)
    theirs = select(POSTING.c.id).where(POSTING.c.id.in_(keys), may_have(connection, own or 0))
    return only(connection, name, connection.execute(theirs.order_by(POSTING.c.id)).scalars().all(), OR_NUMBER)


def _in_time(desk: Desk, name: Name) -> list[int]:
    try:
        with desk.read(SCANNING) as connection:
            return look_through(connection, name)
    except TooSlowError:
        return []


def only(connection: Connection, name: Name, keys: Sequence[int], how: str = f"{HOW}.") -> int:
    """The one posting. Raises NamingError, on several too."""
    if len(keys) == 1:
        return keys[0]
    if keys:
        rows = connection.execute(select(POSTING.c.public_id, POSTING.c.title).where(POSTING.c.id.in_(keys[:MOST])))
        shown = "; ".join(f"{row.public_id} ({clean(row.title, 60)})" for row in rows)
        raise NamingError(f"That link is of {len(keys)} postings: write which, as {shown}.")
    if not name.link:
        raise NamingError(f"{NONE}. {how}")
    if name.page:
        raise NamingError(f"{NONE}: nothing has the id {name.page}. {how}")
    if not name.canonical:
        raise NamingError(f"{NONE}: that link names a list or a site, and not one ad. {how}")
    raise NamingError(f"{NONE}: no board that is watched has shown an ad with this link. {how}")


def _numbered(connection: Connection, desk: Desk, asked: Asked, number: int) -> int:
    """The posting of a number in the last message that told of some."""
    from alerts.channels.chat import shown_rows  # only here: commands name postings too, and make no messages
    from alerts.choosing import without_reposts
    from alerts.digest import page_of
    from alerts.told import last_letter

    letter = last_letter(connection, desk.settings, asked)
    rows = shown_rows(page_of(without_reposts(letter))) if letter else []
    if not rows:
        raise NamingError(f"No message of mine here tells of postings yet, so {number} names none. {HOW}.")
    if not 1 <= number <= len(rows):
        known = "one posting, 1" if len(rows) == 1 else f"the postings 1 to {len(rows)}"
        raise NamingError(f"My last message tells of {known}. {OR_NUMBER}")
    key = posting_id(connection, rows[number - 1].id)
    if key is None:
        raise NamingError(f"{NONE} any more. {HOW}.")
    return key
