"""Figures of the market for pages: counted once for all who ask within a while, the longer the more it took."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from database import TooSlowError, bounded_read, market
from web.site import Site

SECONDS = 10  # times what another page may take
FREE = 0.1  # seconds: what takes less is counted anew each time
WORTH = 100  # times as long as it took
LONGEST = timedelta(minutes=15)
MOST = 300  # figures
Key = tuple[str, str, market.Asked]


@dataclass
class _Store:
    """`turn`: one is counted at a time, so that figures never keep other pages waiting for the database."""

    kept: OrderedDict[Key, tuple[market.Figures, datetime]] = field(default_factory=OrderedDict)
    turn: threading.Lock = field(default_factory=threading.Lock)


_stores: WeakKeyDictionary[Engine, _Store] = WeakKeyDictionary()


def figures(site: Site, name: str, asked: market.Asked) -> market.Figures:
    """The statistic, as of now or of a while ago. Raises TooSlowError and MarketError."""
    asked.checked()
    store, now = _stores.setdefault(site.engine, _Store()), site.clock()
    key = (name, str(asked.query or ""), asked)
    if found := _kept(store, key, now):
        return found
    if not store.turn.acquire(timeout=site.seconds * SECONDS):
        raise TooSlowError
    try:
        return _kept(store, key, now) or _counted(site, store, key, now)
    finally:
        store.turn.release()


def _kept(store: _Store, key: Key, now: datetime) -> market.Figures | None:
    found = store.kept.get(key)
    return found[0] if found and found[0].basis["as_of"] <= now < found[1] else None


def _counted(site: Site, store: _Store, key: Key, now: datetime) -> market.Figures:
    name, _query, asked = key
    began = time.monotonic()
    with bounded_read(site.engine, site.seconds * SECONDS) as connection:
        found = market.figures(connection, name, asked, now)
    took = time.monotonic() - began
    if took > FREE:
        store.kept[key] = (found, now + min(timedelta(seconds=took * WORTH), LONGEST))
        while len(store.kept) > MOST:
            store.kept.popitem(last=False)
    return found
