"""Who may ask: reading is open or takes a key, as the configuration says; a person's searches take a key of theirs."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from alerts.keys import Holder, holder_of
from web.site import OfSite, Site
from web.v1.problems import ProblemError

_BEARER = HTTPBearer(auto_error=False, description="A key of `rolewire keys add`: rw_…")
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="rolewire"'}


def holder(site: Site, request: Request) -> Holder:
    """Whose key the request shows. Raises ProblemError."""
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise ProblemError("no-key", "Show a key: Authorization: Bearer rw_… (`rolewire keys add`).", _CHALLENGE)
    with site.read() as connection:
        found = holder_of(connection, key.strip())
    if found is None:
        told = {"WWW-Authenticate": _CHALLENGE["WWW-Authenticate"] + ', error="invalid_token"'}
        raise ProblemError("no-key", "This key is none of ours, or was revoked.", told)
    return found


def may_read(request: Request, site: OfSite) -> None:
    """Whoever asks, where reading is open; else who shows any key. Raises ProblemError."""
    if site.settings.api.reading == "keys":
        holder(site, request)


def person(
    request: Request, site: OfSite, _shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> int:
    """The person whose key it is. Raises ProblemError."""
    found = holder(site, request).subscriber_id
    if found is None:
        raise ProblemError("not-yours", "This key only reads: it belongs to no subscriber.")
    return found


MayRead = Depends(may_read)
Person = Annotated[int, Depends(person)]
