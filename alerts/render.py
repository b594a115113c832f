"""A composed page as plain text, e-mail HTML and Telegram HTML. Pure. No posting text is ever a template."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape
from pathlib import Path
from textwrap import fill

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

TELEGRAM_LIMIT = 4096  # UTF-16 units, after the tags are read
_TAG = re.compile(r"<[^<>]*>")  # all other angle brackets are escaped
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
    is_chat: bool = True  # one where the bot is heard; not a broadcast channel


def text(page: Page) -> str:
    """The plain-text part."""
    return _template("message.txt").render(page=page).strip() + "\n"


def email_html(page: Page) -> str:
    """The HTML part, styles inlined; media queries stay for dark mode and phones."""
    return _inliner().inline(_template("email.html").render(page=page))


def telegram_html(page: Page) -> str:
    """Bot API HTML of at most 4096 UTF-16 units: rows lose detail before they are left out, and what is left out is
    counted."""
    for form in (_full, _without_why, _brief):
        made = _telegram(page, form, len(page.rows))
        if utf16_length(made) <= TELEGRAM_LIMIT:
            return made
    fitting = next(
        (
            count
            for count in range(len(page.rows), 0, -1)
            if utf16_length(_telegram(page, _brief, count)) <= TELEGRAM_LIMIT
        ),
        0,
    )
    return _telegram(page, _brief, fitting)


def utf16_length(source: str) -> int:
    """Length in UTF-16 units as Telegram counts: without the tags, entities read."""
    return len(unescape(_TAG.sub("", source)).encode("utf-16-le", "replace")) // 2


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


# --- Telegram ------------------------------------------------------------------------------------------------------


def _telegram(page: Page, form: Callable[[ShownRow], str], count: int) -> str:
    more = page.more + len(page.rows) - count
    parts = [f"<b>{_cut(page.headline, 300)}</b>"]
    if page.repeat_note:
        parts.append(f"⚠️ <i>{escape(page.repeat_note)}</i>")
    if page.notice:
        parts = [*parts[1:], _cut(page.notice, 3000)]
    parts += [form(row) for row in page.rows[:count]]
    if more:
        parts.append(_more(page, more))
    if page.already:
        parts.append(_already(page))
    if foot := _foot(page):
        parts.append(foot)
    return "\n\n".join(parts)


def _more(page: Page, count: int) -> str:
    if page.more_url or not page.home_url:
        return _link(f"… and {count:,} more", page.more_url)
    links = [_link(search.name or search.query, search.url, 40) for search in page.searches[:5]]
    return f"… and {count:,} more: {', '.join(links)}" if links else f"… and {count:,} more"


def _foot(page: Page) -> str:
    if not page.searches:
        return ""
    if page.is_chat:
        return "/list shows your searches · /stop ends all messages"
    return _link("stop all messages", page.stop_url) if page.stop_url else ""


def _already(page: Page) -> str:
    names = "\n".join(f"· {_cut(row.title, 60)} – {_cut(row.company, 30)}" for row in page.already[:5])
    return f"<i>Already sent to you at once: {len(page.already)}</i>\n{names}"


def _full(row: ShownRow) -> str:
    why = escape("; ".join(row.why))  # one entity: Telegram reads a hundred a message
    return _without_why(row) + (f"\n<i>Why: {why}</i>" if why else "")


def _without_why(row: ShownRow) -> str:
    lines = [_title(row, 140), " · ".join(escape(fact) for fact in row.facts), *(escape(one) for one in row.changes)]
    if row.page_url and row.ad_url:
        lines.append(_link("Employer’s ad", row.ad_url))
    return "\n".join(line for line in lines if line)


def _brief(row: ShownRow) -> str:
    return _title(row, 60)


def _title(row: ShownRow, limit: int) -> str:
    state = f"[{escape(row.state)}] " if row.state else ""
    company = f" – {_cut(row.company, 60)}" if row.company else ""
    return f"{state}<b>{_link(row.title, row.page_url or row.ad_url, limit)}</b>{company}"


def _link(label: str, url: str, limit: int = 140) -> str:
    shown = _cut(label, limit)
    return f'<a href="{escape(url)}">{shown}</a>' if url else shown


def _cut(words: str, limit: int) -> str:
    return escape(words if len(words) <= limit else words[: limit - 1] + "…")
