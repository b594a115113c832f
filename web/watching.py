"""Watching more boards from the page: an operator names careers pages, sees what is on them, and picks."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

import boards
from alerts.addresses import is_operator
from database import transaction
from settings import BoardRow
from web.site import OfSite, only
from web.visitor import Form, OfVisitor, Visitor, field

router = APIRouter(prefix="/boards", include_in_schema=False)
MOST = 2_000  # characters of addresses
TOLD = {"added": "Watched from now on: what it lists is crawled next.", "known": "That board is watched already."}


def operator(who: OfVisitor) -> Visitor:
    """Whoever runs this, signed in. Raises HTTPException for anybody else."""
    if who.person is None:
        raise HTTPException(303, "Sign in first.", {"Location": "/signin"})
    with who.site.read() as connection:
        if not is_operator(connection, who.subscriber, who.site.settings.operator.addresses):
            raise HTTPException(403, "Only who runs this site adds boards to it: [operator] addresses names them.")
    return who


Operator = Annotated[Visitor, Depends(operator)]


@router.api_route("/add", methods=["GET", "HEAD"], dependencies=[only("told")])
def page(who: Operator, told: str = "") -> Response:
    """Where addresses are asked for."""
    return who.page("boards.html", urls="", found=[], problem="", told=TOLD.get(told, ""))


@router.post("/look")
def look(site: OfSite, who: Operator, form: Form) -> Response:
    """What stands behind the addresses; nothing is stored."""
    from begin import taking  # only here: it brings the doctor, and few add boards by the page

    urls = field(form, "urls", MOST)
    try:
        found = taking.boards(site.settings, taking.some(urls))
    except taking.NotGoodError as error:
        return who.page("boards.html", 400, urls=urls, found=[], problem=str(error), told="")
    shown = [(one.told, json.dumps(one.row.model_dump(), sort_keys=True)) for one in found]
    return who.page("boards.html", urls=urls, found=shown, problem="", told="")


@router.post("/add")
def add(site: OfSite, who: Operator, form: Form) -> Response:
    """Watches one that was looked into. Its crawl judges it anew, like any other's."""
    row = _read(field(form, "row", MOST * 2))
    with transaction(site.engine) as connection:
        is_new = boards.add(connection, row)
    return who.keep(RedirectResponse(f"/boards/add?told={'added' if is_new else 'known'}", 303))


def _read(text: str) -> BoardRow:
    from spiders import names  # only here: the names of the files, no spider

    try:
        row = BoardRow.model_validate_json(text)
    except ValidationError:
        raise HTTPException(400, "Nothing was changed: look into the address first.") from None
    if row.source not in names():
        raise HTTPException(400, "Nothing was changed: there is no such source.")
    return row
