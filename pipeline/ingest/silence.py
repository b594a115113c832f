"""Fields that fall silent on a board all at once: what was known stands until crawl after crawl says the same.

An edit takes a field from an ad; a change of format takes it from every ad. So where several ads of a page lose a field
and none of the page has it, they keep what they said, and the operator is told. The board's `health` holds what is kept
so (`kept`: field -> since when, in how many crawls, whether it is believed); a person believes it at once with
`rolewire boards believe`. What is kept makes an ad look unchanged, so that nothing is written and nobody told.
"""

import contextlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from database import read, table_of
from models import Board, BoardTask, Listing, RawPosting
from pipeline import fullness
from pipeline.content import content_hash
from pipeline.ingest.chunks import chunks
from pipeline.ingest.rows import raw_of
from pipeline.lifecycle import CONFIRMATION_SPAN, CONFIRMATIONS

PREFIX = "kept:"  # in counts
ELSEWHERE = ("url", "description", "posted", "updated")  # of these the last word stands anyway
FIELDS = {name: has for name, has in fullness.FIELDS.items() if name not in ELSEWHERE} | {
    "company": lambda r: r.company
}
PARTS = {"pay": ("pay", "pay_text")}
Kept = dict[str, dict[str, Any]]


def with_what_stood(
    engine: Engine, task: BoardTask, raws: list[RawPosting], held: Mapping[str, Mapping[str, Any]]
) -> tuple[list[RawPosting], dict[str, str], Counter[str]]:
    """A page's postings with what they lost together, what each says as a digest, and of how many ads that was lost.

    `held`: id -> what is stored of it.
    """
    digests = _digests(raws)
    changed = {raw.native_id: held[raw.native_id]["id"] for raw in raws if _is_changed(held, raw, digests)}
    kept, before = _read(engine, task, changed) if changed else ({}, {})
    lost = {name: ids for name in FIELDS if before and (ids := _lost(name, raws, before, kept.get(name)))}
    if not lost:
        return raws, digests, Counter()
    stood = [_restored(raw, before, [name for name, ids in lost.items() if raw.native_id in ids]) for raw in raws]
    digests |= _digests([raw for raw, said in zip(stood, raws, strict=True) if raw is not said])
    return stood, digests, Counter({PREFIX + name: len(ids) for name, ids in lost.items()})


def _digests(raws: list[RawPosting]) -> dict[str, str]:
    """What postings say, by their ids. One of which it cannot be told is poison, and told of where it is tagged."""
    found = {}
    for raw in raws:
        with contextlib.suppress(TypeError, ValueError, AttributeError):
            found[raw.native_id] = content_hash(raw)
    return found


def _is_changed(held: Mapping[str, Mapping[str, Any]], raw: RawPosting, digests: dict[str, str]) -> bool:
    """Whether a posting that is stored says something else."""
    row, digest = held.get(raw.native_id), digests.get(raw.native_id)
    return bool(row and digest and (row["content_hash"] != digest or row["apply_url"] != raw.apply_url))


def _read(engine: Engine, task: BoardTask, changed: Mapping[str, int]) -> tuple[Kept, dict[str, RawPosting]]:
    """What the board keeps by now, and what its changed ads said."""
    c, names = table_of(Listing).c, {key: native_id for native_id, key in changed.items()}
    health = select(table_of(Board).c.health).where(table_of(Board).c.id == task.board_id)
    with read(engine) as connection:
        kept = (connection.execute(health).scalar() or {}).get("kept", {})
        rows = [row for chunk in chunks(list(names)) for row in
                connection.execute(select(c.id, c.raw).where(c.id.in_(chunk)))]  # fmt: skip
    return kept, {names[row.id]: raw_of({"raw": row.raw, "description": ""}) for row in rows}


def _lost(
    name: str, raws: Sequence[RawPosting], before: Mapping[str, RawPosting], kept: Mapping[str, Any] | None
) -> Collection[str]:
    """The ads that lost a field, where that is no edit: none of the page has it, and it is not believed."""
    has = FIELDS[name]
    if (kept and kept["is_believed"]) or any(has(raw) for raw in raws):
        return ()
    ids = {raw.native_id for raw in raws if raw.native_id in before and has(before[raw.native_id])}
    return ids if kept or len(ids) >= fullness.LEAST_READ else ()


def _restored(raw: RawPosting, before: Mapping[str, RawPosting], names: Sequence[str]) -> RawPosting:
    parts = [part for name in names for part in PARTS.get(name, (name,))]
    return replace(raw, **{part: getattr(before[raw.native_id], part) for part in parts}) if parts else raw


def kept_after(kept: Kept, counts: Mapping[str, int], fill: Mapping[str, int], now: datetime) -> Kept:
    """What a board keeps after a crawl that read some of it: what is said again is kept no more."""
    lost = [name.removeprefix(PREFIX) for name, count in counts.items() if name.startswith(PREFIX) and count]
    still = {name: one for name, one in kept.items() if not fill.get(name)}
    return still | {name: _deepened(kept.get(name), now) for name in lost}


def _deepened(one: dict[str, Any] | None, now: datetime) -> dict[str, Any]:
    since, crawls = (one["since"], one["crawls"] + 1) if one else (now.isoformat(), 1)
    is_old = now - datetime.fromisoformat(since) >= CONFIRMATION_SPAN
    return {"since": since, "crawls": crawls, "is_believed": crawls >= CONFIRMATIONS and is_old}


def words(kept: Kept) -> str:
    """What is kept, for the operator; empty where nothing is."""
    names = [name for name, one in kept.items() if not one["is_believed"]]
    return KEPT.format(", ".join(names)) if names else ""


KEPT = (
    "no ad says {} any more, so what was said before stands until "
    f"{CONFIRMATIONS} crawls over {CONFIRMATION_SPAN.total_seconds() / 3600:.0f} h say the same; "
    "`rolewire boards believe` takes it at once"
)
