"""A composed page, and what channels make of it by templates. Pure. No posting text is ever a template."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from textwrap import fill

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from alerts.outgoing import Picture

_HELD = "\u00a0"  # a blank at which no line is folded
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A posting in words, every string clean, every address http(s) or empty."""

    title: str
    company: str = ""
    state: str = ""
    facts: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    page_url: str = ""
    ad_url: str = ""
    id: str = ""  # its public id
    kind: str = ""  # of its event
    heading: str = ""  # of the search whose postings begin with it
    is_closed: bool = False  # since it was told of


@dataclass(frozen=True, slots=True)
class ShownSearch:
    """A saved search in a message's foot."""

    name: str
    query: str
    url: str = ""
    unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What every form of a message says. `more`: postings that belong to it and are not among `rows`."""

    headline: str
    rows: list[ShownRow] = field(default_factory=list)
    more: int = 0
    more_url: str = ""
    already: list[ShownRow] = field(default_factory=list)
    searches: list[ShownSearch] = field(default_factory=list)
    repeat_note: str = ""
    notice: str = ""
    stop_url: str = ""
    home_url: str = ""
    preview: str = ""  # beside the subject in a mail client's list
    leave: str = ""  # how to get no more, where no link does it
    to: str = ""  # the address it goes to
    market: list[str] = field(default_factory=list)  # what moved
    chart: Picture | None = None  # of it
    key: str = ""  # of its message


def text(page: Page, template: str = "message.txt") -> str:
    """The plain-text part, or what another template makes of it."""
    return _template(template).render(page=page).strip() + "\n"


def html(page: Page, template: str) -> str:
    """The page in an HTML template, styles inlined; media queries stay for dark mode and phones."""
    return _inliner().inline(_template(template).render(page=page))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"fold": _fold, "fold_facts": _fold_facts}
    return made


def _fold(words: str, indent: str = "  ") -> str:
    """Lines of at most 76 characters; an address stays whole."""
    return fill(words, 76, initial_indent=indent, subsequent_indent=indent, break_long_words=False,
                break_on_hyphens=False)  # fmt: skip


def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


def _fold_facts(facts: list[str]) -> str:
    """Facts on a line, folded between them where they are short."""
    held = [fact.replace(" ", _HELD) if len(fact) <= 30 else fact for fact in facts]
    return _fold(" · ".join(held)).replace(_HELD, " ")
