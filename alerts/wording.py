"""A posting in words: place, pay, age, role. Pure; every string that comes out is clean of control characters."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

_ACRONYMS = {"ai": "AI", "ml": "ML", "nlp": "NLP", "mlops": "MLOps"}
_PERIODS = {"year": "a year", "month": "a month", "week": "a week", "day": "a day", "hour": "an hour"}
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


def place(posting: Mapping[str, Any]) -> str:
    """`Paris, FR · remote (EU)`, at most three places."""
    found = [_place(one) for one in posting.get("locations") or []]
    named = [one for one in dict.fromkeys(found) if one]
    shown = " / ".join(named[:3]) + (f" +{len(named) - 3}" if len(named) > 3 else "")
    workplace, scope = posting.get("workplace") or "", posting.get("remote_scope") or ""
    how = f"{workplace or 'remote'} ({scope})" if scope else workplace
    return clean(" · ".join(part for part in (shown, how) if part))


def _place(one: Mapping[str, Any]) -> str:
    return clean(", ".join(part for part in (one.get("city") or one.get("region"), one.get("country")) if part), 80)


def pay(posting: Mapping[str, Any]) -> str:
    """`180,000–220,000 USD a year`; empty where no pay is given."""
    salary = posting.get("salary") or {}
    amounts = [_amount(salary[key]) for key in ("min", "max") if salary.get(key) is not None]
    if not amounts:
        return ""
    period = _PERIODS.get(salary.get("period") or "", "")
    guess = "estimated" if salary.get("is_predicted") else ""
    return clean(
        " ".join(part for part in ("–".join(dict.fromkeys(amounts)), salary.get("currency"), period, guess) if part)
    )


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


def change(field: str, before: object, after: object) -> str:
    """`pay: none → 180,000`."""
    name = clean(field.replace("_", " "), 40)
    return f"{name}: {_value(before)} → {_value(after)}"


def _value(value: object) -> str:
    if value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return _amount(value)
    if isinstance(value, list):
        return clean(", ".join(_value(one) for one in value), 80)
    if isinstance(value, dict):
        return clean(", ".join(_value(one) for one in value.values() if one not in (None, "")), 80)
    return clean(value, 80)


def plural(count: int, one: str, many: str = "") -> str:
    """`1 posting`, `2 postings`, with thousands separated."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
