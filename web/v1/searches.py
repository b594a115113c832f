"""Saved searches of whoever shows a key: save, list, change, pause, resume, remove, try; and their feeds."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Query, Request, Response
from sqlalchemy import Connection

import search
from alerts import feeds, links, saving, unread
from alerts.backtest import Backtest, backtest
from alerts.profiles import facts_of
from alerts.searches import SubscriberError, list_searches, pause_search, remove_search, resume_search
from alerts.written import query_of
from database import secret_key, transaction
from web.eligible import OfFacts
from web.feeds import KINDS
from web.site import OfSite, Site
from web.v1 import wishes
from web.v1.access import MayRead, Person
from web.v1.answers import answer, documented, reading
from web.v1.forms import NoParameters
from web.v1.problems import PREFIX, ProblemError

router = APIRouter(tags=["searches"])
Nothing = Annotated[NoParameters, Query()]
OWN = (401, 403, 404)  # what may be said of a search by its id


@reading(router, "/backtest", wishes.Tested, summary="Try a search", dependencies=[MayRead])
def test_words(
    asked: Annotated[wishes.TestParameters, Query()], request: Request, site: OfSite, facts: OfFacts
) -> Response:
    """What a search would have sent until now, by week, with the newest of it; saves nothing.

    Where that is nothing it names the condition that keeps all out; where it is a flood, what would be less.
    """
    return answer(request, _tested(site, saving.read_wish(asked.q, facts), asked.days))


@reading(router, "/searches", wishes.SearchList, 401, 403, summary="Your saved searches")
def list_own(_asked: Nothing, request: Request, site: OfSite, person: Person) -> Response:
    """The searches of the key's subscriber, oldest first; there are at most 50."""
    with site.read() as connection:
        rows = list_searches(connection, person)
    return answer(request, {"next": None, "searches": [_shown(row) for row in rows]})


@router.post(
    "/searches", status_code=201, responses=documented(wishes.Saved, 201, 400, 401, 403, 409, 503),
    summary="Save a search",
)  # fmt: skip
def save_search(
    wish: Annotated[wishes.Wish, Body()], _asked: Nothing, request: Request, site: OfSite, person: Person
) -> Response:
    """Save a search for the key's subscriber; what is open already is told once, in one message.

    `weekly` or `daily` may stand before the query. Whoever has the search already, in these or other words, is told so.
    """
    options = wish.model_dump(exclude={"query", "zone"}) | {"own_zone": wish.zone}
    with _refusals():
        with site.read() as connection:
            facts = facts_of(connection, person)
        read = saving.read_wish(wish.query, facts)
        row = saving.save(site.engine, lambda _connection: person, read, site.clock(), **options)
    return answer(request, _shown(row), 201, {"Location": _address(row)})


@reading(router, "/searches/{search_id}", wishes.Saved, *OWN, summary="One saved search")
def one_search(search_id: str, _asked: Nothing, request: Request, site: OfSite, person: Person) -> Response:
    """One of the key's subscriber's searches."""
    with site.read() as connection:
        return answer(request, _shown(_own(connection, person, search_id)))


@router.patch(
    "/searches/{search_id}", responses=documented(wishes.Saved, 200, 400, *OWN, 409, 503), summary="Change a search"
)
def change_search(
    search_id: str, changes: Annotated[wishes.Changes, Body()], _asked: Nothing, request: Request, site: OfSite,
    person: Person,
) -> Response:  # fmt: skip
    """Change what is named, and leave the rest; a new query looks anew at what is open."""
    with site.read() as connection:
        row = _own(connection, person, search_id)
    wanted = changes.model_dump(exclude_none=True)
    if wanted:
        with _refusals():
            row = saving.change(site.engine, row, site.clock(), **wanted)
    return answer(request, _shown(row))


@router.delete(
    "/searches/{search_id}", status_code=204, responses=documented(None, 204, 400, *OWN, 503), summary="Remove a search"
)
def remove(search_id: str, _asked: Nothing, site: OfSite, person: Person) -> Response:
    """Remove it for good; what waits to be told of it is cancelled."""
    with transaction(site.engine) as connection:
        remove_search(connection, _own(connection, person, search_id)["id"], site.clock())
    return Response(status_code=204)


@router.post(
    "/searches/{search_id}/pause", responses=documented(wishes.Saved, 200, 400, *OWN, 503), summary="Pause a search"
)
def pause(search_id: str, _asked: Nothing, request: Request, site: OfSite, person: Person) -> Response:
    """Tell nothing of it until it is resumed."""
    with transaction(site.engine) as connection:
        pause_search(connection, _own(connection, person, search_id)["id"], site.clock())
        return answer(request, _shown(_own(connection, person, search_id)))


@router.post(
    "/searches/{search_id}/resume", responses=documented(wishes.Saved, 200, 400, *OWN, 503), summary="Resume a search"
)
def resume(search_id: str, _asked: Nothing, request: Request, site: OfSite, person: Person) -> Response:
    """Go on; what opened meanwhile and is still open is told in one message."""
    with transaction(site.engine) as connection:
        resume_search(connection, _own(connection, person, search_id)["id"])
        return answer(request, _shown(_own(connection, person, search_id)))


@reading(router, "/searches/{search_id}/test", wishes.Tested, *OWN, summary="Try a saved search")
def test_search(
    search_id: str, asked: Annotated[wishes.DaysParameters, Query()], request: Request, site: OfSite, person: Person
) -> Response:
    """What a saved search would have sent until now."""
    with site.read() as connection:
        row = _own(connection, person, search_id)
    return answer(request, _tested(site, saving.Wish(row["query"], query_of(row)), asked.days))


@router.post(
    "/searches/{search_id}/feed", responses=documented(wishes.Feeds, 200, 400, *OWN, 503), summary="Open its feed"
)
def open_feed(search_id: str, _asked: Nothing, request: Request, site: OfSite, person: Person) -> Response:
    """The addresses of the search as a feed: whoever has one may read it, until it is revoked."""
    with transaction(site.engine) as connection:
        row = _own(connection, person, search_id)
        token = feeds.open_feed(connection, secret_key(connection), row["id"], site.clock())
    return answer(request, {kind: links.feed_url(site.root(request), token, kind) for kind in KINDS})


@router.delete(
    "/searches/{search_id}/feed", status_code=204, responses=documented(None, 204, 400, *OWN, 503),
    summary="Revoke its feed",
)  # fmt: skip
def revoke_feed(search_id: str, _asked: Nothing, site: OfSite, person: Person) -> Response:
    """Let the feed's address open nothing more; the next one that is opened has another. Twice does no harm."""
    with transaction(site.engine) as connection:
        feeds.revoke_feed(connection, _own(connection, person, search_id)["id"])
    return Response(status_code=204)


@contextmanager
def _refusals() -> Iterator[None]:
    """What cannot be saved is told as a problem."""
    try:
        yield
    except saving.SavedAlreadyError as error:
        raise ProblemError("conflict", str(error), search=_address(error.row)) from None
    except SubscriberError as error:
        raise ProblemError("conflict", str(error)) from None


def _own(connection: Connection, person: int, search_id: str) -> dict[str, Any]:
    """The person's search of this id. Raises ProblemError, for another's search too."""
    row = next((row for row in list_searches(connection, person) if row["public_id"] == search_id), None)
    if row is None:
        raise ProblemError("not-found", "You have no such search.")
    return row


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: row[name] for name in wishes.SHOWN}
    return {"id": row["public_id"], "url": _address(row), **shown, "trouble": unread.trouble(row)}


def _address(row: Mapping[str, Any]) -> str:
    return f"{PREFIX}/searches/{quote(row['public_id'], safe='')}"


def _tested(site: Site, wish: saving.Wish, days: int) -> dict[str, Any]:
    """A backtest, without samples that their sources keep for whoever runs this."""
    tested: Backtest = backtest(site.read, wish.query, site.clock(), days)
    return tested.as_json() | {"cadence": wish.cadence, "parsed": search.to_json(wish.query)}
