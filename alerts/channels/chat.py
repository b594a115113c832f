"""A composed page as a chat message: Bot API HTML within its limits. Pure."""

import re
from collections.abc import Sequence
from html import escape, unescape

from alerts.render import Page, ShownRow

LIMIT = 4096  # UTF-16 units, after the tags are read
_TAG = re.compile(r"<[^<>]*>")  # all other angle brackets are escaped


def chat_html(page: Page) -> str:
    """Bot API HTML of at most 4096 UTF-16 units. Where a link leads to all that matched, postings are left to it, and
    counted, before the others lose their reasons; without one, all stand there with less said of each."""
    return _fitting(page)[0]


def shown_rows(page: Page) -> list[ShownRow]:
    """The postings that stand in it, as they are numbered."""
    return page.rows[: _fitting(page)[1]]


def _fitting(page: Page) -> tuple[str, int]:
    """The message, and how many of its postings it shows."""
    count = len(page.rows)
    fewer = range(count, 0, -1)
    shapes = [(_full, fewer)] if page.home_url else [(_full, [count]), (_without_why, [count])]
    for form, numbers in (*shapes, (_brief, fewer)):
        rows = [_headed(row, _number(page, at) + form(row)) for at, row in enumerate(page.rows, 1)]
        for number in numbers:
            made = _message(page, rows[:number])
            if utf16_length(made) <= LIMIT:
                return made, number
    return _message(page, []), 0


def utf16_length(source: str) -> int:
    """Length in UTF-16 units as Telegram counts: without the tags, entities read."""
    return len(unescape(_TAG.sub("", source)).encode("utf-16-le", "replace")) // 2


def _message(page: Page, rows: Sequence[str]) -> str:
    more = page.more + len(page.rows) - len(rows)
    parts = [f"<b>{_cut(page.headline, 300)}</b>"]
    if page.repeat_note:
        parts.append(f"⚠️ <i>{escape(page.repeat_note)}</i>")
    if page.notice:
        parts = [*parts[1:], _cut(page.notice, 3000)]
    if page.market:
        parts.append("\n".join(f"<i>{escape(line)}</i>" for line in page.market))
    parts += rows
    if more:
        parts.append(_more(page, more))
    if page.already:
        parts.append(_already(page))
    if foot := _foot(page):
        parts.append(foot)
    return "\n\n".join(parts)


def _number(page: Page, at: int) -> str:
    """Which of the buttons below it has, where there are several."""
    return f"{at}. " if len(page.rows) > 1 and not page.to.startswith("@") else ""


def _more(page: Page, count: int) -> str:
    if page.more_url:
        return _link(f"… and {count:,} more", page.more_url)
    if not page.home_url:  # where a bot is heard, it shows the rest
        return f"… and {count:,} more" + ("" if page.to.startswith("@") else ": /open shows all that is open")
    links = [_link(search.name or search.query, search.url, 40) for search in page.searches[:5]]
    return f"… and {count:,} more: {', '.join(links)}" if links else f"… and {count:,} more"


def _foot(page: Page) -> str:
    if not page.searches:
        return ""
    if not page.to.startswith("@"):  # a broadcast channel, where no bot is heard
        numbers = "A number below opens what you can do with a posting.\n\n" if len(page.rows) > 1 else ""
        return f"{numbers}/list shows your searches · /stop ends all messages"
    return _link("stop all messages", page.stop_url) if page.stop_url else ""


def _already(page: Page) -> str:
    names = "\n".join(f"· {_cut(row.title, 60)} – {_cut(row.company, 30)}" for row in page.already[:5])
    return f"<i>Already sent to you at once: {len(page.already)}</i>\n{names}"


def _headed(row: ShownRow, shown: str) -> str:
    return f"<b>{_cut(row.heading, 60)}</b>\n{shown}" if row.heading else shown


def _full(row: ShownRow) -> str:
    why = "" if row.is_closed else escape("; ".join(row.why))  # one entity: Telegram reads a hundred a message
    return _without_why(row) + (f"\n<i>Why: {why}</i>" if why else "")


def _without_why(row: ShownRow) -> str:
    if row.is_closed:
        return "\n".join([_title(row, 140), *(escape(one) for one in row.changes)])
    lines = [_title(row, 140), " · ".join(escape(fact) for fact in row.facts), *(escape(one) for one in row.changes)]
    if row.page_url and row.ad_url:
        lines.append(_link("Employer’s ad", row.ad_url))
    return "\n".join(line for line in lines if line)


def _brief(row: ShownRow) -> str:
    return _title(row, 60)


def _title(row: ShownRow, limit: int) -> str:
    state = f"[{escape(row.state)}] " if row.state else ""
    company = f" – {_cut(row.company, 60)}" if row.company else ""
    if row.is_closed:
        return f"<s>{_cut(row.title, limit)}{company}</s>"
    return f"{state}<b>{_link(row.title, row.page_url or row.ad_url, limit)}</b>{company}"


def _link(label: str, url: str, limit: int = 140) -> str:
    shown = _cut(label, limit)
    return f'<a href="{escape(url)}">{shown}</a>' if url else shown


def _cut(words: str, limit: int) -> str:
    return escape(words if len(words) <= limit else words[: limit - 1] + "…")
