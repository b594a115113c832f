"""What every page needs: engine, settings, templates, clock."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Connection, Engine

from condition import Condition
from database import bounded_read
from settings import Settings
from web import shown

FOLDER = Path(__file__).parent
_FILTERS = ("ago", "exact", "day", "pay", "place", "country_name", "link", "host", "words", "name", "change")


@dataclass(frozen=True)
class Site:
    """One web site over one database. `seconds` is what the database may take for a page."""

    settings: Settings
    engine: Engine
    seconds: float
    clock: Callable[[], datetime]
    condition: Condition
    stand_in: str = ""  # where no daemon is meant to run, as in the demo: what the page says instead

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read within the time budget. Raises TooSlowError."""
        with bounded_read(self.engine, self.seconds) as connection:
            yield connection

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from a template."""
        body = templates().get_template(template).render(now=self.clock(), **values)
        return HTMLResponse(body, status_code=status)


def site_of(request: Request) -> Site:
    """The site that serves a request."""
    site: Site = request.app.state.site
    return site


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
    style = hashlib.sha256((FOLDER / "static" / "style.css").read_bytes()).hexdigest()[:12]
    environment.globals["style_version"] = style  # a new style sheet has a new address, so old ones may be kept
    return environment
