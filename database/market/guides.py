"""What published guides say of pay (data/guides.tsv): reference facts, shown apart from what is measured."""

from functools import cache
from pathlib import Path

from database.market.figures import PER_YEAR, Asked, Row
from search import rates

_DATA = Path(__file__).parent / "data" / "guides.tsv"
_FIELDS = ("guide", "year", "role", "seniority", "place", "currency", "low", "high", "words")


@cache
def _guides() -> list[dict[str, str]]:
    lines = _DATA.read_text(encoding="utf-8").splitlines()
    return [dict(zip(_FIELDS, line.split("\t"), strict=True)) for line in lines if not line.startswith("#")]


def guides(asked: Asked, role: str = "", seniority: str = "", place: str = "") -> list[Row]:
    """The guides' ranges that bear on a role, level and place (a country, or `remote`), in what is asked for."""
    given = {"role": role, "seniority": seniority, "place": place}
    found = [one for one in _guides() if all(_bears(one[name], value) for name, value in given.items())]
    told = {(one["guide"], one["words"], one["place"]): one for one in found}  # of one word on several levels, one row
    return [_converted(one, asked) for one in told.values()]


def _bears(said: str, wanted: str) -> bool:
    """A guide that names no role or level speaks of all of them."""
    return not wanted or said in ("", wanted)


def _converted(one: dict[str, str], asked: Asked) -> Row:
    named = {name: one[name] for name in ("guide", "role", "seniority", "place", "words")}
    low, high = (_amount(one[name], one["currency"], asked) for name in ("low", "high"))
    said = {"currency": one["currency"], "stated": f"{_printed(one['low'])}–{_printed(one['high'])} {one['currency']}"}
    return {**named, "year": int(one["year"]), "low": low, "high": high, "is_open": one["high"].endswith("+"), **said}


def _printed(text: str) -> str:
    return f"{int(text.rstrip('+')):,}{'+' * text.endswith('+')}" if text else "…"


def _amount(text: str, currency: str, asked: Asked) -> float | None:
    found = rates.in_force().convert(float(text.rstrip("+")), currency, asked.currency) if text else None
    return None if found is None else round(found / PER_YEAR[asked.period], 2)
