"""A posting in words: place, pay, age, role. Pure; every string that comes out is clean of control characters."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

MAX_NAME = 60  # characters of a search's name
_ACRONYMS = {"ai": "AI", "ml": "ML", "nlp": "NLP", "mlops": "MLOps"}
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "AUD": "A$", "CAD": "C$", "NZD": "NZ$",
            "SGD": "S$", "HKD": "HK$"}  # fmt: skip
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, bidi overrides, surrogates, unassigned
_JOINERS = {"\u200c", "\u200d"}  # scripts and emoji need them


def clean(text: object, limit: int = 200) -> str:
    """One line of printable text of at most `limit` characters: no control, bidi or surrogate characters."""
    kept = (
        " " if char.isspace() else char
        for char in str(text or "")[: limit * 4]
        if char.isspace() or char in _JOINERS or unicodedata.category(char) not in _HIDDEN
    )
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def shorten(text: object, limit: int) -> str:
    """`clean`, but a text that is too long ends at a word or a comma, where one is near."""
    line = clean(text, 2000)
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    end = max(cut.rfind(" "), cut.rfind(","))
    return (cut[:end] if end > limit // 2 else cut).rstrip(" ,·–") + "…"


def quoted(text: object) -> str:
    """What a person wrote, to be named in an answer."""
    return f"“{shorten(text, 60)}”"


def place(posting: Mapping[str, Any]) -> str:
    """`Paris / Lyon, FR · hybrid` or `Austin · remote in US`: at most three places, and no country twice."""
    workplace, scope = posting.get("workplace") or "", posting.get("remote_scope") or ""
    is_remote = bool(scope) and workplace in ("", "remote")
    shown = places(posting.get("locations") or [], said=scope if is_remote else "")
    where = scope if scope == "worldwide" else f"in {scope}"
    how = f"remote {where}" if is_remote else f"{workplace} ({scope})" if scope else workplace
    return clean(" · ".join(part for part in (shown, how) if part))


def places(locations: Sequence[Mapping[str, Any]], said: str = "", limit: int = 3) -> str:
    """`San Francisco / New York City, US / Paris, FR`: places of one country share its name; `said` is left out."""
    found = [(clean(one.get("city") or one.get("region"), 60), clean(one.get("country"), 60)) for one in locations]
    found = [(town, "" if country == said else country) for town, country in dict.fromkeys(found)]
    named = list(dict.fromkeys(one for one in found if any(one)))
    parts: list[str] = []
    for country, group in groupby(named[:limit], key=lambda one: one[1]):
        towns = " / ".join(town for town, _ in group if town)
        parts.append(", ".join(part for part in (towns, country) if part))
    return clean(" / ".join(parts) + (f" +{len(named) - limit}" if len(named) > limit else ""))


def pay(posting: Mapping[str, Any]) -> str:
    """`$185k–240k`, `€5,500–6,800/month`, `from CHF 110k`; empty where no pay is given. A year goes without saying
    where amounts are in thousands.
    """
    salary = posting.get("salary") or {}
    low, high = salary.get("min"), salary.get("max")
    known = [amount for amount in (low, high) if amount is not None]
    if not known:
        return ""
    amounts, is_short = _amounts(known)
    period = salary.get("period") or ""
    per = f"/{period}" if period and not (period == "year" and is_short) else ""
    bound = "from " if high is None else "up to " if low is None else ""
    currency = salary.get("currency") or ""
    symbol = _SYMBOLS.get(currency, f"{currency} " if currency else "")
    guess = " (estimated)" if salary.get("is_predicted") else ""
    return clean(f"{bound}{symbol}{'–'.join(dict.fromkeys(amounts))}{per}{guess}")


def _amounts(known: Sequence[float]) -> tuple[list[str], bool]:
    """The amounts as written, and whether they are in thousands or millions: if all can be without losing a digit."""
    for unit, sign, least, most, step in ((1_000_000, "M", 1e6, 1e12, 10_000), (1000, "k", 1e4, 1e6, 100)):
        if all(least <= amount < most and amount % step == 0 for amount in known):
            return [f"{amount / unit:,.10g}{sign}" for amount in known], True
    return [_amount(amount) for amount in known], False


def _amount(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() or value >= 1000 else f"{value:,.2f}"


def kind(posting: Mapping[str, Any]) -> str:
    """`senior · ML engineer`; what is unknown is left out."""
    role, seniority = str(posting.get("role") or "other"), str(posting.get("seniority") or "unspecified")
    words = " ".join(_ACRONYMS.get(word, word) for word in role.split("-")) if role != "other" else ""
    return clean(" · ".join(part for part in ("" if seniority == "unspecified" else seniority, words) if part))


def age(posting: Mapping[str, Any], now: datetime) -> str:
    """`posted 3 days ago`, or `seen …` where the board gives no date."""
    posted = posting.get("posted_at")
    moment = datetime.fromisoformat(posted) if isinstance(posted, str) else posted
    if moment is None:
        return ""
    days = (now.date() - moment.astimezone(now.tzinfo).date()).days
    verb = "seen" if posting.get("posted_at_quality") == "first-seen" else "posted"
    when = "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
    return f"{verb} {when if days < 60 else f'{days // 30} months ago'}"


def day(moment: datetime, now: datetime) -> str:
    """`21 November`, with the year where it is not this one; in the zone of `now`."""
    local = moment.astimezone(now.tzinfo)
    return f"{local.day} {_MONTHS[local.month - 1]}" + (f" {local.year}" if local.year != now.year else "")


def because(clauses: Iterable[Mapping[str, Any]], limit: int = 6) -> str:
    """The clauses of `search.explain` that hold, each once: `title has “llm”, “agents” · role: ai-engineer`.

    What is excluded, that a posting is open, and the currency beside the pay go without saying.
    """
    parts: dict[str, list[str]] = {}
    told = [clause for clause in clauses if not str(clause.get("clause", "")).startswith("-")]
    unsaid = {"currency"} if any(clause.get("field") == "salary" for clause in told) else set()
    for clause in told:
        if clause.get("field") in unsaid or clause.get("text") == "is: open":
            continue
        where, sign, words = clean(clause.get("text"), 80).partition(" has ")
        parts.setdefault(where + sign, []).append(words)
    said = [where + ", ".join(dict.fromkeys(words)) for where, words in parts.items()]
    return " · ".join(said[:limit])


def given_name(name: str, query: str) -> str:
    """The name that a person gave to a search; empty where it was made of the query."""
    made = " ".join(query.split())[:MAX_NAME]
    number = name.removeprefix(f"{made} ")
    return "" if name == made or (number != name and number.isascii() and number.isdigit()) else name


def plural(count: int, one: str, many: str = "") -> str:
    """`1 posting`, `2 postings`, with thousands separated."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
