"""From deliveries to one message: what stands in it, in which order, and its subject. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from alerts import changes, chart, render, trend, wording
from alerts.cadence import DIGESTS
from alerts.choosing import chosen, without_reposts
from alerts.links import posting_url, rest_url, safe_url, search_url
from alerts.outgoing import Keyboard, Outgoing, Picture
from alerts.trend import Market
from models import Cadence, EventKind
from search.fit import Fit, fit
from search.profile import Profile

MAX_ROWS = {Cadence.WEEKLY: 30, Cadence.DAILY: 30, Cadence.BASELINE: 20, Cadence.INSTANT: 20}
MAX_ALREADY = 20
CHART = "weeks"
OWN_WORDS = (Cadence.NOTICE, Cadence.CONFIRM)  # cadences of messages that say no more than `Letter.text`
MAX_REASONS = 4
MAX_NAMES = 60  # characters of searches' names in a subject
QUIETLY = "review:"  # the keys of messages that make no sound
LEAVE = "To get no more of these, answer this message: whoever runs the service can stop them."
REPEAT_NOTE = "This may be a repeat: we lost the answer to our first try, so you may have this message already."
_ORDER = (EventKind.OPENED, EventKind.REOPENED, EventKind.CHANGED, EventKind.CLOSED)
_WORDS = {
    EventKind.OPENED: "new",
    EventKind.REOPENED: "reopened",
    EventKind.CHANGED: "changed",
    EventKind.CLOSED: "closed",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A search that matched, by its name, and the clauses of `search.explain`; `query` tells a name made of it."""

    search: str
    clauses: Sequence[dict[str, Any]] = ()
    query: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A posting that a message tells of: its public JSON, what happened to it and when, and why we tell."""

    posting: dict[str, Any]
    kind: str = EventKind.OPENED
    changes: dict[str, Any] = field(default_factory=dict)
    reasons: Sequence[Reason] = ()
    at: datetime | None = None
    note: str = ""  # what else is to be said of it
    is_over: bool = False  # it closed since it was told of


@dataclass(frozen=True, slots=True)
class Search:
    """A saved search as a message names it."""

    name: str
    query: str
    unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a message is made of. `counts`: deliveries by event kind; may exceed `rows`, which is what is shown."""

    key: str
    to: str
    cadence: str
    now: datetime
    rows: Sequence[Row] = ()
    counts: dict[str, int] = field(default_factory=dict)
    already: Sequence[Row] = ()
    market: Market = field(default_factory=Market)
    searches: Sequence[Search] = ()
    public_url: str = ""
    stop_url: str = ""
    is_possible_repeat: bool = False
    text: str = ""  # a notice's words
    profile: Profile | None = None  # of whom it is to, for the order


def compose(
    letter: Letter,
    form: Callable[[render.Page], str] = lambda _: "",
    keyboard: Callable[[render.Page], Keyboard] = lambda _: (),
) -> Outgoing:
    """The message: subject and text, and what a channel's `form` and `keyboard` make of it."""
    letter = without_reposts(letter)
    page = page_of(letter)
    return Outgoing(
        key=letter.key,
        to=letter.to,
        subject=_subject(letter),
        text=render.text(page),
        form=form(page),
        unsubscribe_url=_unsubscribe_url(letter),
        items=tuple(row.id for row in page.rows),
        pictures=(page.chart,) if page.chart else (),
        is_possible_repeat=letter.is_possible_repeat,
        is_list=letter.cadence not in OWN_WORDS,
        buttons=keyboard(page),
        is_silent=letter.key.startswith(QUIETLY),
    )


def _unsubscribe_url(letter: Letter) -> str:
    return letter.searches[0].unsubscribe_url if len(letter.searches) == 1 else letter.stop_url


def page_of(letter: Letter) -> render.Page:
    """What every form of the message says."""
    rows = chosen(_in_order(letter), MAX_ROWS.get(_cadence(letter), 20))
    total = max(sum(letter.counts.values()), len(letter.rows))
    moved = trend.counts(letter.market) if (told := trend.lines(letter.market)) else []
    return render.Page(
        headline=headline(letter),
        repeat_note=REPEAT_NOTE if letter.is_possible_repeat else "",
        notice="\n".join(wording.clean(line, 1000) for line in letter.text.splitlines()[:40]),
        rows=_by_search([(row, _shown(row, letter)) for row in rows], letter),
        more=total - len(rows),
        more_url=rest_url(letter.public_url, [search.query for search in letter.searches]),
        preview=_preview(rows) if letter.cadence not in OWN_WORDS else "",
        already=[_shown(row, letter) for row in letter.already[:MAX_ALREADY]],
        searches=[_footer(search, letter) for search in letter.searches],
        stop_url=letter.stop_url,
        home_url=letter.public_url,
        leave="" if letter.stop_url or letter.cadence in OWN_WORDS else LEAVE,
        to=letter.to,
        market=told,
        chart=Picture(CHART, chart.bars(moved), trend.described(moved)) if moved else None,
        key=letter.key,
    )


def _in_order(letter: Letter) -> list[Row]:
    """By what happened; then what fits best, for what fits the same the order in which it came."""
    return sorted(letter.rows, key=lambda row: (_ORDER.index(EventKind(row.kind)), -_fit(row, letter).score))


def _by_search(rows: Sequence[tuple[Row, render.ShownRow]], letter: Letter) -> list[render.ShownRow]:
    """A digest of several searches tells search by search; what several found stands with the first of them."""
    names = [search.name for search in letter.searches]
    groups: dict[str, list[render.ShownRow]] = {name: [] for name in names}
    for row, shown in rows:
        groups.setdefault(next((one.search for one in row.reasons), ""), []).append(shown)
    filled = {name: group for name, group in groups.items() if group}
    if _cadence(letter) not in DIGESTS or len(filled) < 2:
        return [shown for _, shown in rows]
    heads = {search.name: _named(search) for search in letter.searches}
    return [
        replace(one, heading="" if place else heads.get(name, "Others"))
        for name, group in filled.items()
        for place, one in enumerate(group)
    ]


def _fit(row: Row, letter: Letter) -> Fit:
    clauses = [clause for reason in row.reasons for clause in reason.clauses]
    return fit(clauses, row.posting, letter.now, letter.profile)


def _fits(row: Row, letter: Letter) -> str:
    """Why it stands where it does, where there is more than one."""
    reasons = _fit(row, letter).reasons if len(letter.rows) > 1 else ()
    return f"fits by {', '.join(reasons)}" if reasons else ""


def _cadence(letter: Letter) -> Cadence:
    return Cadence(letter.cadence)


def headline(letter: Letter) -> str:
    """The message in one line: `7 new, 2 closed – agents EU`."""
    if letter.cadence in OWN_WORDS or letter.text:
        return wording.clean(letter.text.strip().split("\n")[0], 120)
    names = _names([_named(search) for search in letter.searches])
    counts = letter.counts or Counter(row.kind for row in letter.rows)
    if letter.cadence == Cadence.BASELINE:
        return f"{wording.plural(sum(counts.values()), 'posting')} open now{names}"
    parts = [f"{counts[kind]:,} {_WORDS[kind]}" for kind in _ORDER if counts.get(kind)]
    return ", ".join(parts) + names


def _subject(letter: Letter) -> str:
    repeat = "(possible repeat) " if letter.is_possible_repeat else ""
    if letter.cadence == Cadence.INSTANT and len(letter.rows) == 1 and sum(letter.counts.values()) <= 1:
        row = letter.rows[0]
        title, company = wording.shorten(row.posting["title"], 70), wording.shorten(row.posting.get("company"), 30)
        state = "" if row.kind == EventKind.OPENED else f"{_WORDS[EventKind(row.kind)].capitalize()}: "
        return repeat + state + title + (f" at {company}" if company else "")
    return repeat + ("rolewire: " if letter.cadence in OWN_WORDS else "") + headline(letter)


def _names(names: Iterable[str]) -> str:
    """As many names as fit in a subject, at least one."""
    found = list(names)
    if not found:
        return ""
    shown = found[:3]
    while len(shown) > 1 and len(", ".join(shown)) > MAX_NAMES:
        shown.pop()
    rest = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
    return f" – {', '.join(shown)}{rest}"


def _named(search: Search) -> str:
    return wording.shorten(wording.given_name(search.name, search.query) or search.query, 40)


def _preview(rows: Sequence[Row]) -> str:
    """What a mail client shows beside the subject: the first titles."""
    return ", ".join(wording.clean(row.posting["title"], 60) for row in rows[:3])


def _footer(search: Search, letter: Letter) -> render.ShownSearch:
    return render.ShownSearch(
        name=wording.clean(wording.given_name(search.name, search.query), 60),
        query=wording.clean(search.query, 300),
        url=search_url(letter.public_url, search.query),
        unsubscribe_url=search.unsubscribe_url,
    )


def _shown(row: Row, letter: Letter) -> render.ShownRow:
    posting = row.posting
    return render.ShownRow(
        title=wording.clean(posting["title"], 140) or "(no title)",
        company=wording.clean(posting.get("company"), 80),
        state="" if row.kind == EventKind.OPENED else _WORDS[EventKind(row.kind)],
        facts=[fact for fact in (*_facts(posting, letter.now), _fits(row, letter)) if fact],
        changes=_happened(row, letter.now),
        why=_why(row.reasons),
        page_url=posting_url(letter.public_url, posting["id"]),
        ad_url=safe_url(posting.get("url")) or safe_url(posting.get("apply_url")),
        id=posting["id"],
        kind=str(row.kind),
        is_closed=row.is_over,
    )


def _facts(posting: dict[str, Any], now: datetime) -> list[str]:
    credit = [wording.clean(words, 60) for words in posting.get("attribution") or ()]
    return [wording.place(posting), wording.pay(posting), wording.kind(posting), wording.age(posting, now), *credit]


def _happened(row: Row, now: datetime) -> list[str]:
    if row.is_over:
        return [changes.over(_moment(row.posting.get("posted_at")), _moment(row.posting.get("closed_at")))]
    if row.kind == EventKind.CLOSED:
        return [changes.closed(row.at or _moment(row.posting.get("closed_at")), row.changes, now)]
    return changes.lines(row.changes, row.posting) + [row.note] * bool(row.note)


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _why(reasons: Sequence[Reason]) -> list[str]:
    """Each search's clauses, after its name; a lone search whose name is its query goes by its clauses alone."""
    said = []
    for reason in reasons[:MAX_REASONS]:
        clauses, name = wording.because(reason.clauses), wording.given_name(reason.search, reason.query)
        if not name and (len(reasons) > 1 or not clauses):
            name = wording.shorten(reason.query, 40)
        said.append(" – ".join(part for part in (wording.clean(name, 40), clauses) if part))
    rest = len(reasons) - len(said)
    return (
        said if not rest else [*said[:-1], f"{said[-1]} · and {wording.plural(rest, 'more search', 'more searches')}"]
    )
