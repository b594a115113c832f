"""What `eligible:` goes by on a page and in the API: the facts of whoever is signed in, or whose key is shown."""

from typing import Annotated

from fastapi import Depends, Request

from alerts import profiles
from alerts.keys import holder_of
from web.site import OfSite, Site
from web.visitor import signed_in


def asks(text: str) -> bool:
    """Whether a query may speak of it: others need to know of nobody."""
    return "eligible" in text.lower()


def facts_for(site: Site, person: int | None, text: str) -> str:
    """The person's facts, as far as the query goes by them; empty of who is not known, to whom it is refused."""
    if person is None or not asks(text):
        return ""
    with site.read() as connection:
        return profiles.facts_of(connection, person)


def facts(request: Request, site: OfSite) -> str:
    """The facts of whoever asks by `q`."""
    text = request.query_params.get("q", "")
    return facts_for(site, _person(request, site), text) if asks(text) else ""


def _person(request: Request, site: Site) -> int | None:
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return signed_in(request)
    with site.read() as connection:
        found = holder_of(connection, key.strip())
    return None if found is None else found.subscriber_id


OfFacts = Annotated[str, Depends(facts)]
