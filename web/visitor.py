"""Who asks: a signed cookie says it, forms carry a token that belongs to the cookie, and no other site can post here.

A cookie is a number made up for the visitor, and the public id of whoever signed in; it is no secret of theirs.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import RowMapping, select

from alerts.entry import end, is_over
from alerts.subscribers import SUBSCRIBER
from database import secret_key, transaction
from web.site import OfSite, Site, links_key

DAYS = 30
FORM_HOURS = 12
FORM_BYTES = 32_768  # of a form that is read
FORBIDDEN = (
    "Nothing was changed: this form is too old, or your browser keeps no cookies. Go back, reload and try again."
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks. `person`: their row where they signed in; `form`: the token of their forms."""

    site: Site
    number: str
    person: RowMapping | None = None

    @property
    def form(self) -> str:
        """What their forms carry."""
        return str(_serializer(self.site, "form").dumps(self.number))

    @property
    def subscriber(self) -> int:
        """Their id. Raises HTTPException 303 to the page where one signs in."""
        if self.person is None:
            raise HTTPException(303, "Sign in first.", {"Location": "/signin"})
        return int(self.person["id"])

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A page with forms: nobody keeps it, and the cookie that its forms need comes with it."""
        response = self.site.page(template, status, form=self.form, person=self.person, **values)
        return self.keep(response)

    def keep(self, response: Response) -> Response:
        """Let the visitor be known again."""
        public_id = self.person["public_id"] if self.person is not None else ""
        value = str(_serializer(self.site, "session").dumps([self.number, public_id]))
        response.set_cookie(
            _name(self.site), value, max_age=DAYS * 86_400, path="/", secure=_is_secure(self.site), httponly=True,
            samesite="lax",
        )  # fmt: skip
        response.headers["Cache-Control"] = "no-store"
        return response


def visitor(request: Request, site: OfSite) -> Visitor:
    """Whoever asks; somebody new where no cookie of ours says who."""
    number, public_id = _read(request, site)
    person = None
    if public_id:
        with site.read() as connection:
            mine = select(SUBSCRIBER).where(SUBSCRIBER.c.public_id == public_id)
            person = None if is_over(connection, number) else connection.execute(mine).mappings().first()
    return Visitor(site, number or secrets.token_urlsafe(12), person)


OfVisitor = Annotated[Visitor, Depends(visitor)]


def signed_in(request: Request) -> int | None:
    """The id of whoever signed in; None for others."""
    found = visitor(request, request.app.state.site)
    return None if found.person is None else int(found.person["id"])


def welcome(site: Site, person: RowMapping, response: Response) -> Response:
    """Let a person be known from now on, under a new number."""
    return Visitor(site, secrets.token_urlsafe(12), person).keep(response)


def goodbye(who: Visitor, response: Response) -> Response:
    """Know them no more, by a copy of their cookie neither."""
    site, now = who.site, who.site.clock()
    if who.person is not None:
        with transaction(site.engine) as connection:
            end(connection, who.number, now, now + timedelta(days=DAYS))
    response.delete_cookie(_name(site), path="/", secure=_is_secure(site), httponly=True, samesite="lax")
    response.headers["Cache-Control"] = "no-store"
    return response


async def _fields(request: Request) -> dict[str, list[str]]:
    """The fields of a form as they were sent. Raises HTTPException on more than a form of ours holds."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > FORM_BYTES:
        raise HTTPException(413, "Nothing was changed: that is more than a form of ours holds.")
    async with request.form(max_fields=60, max_files=0) as given:
        fields: dict[str, list[str]] = {}
        for name, value in given.multi_items():
            fields.setdefault(name, []).append(str(value))
        return fields


def own_form(
    request: Request, site: OfSite, fields: Annotated[dict[str, list[str]], Depends(_fields)]
) -> dict[str, list[str]]:
    """A form of ours, posted from a page of ours by whoever got it. Raises HTTPException 403."""
    if not _is_from_here(request, site):
        raise HTTPException(403, "Nothing was changed: another site asked for it.")
    number, _ = _read(request, site)
    token = (fields.pop("form", None) or [""])[0]
    if not number or _unsigned(site, "form", token, FORM_HOURS * 3600) != number:
        raise HTTPException(403, FORBIDDEN)
    return fields


Form = Annotated[dict[str, list[str]], Depends(own_form)]


def field(form: dict[str, list[str]], name: str, most: int = 5_000) -> str:
    """The one value of a field. Raises HTTPException 400 on several, or on more than a person writes."""
    values = form.get(name, [""])
    if len(values) > 1 or len(values[0]) > most:
        raise HTTPException(400, f"Nothing was changed: {name} is too long, or given more than once.")
    return values[0].strip()


def _is_from_here(request: Request, site: Site) -> bool:
    """As browsers say it. Where they do not, the cookie, which is not sent across sites, and the token say it."""
    sent_by = request.headers.get("sec-fetch-site")
    if sent_by is not None:
        return sent_by in ("same-origin", "none")
    origin = request.headers.get("origin", "null")  # which is null too, for our pages send no referrer
    known = {request.headers.get("host", ""), urlsplit(site.settings.web.public_url).netloc}
    return origin == "null" or urlsplit(origin).netloc in known - {""}


def _read(request: Request, site: Site) -> tuple[str, str]:
    """(the visitor's number, public id of whoever signed in), each empty where the cookie does not say it."""
    given = _unsigned(site, "session", request.cookies.get(_name(site), ""), DAYS * 86_400)
    match given:
        case [str(number), str(public_id)]:
            return number, public_id
    return "", ""


def _unsigned(site: Site, purpose: str, text: str, seconds: int) -> object:
    if not text or len(text) > 500:
        return None
    try:
        return _serializer(site, purpose).loads(text, max_age=seconds)
    except BadData:
        return None


def _serializer(site: Site, purpose: str) -> URLSafeTimedSerializer:
    with site.read() as connection:
        key = links_key(connection)
    if key is None:  # nothing was ever signed here
        with transaction(site.engine) as connection:
            key = secret_key(connection)
    return URLSafeTimedSerializer(key, salt=purpose)


def _is_secure(site: Site) -> bool:
    return site.settings.web.public_url.startswith("https://")


def _name(site: Site) -> str:
    return "__Host-rolewire" if _is_secure(site) else "rolewire"
