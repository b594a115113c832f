"""Stopping one's own alerts from a signed link: GET asks and changes nothing, POST acts (RFC 8058, one click)."""

from datetime import datetime

from fastapi import APIRouter, HTTPException, Response
from sqlalchemy import Connection, select

from alerts.searches import SubscriberError, stop
from alerts.unsubscribe import BadTokenError, verify
from database import table_of, transaction
from models import SavedSearch, Subscriber
from web.site import OfSite, links_key, unstored

router = APIRouter(include_in_schema=False)
_SEARCH, _SUBSCRIBER = table_of(SavedSearch).c, table_of(Subscriber).c
MAX_TOKEN = 500


@router.api_route("/unsubscribe", methods=["GET", "HEAD"])
@router.api_route("/unsubscribe/{token}", methods=["GET", "HEAD"])
def ask(site: OfSite, token: str = "") -> Response:
    """Asks whether to stop; scanners and previews follow links, so nothing changes here."""
    with site.read() as connection:
        subscriber, search = _meant(connection, token)
        name = _name(connection, subscriber, search)
    return unstored(site.page("unsubscribe.html", token=token, search=name, is_done=False))


@router.post("/unsubscribe")
@router.post("/unsubscribe/{token}")
def act(site: OfSite, token: str = "") -> Response:
    """Stops what the token names, whether a mail program posts `List-Unsubscribe=One-Click` or a person the form.

    The body says nothing that the token does not, so it is not read. Asking twice does no harm.
    """
    with site.read() as connection:
        subscriber, search = _meant(connection, token)
        name = _name(connection, subscriber, search)
    with transaction(site.engine) as connection:
        _stop(connection, subscriber, search, site.clock())
    return unstored(site.page("unsubscribe.html", token=token, search=name, is_done=True))


def _stop(connection: Connection, subscriber: int, search: str | None, now: datetime) -> None:
    try:
        stop(connection, subscriber, search, now)
    except SubscriberError as error:
        raise HTTPException(404, f"Nothing to stop: {error}.") from None


def _meant(connection: Connection, token: str) -> tuple[int, str | None]:
    """(subscriber, search or None for everything). Raises HTTPException 400 on a token that is not ours."""
    key = links_key(connection)
    try:
        if key is None or not token or len(token) > MAX_TOKEN:
            raise BadTokenError("this link is incomplete or was changed; copy it whole from the message")
        return verify(key, token)
    except BadTokenError as error:
        raise HTTPException(400, f"Nothing was changed: {error}.") from None


def _name(connection: Connection, subscriber: int, search: str | None) -> str | None:
    """The search's name, None for everything. Raises HTTPException 404 where there is no such person or search."""
    if search is None:
        found = connection.execute(select(_SUBSCRIBER.name).where(_SUBSCRIBER.id == subscriber)).scalar()
    else:
        own = (_SEARCH.public_id == search, _SEARCH.subscriber_id == subscriber)
        found = connection.execute(select(_SEARCH.name).where(*own)).scalar()
    if found is None:
        raise HTTPException(404, "Nothing to stop: this search or subscription does not exist any more.")
    return None if search is None else str(found).partition(" (removed ")[0]
