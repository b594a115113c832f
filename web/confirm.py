"""Confirming an address from a signed link: GET asks and changes nothing, POST acts."""

from fastapi import APIRouter, HTTPException, Response

from alerts import optin
from database import transaction
from web.site import OfSite, links_key, unstored

router = APIRouter(include_in_schema=False)
MAX_TOKEN = 700


@router.api_route("/confirm/{token}", methods=["GET", "HEAD"])
def ask(site: OfSite, token: str) -> Response:
    """Asks whether to send there; scanners and previews follow links, so nothing changes here."""
    return unstored(site.page("confirm.html", token=token, address=_read(site, token).address, is_done=False))


@router.post("/confirm/{token}")
def act(site: OfSite, token: str) -> Response:
    """Sends there from now on. Asking twice does no harm."""
    meant = _read(site, token)
    with transaction(site.engine) as connection:
        is_known = optin.confirm(connection, meant, site.clock())
    if not is_known:
        raise HTTPException(404, "Nothing to confirm: this address was taken away again.")
    return unstored(site.page("confirm.html", token=token, address=meant.address, is_done=True))


def _read(site: OfSite, token: str) -> optin.Meant:
    if len(token) > MAX_TOKEN:
        raise HTTPException(400, "Nothing was changed: this is no link of ours.")
    with site.read() as connection:  # it only looks: a page that is opened takes no write lock
        key = links_key(connection)
    try:
        if key is None:  # nothing was ever signed, so this is not ours
            raise optin.ConfirmationError("this link is not one of ours")
        return optin.read(key, token)
    except optin.ConfirmationError as error:
        raise HTTPException(400, f"Nothing was changed: {error}.") from None
