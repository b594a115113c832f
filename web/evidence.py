"""What each tag rests on, from the evidence stored with a posting; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from web.prose import Span

BASES = {
    "stated": "The ad says so.",
    "inferred": "Concluded from the ad, not said in it.",
    "unknown": "The ad does not say.",
}


@dataclass(frozen=True)
class Reason:
    """One piece of evidence. `value` tells the parts of a tag apart (a skill's name); `place` is a span's anchor."""

    tag: str
    value: str
    basis: str
    rule: str
    field: str
    quote: str
    start: int | None
    end: int | None
    place: str
    need: str = ""  # of a skill: must or nice

    @property
    def label(self) -> str:
        """What the marked words say: `role`, or `skills: pytorch`."""
        words = self.tag.replace("_", " ")
        return f"{words}: {self.value}" if self.value else words

    @property
    def is_in_text(self) -> bool:
        """Whether it is a stretch of the description."""
        return self.field == "description" and self.start is not None and self.end is not None


def reasons(evidence: Mapping[str, Any]) -> dict[str, list[Reason]]:
    """Tag -> its evidence. A tag's evidence is one record, a list of them, or one for each of its values."""
    found: dict[str, list[Reason]] = {}
    number = 0
    for tag, stored in evidence.items():
        for value, record in _records(stored):
            number += 1
            found.setdefault(tag, []).append(_reason(tag, value, record, f"why-{number}"))
    return found


def spans(found: Mapping[str, list[Reason]]) -> list[Span]:
    """The stretches of the description that the reasons name."""
    return [
        Span(reason.start, reason.end, reason.label, reason.place)
        for group in found.values()
        for reason in group
        if reason.is_in_text and reason.start is not None and reason.end is not None
    ]


def tiers(evidence: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The pay ranges beside the one that is the tag, as (label, salary): by place or level."""
    salary = evidence.get("salary")
    found = salary.get("tiers") if isinstance(salary, dict) else None
    known = [tier for tier in found if isinstance(tier, dict)] if isinstance(found, list) else []
    return [(str(tier.get("label") or ""), tier) for tier in known if tier.get("currency") and tier.get("period")]


def _records(stored: Any, value: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(stored, list):
        for part in stored:
            yield from _records(part, value)
    elif isinstance(stored, dict) and ("basis" in stored or "rule" in stored):
        yield value or str(stored.get("value", "")), stored
    elif isinstance(stored, dict):
        for key, part in stored.items():
            yield from _records(part, str(key))


def _reason(tag: str, value: str, record: Mapping[str, Any], place: str) -> Reason:
    start, end = record.get("start"), record.get("end")
    return Reason(
        tag=tag,
        value=value,
        basis=str(record.get("basis", "unknown")),
        rule=str(record.get("rule", "")),
        field=str(record.get("field", "")),
        quote=str(record.get("quote", "")),
        start=start if isinstance(start, int) else None,
        end=end if isinstance(end, int) else None,
        place=place,
        need=str(record.get("need") or ""),
    )
