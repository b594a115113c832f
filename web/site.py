"""What every page needs: engine, settings, templates, clock."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Connection, Engine, select

from condition import Condition
from database import bounded_read, table_of
from models import Secret
from settings import Settings
from web import shown

FOLDER = Path(__file__).parent
_FILTERS = ("ago", "exact", "day", "pay", "place", "country_name", "link", "host", "words", "name", "change", "bound",
            "money", "date")  # fmt: skip


@dataclass(frozen=True)
class Site:
    """One web site over one database. `seconds` is what the database may take for a page."""

    settings: Settings
    engine: Engine
    seconds: float
    clock: Callable[[], datetime]
    condition: Condition
    stand_in: str = ""  # where no daemon is meant to run, as in the demo: what the page says instead
    bot_name: Callable[[], str] = str  # of the Telegram bot, empty while it is not known

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read within the time budget. Raises TooSlowError."""
        with bounded_read(self.engine, self.seconds) as connection:
            yield connection

    def root(self, request: Request) -> str:
        """The address that links from elsewhere start with: the configured one, else the one that was asked."""
        return (self.settings.web.public_url or str(request.base_url)).rstrip("/")

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from a template."""
        body = templates().get_template(template).render(now=self.clock(), **values)
        return HTMLResponse(body, status_code=status)


def site_of(request: Request) -> Site:
    """The site that serves a request."""
    site: Site = request.app.state.site
    return site


def links_key(connection: Connection) -> bytes | None:
    """What signs the links in messages; None where none was signed yet. Reads only."""
    secret = table_of(Secret).c
    found = connection.execute(select(secret.value).where(secret.name == "links")).scalar()
    return None if found is None else bytes.fromhex(found)


def unstored(response: Response) -> Response:
    """An answer that nobody keeps: its address acts for a person."""
    response.headers["Cache-Control"] = "no-store"
    return response


def only(*known: str) -> Any:
    """A route's dependency: parameters that the page does not know, or that are given twice, are refused as in the API.

    What is ignored silently misleads whoever wrote it.
    """

    def check(request: Request) -> None:
        names = [name for name, _value in request.query_params.multi_items()]
        if unknown := [name for name in names if name not in known]:
            raise HTTPException(400, f"unknown parameter {unknown[0][:40]!r}; {_known(known)}")
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise HTTPException(400, f"given more than once: {', '.join(twice)}")

    return Depends(check)


def _known(names: tuple[str, ...]) -> str:
    return f"known here: {', '.join(names)}" if names else "this page takes none"


OfSite = Annotated[Site, Depends(site_of)]


@cache
def templates() -> Environment:
    """The templates; everything put into them is escaped, a name they do not know is an error."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({name: getattr(shown, name) for name in _FILTERS})
    for name, file in (("style_version", "style.css"), ("script_version", "keys.js")):
        kept = hashlib.sha256((FOLDER / "static" / file).read_bytes()).hexdigest()[:12]
        environment.globals[name] = kept  # a new file has a new address, so old ones may be kept
    return environment
