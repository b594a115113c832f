"""What happened to a posting, in words: one line for each change that a reader would name. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from alerts.wording import clean, day, pay, places, plural

MAX_LINES = 5
_NAMES = {"locations": "location", "employment_type": "employment", "visa_sponsorship": "visa sponsorship"}
_PAY = ("min", "max", "currency", "period")


def closed(at: datetime | None, changes: Mapping[str, Any], now: datetime) -> str:
    """`closed on 21 November: not listed any more`."""
    reason = clean(_pair(changes.get("reason"))[1], 80)
    return f"closed{f' on {day(at, now)}' if at else ''}{f': {reason}' if reason else ''}"


def over(posted: datetime | None, at: datetime | None) -> str:
    """`closed after 9 days`: of a posting that was told of as open."""
    days = (at - posted).days if at and posted and at > posted else 0
    return f"closed after {plural(days, 'day')}" if days else "closed since"


def lines(changes: Mapping[str, Any], posting: Mapping[str, Any]) -> list[str]:
    """`title changed: A → B`, `salary added: £95k–120k`, `now remote (was onsite)`, `also in Berlin`, `text edited`;
    `posting` is its public JSON after the change."""
    said = [_salary(changes, posting)] if any(f"salary_{part}" in changes for part in _PAY) else []
    for field, values in changes.items():
        if field == "description":
            continue
        if not field.startswith("salary_"):
            said.append(_line(field, *_pair(values)))
    said += ["text edited"] if "description" in changes else []
    kept = list(dict.fromkeys(line for line in said if line))
    return kept[:MAX_LINES]


def _line(field: str, before: Any, after: Any) -> str:
    name = clean(_NAMES.get(field, field.replace("_", " ")), 40)
    if _is_places(before) and _is_places(after):
        return _moved(name, before or [], after or [])
    if field == "workplace" and after:
        return f"now {_value(after)}" + (f" (was {_value(before)})" if before else "")
    name = f"{name} changed" if field == "title" else name
    return f"{name}: {_value(before)} → {_value(after)}"


def _moved(name: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> str:
    """`also in Berlin` where places came and none went, `no longer in Berlin` where they went and none came."""
    came, went = [one for one in after if one not in before], [one for one in before if one not in after]
    if before and came and not went and (new := _towns(came) or places(came)):
        return f"also in {new}"
    if after and went and not came and (old := _towns(went) or places(went)):
        return f"no longer in {old}"
    return f"{name}: {_change(_towns(before), _towns(after), places(before), places(after))}"


def _salary(changes: Mapping[str, Any], posting: Mapping[str, Any]) -> str:
    """The four fields of pay as one change; those that stayed are as the posting has them."""
    known = posting.get("salary") or {}
    pairs = {part: _pair(changes.get(f"salary_{part}", [known.get(part)] * 2)) for part in _PAY}
    before, after = ({part: pair[side] for part, pair in pairs.items()} for side in (0, 1))
    was, now = pay({"salary": before}), pay({"salary": after})
    if was and now:
        return f"salary: {was} → {now}" if was != now else "salary edited"
    return f"salary added: {now}" if now else f"salary removed (was {was})" if was else ""


def _change(before: str, after: str, long_before: str, long_after: str) -> str:
    if before == after:  # the towns are the same: their countries differ
        before, after = long_before, long_after
    return f"{before or 'none'} → {after or 'none'}"


def _is_places(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, dict) for one in value))


def _towns(locations: list[dict[str, Any]] | None) -> str:
    names = [clean(one.get("city") or one.get("region") or one.get("country"), 60) for one in locations or []]
    named = list(dict.fromkeys(name for name in names if name))
    return ", ".join(named[:4]) + (f" +{len(named) - 4}" if len(named) > 4 else "")


def _pair(values: Any) -> tuple[Any, Any]:
    return (values[0], values[1]) if isinstance(values, list | tuple) and len(values) == 2 else (None, values)


def _value(value: object) -> str:
    if value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:,.10g}"
    if isinstance(value, list):
        return clean(", ".join(_value(one) for one in value), 80)
    if isinstance(value, dict):
        return clean(", ".join(_value(one) for one in value.values() if one not in (None, "")), 80)
    return clean(value, 80)
