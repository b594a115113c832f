"""Signing in: by a link that is mailed, or by Telegram. No passwords; GET asks and changes nothing, POST acts."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection, RowMapping, select

import search
from alerts import entry, saving
from alerts.desk import Asked, subscribe
from alerts.searches import SubscriberError, find_by_address
from alerts.subscribers import SUBSCRIBER
from database import transaction
from web import telegram
from web.site import OfSite, Site, only
from web.visitor import Form, OfVisitor, field, goodbye, signed_in, welcome

__all__ = ["router", "signed_in"]
router = APIRouter(include_in_schema=False)
MAX_TOKEN = 200
LENGTH = 254  # of an address


@router.api_route("/signin", methods=["GET", "HEAD"], dependencies=[only()])
def page(site: OfSite, who: OfVisitor) -> Response:
    """How to sign in here."""
    return who.page("signin.html", **_ways(site), state="ask", address="", problem="")


@router.post("/signin")
def ask(site: OfSite, who: OfVisitor, form: Form) -> Response:
    """Mail a link, if the address may come in. The answer does not tell whether it does."""
    return ask_link(site, who, field(form, "email", LENGTH), "")


def ask_link(site: Site, who: OfVisitor, address: str, wish: str) -> Response:
    """The same, for a search that is to be saved."""
    if not has_mail(site):
        raise HTTPException(404, "Links are not mailed here: e-mail or [web] public_url is not set.")
    try:
        with transaction(site.engine) as connection:
            written = entry.ask(connection, site.settings, address, wish, site.clock())
    except SubscriberError as error:
        return who.page("signin.html", 400, **_ways(site), state="ask", address=address, problem=str(error))
    return who.page("signin.html", **_ways(site), state="asked", address=written, problem="")


@router.post("/signout")
def leave(who: OfVisitor, _form: Form) -> Response:
    """Be nobody again."""
    return goodbye(who, RedirectResponse("/", 303))


# --- Telegram ------------------------------------------------------------------------------------------------------


@router.api_route("/signin/telegram", methods=["GET", "HEAD"], dependencies=[only(*telegram.FIELDS, "hash")])
def telegram_page(request: Request, site: OfSite, who: OfVisitor) -> Response:
    """Asks whether to sign in as whom Telegram names: in the address, or behind its #, where our script reads it."""
    given = dict(request.query_params)
    name = _verified(site, given).name if given else ""
    return who.page("telegram.html", fields=given, names=(*telegram.FIELDS, "hash"), name=name)


@router.post("/signin/telegram")
def telegram_act(site: OfSite, form: Form) -> Response:
    """Sign in as whom Telegram vouches for, once."""
    given = {name: field(form, name, telegram.MAX_FIELD) for name in (*telegram.FIELDS, "hash")}
    login, now = _verified(site, given), site.clock()
    try:
        with transaction(site.engine) as connection:
            entry.once(connection, given["hash"], "telegram", str(login.user), now)
            person = _person(connection, _known_or_new(connection, site, login, now))
    except (entry.EntryError, SubscriberError) as error:
        raise HTTPException(403, f"{str(error).rstrip('.')}.") from None
    return welcome(site, person, RedirectResponse("/searches", 303))


def _verified(site: Site, given: dict[str, str]) -> telegram.Login:
    try:
        return telegram.verify(_token(site), given, site.clock())
    except telegram.LoginError as error:
        raise HTTPException(403, f"Nobody was signed in: {error}.") from None


def _known_or_new(connection: Connection, site: Site, login: telegram.Login, now: datetime) -> int:
    chat = str(login.user)
    own = find_by_address(connection, "telegram", chat)
    return own or subscribe(connection, site.settings, Asked("telegram", chat, login.user, login.name, "", now))


# --- by link -------------------------------------------------------------------------------------------------------


@router.api_route("/signin/{token}", methods=["GET", "HEAD"], dependencies=[only()])
def link_page(token: str, site: OfSite, who: OfVisitor) -> Response:
    """Asks whether to sign in; scanners and previews follow links, so nothing changes here."""
    with site.read() as connection:
        way = _opened(connection, token, site.clock())
        own = None if way.channel == "email" else find_by_address(connection, way.channel, way.address)
        who_comes = way.address if own is None else f"{_person(connection, own)['name']} ({way.channel.capitalize()})"
    shown = {**_ways(site), "state": "link", "address": who_comes, "problem": "", "wish": way.wish, "token": token}
    return who.page("signin.html", **shown)


@router.post("/signin/{token}")
def link_act(token: str, site: OfSite, _form: Form) -> Response:
    """Sign in, and save the search that was asked for with it."""
    try:
        with transaction(site.engine) as connection:
            own, way = entry.use(connection, token[:MAX_TOKEN], site.clock())
            person = _person(connection, own)
    except entry.EntryError as error:
        raise HTTPException(400, f"Nobody was signed in: {error}.") from None
    told = _save(site, own, way) if way.wish else "in"
    return welcome(site, person, RedirectResponse(f"/searches?told={told}", 303))


def _opened(connection: Connection, token: str, now: datetime) -> entry.Way:
    try:
        return entry.look(connection, token[:MAX_TOKEN], now)
    except entry.EntryError as error:
        raise HTTPException(400, f"Nobody was signed in: {error}.") from None


def _save(site: Site, own: int, way: entry.Way) -> str:
    try:
        saving.save(site.engine, lambda _: own, saving.read_wish(way.wish), site.clock())
    except saving.SavedAlreadyError:
        return "known"
    except (SubscriberError, search.QueryError):
        return "unsaved"
    return "saved"


def _person(connection: Connection, subscriber: int) -> RowMapping:
    return connection.execute(select(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber)).mappings().one()


def _ways(site: Site) -> dict[str, Any]:
    url = site.settings.web.public_url.rstrip("/")
    return {"has_mail": has_mail(site), "telegram_url": telegram.login_url(_token(site), url), "wish": "", "token": ""}


def has_mail(site: Site) -> bool:
    """Whether a link can be mailed. Where it leads is configured: a request may name any host as ours."""
    return bool(site.settings.channels.get("email", {}).get("host") and site.settings.web.public_url)


def has_bot(site: Site) -> bool:
    """Whether there is a bot of Telegram."""
    return bool(_token(site))


def _token(site: Site) -> str:
    return str(site.settings.channels.get("telegram", {}).get("token") or "")
