"""What matching found becomes deliveries: all at once, or where that fails a search at a time."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from alerts.batches import Pair, forget_matches
from alerts.deliveries import Told, store
from alerts.notices import clear_notice, raise_notice
from settings import AlertSettings

log = structlog.get_logger(__name__)


class Telling:
    """Stores deliveries. `untold`: searches of which something could not be told, as the operator knows."""

    def __init__(self, settings: AlertSettings) -> None:
        self._settings = settings
        self.untold: set[int] = set()

    def tell(self, connection: Connection, told: Sequence[Told], recorded: set[Pair], now: datetime) -> None:
        """Write it all; where that fails, a search at a time: one of which nothing can be told keeps no other."""
        error = self._try(connection, told, now)
        if error is None:
            return
        log.warning("dispatch.store_failed", deliveries=len(told), error=said(error))
        of_search: dict[int, list[Told]] = {}
        for one in told:
            of_search.setdefault(one.search["id"], []).append(one)
        for mine in of_search.values():
            self._store_of_one(connection, mine, recorded, now)

    def _store_of_one(self, connection: Connection, told: Sequence[Told], recorded: set[Pair], now: datetime) -> None:
        key = told[0].search["id"]
        error = self._try(connection, told, now)
        if error is None:
            return
        log.error("dispatch.search_untold", search_id=key, exc_info=error)
        forget_matches(connection, key, [posting_id for search_id, posting_id in recorded if search_id == key])
        words = f"{len(told)} events could not be told to the saved search {told[0].search['query']!r} ({key}): "
        raise_notice(connection, f"telling:{key}", (words + said(error))[:500], now)
        self.untold.add(key)

    def _try(self, connection: Connection, told: Sequence[Told], now: datetime) -> Exception | None:
        """Store all or nothing; what kept it from that, where it is not the database itself."""
        try:
            with connection.begin_nested():
                store(connection, told, self._settings, now)
        except Exception as error:
            if is_nobodys_fault(error):
                raise
            return error
        self._are_told(connection, {one.search["id"] for one in told}, now)
        return None

    def _are_told(self, connection: Connection, search_ids: set[int], now: datetime) -> None:
        for key in search_ids & self.untold:
            clear_notice(connection, f"telling:{key}", now)
            self.untold.discard(key)


def said(error: Exception) -> str:
    """The error in words."""
    return f"{type(error).__name__}: {error}"


def is_cut_off(error: Exception) -> bool:
    """True if the database went away: no event is to blame, and all are still pending for the next turn."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def is_nobodys_fault(error: Exception) -> bool:
    """True if the database could not: it went away, is full, locked, or chose between two of us."""
    return is_cut_off(error) or isinstance(error, OperationalError)
