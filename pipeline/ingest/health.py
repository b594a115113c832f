"""What a crawl says of its board's health: how many postings it lists and how full they are, against what is usual.

The board's `health` holds `fill` (counts of the last crawl that read any), `usual` (of that and those before, older
ones counting less), `falls` (field -> [share now, share before, postings read]), and what its interval is learned from:
`moved_at`, when it last changed, and `gap`, the minutes that usually lie between two changes. `fell`: since when a
field is fallen; `kept`: what stands of before (see `pipeline.ingest.silence`).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from models import BoardEnd
from pipeline import fullness, lifecycle
from pipeline.ingest import silence
from pipeline.lifecycle import Judgement

KINDS = ("opened", "changed", "closed", "reopened")
ALARMED = timedelta(days=7)  # a fallen field is told of for so long, however often the board is crawled
GAP_MEMORY = 0.7  # of what was usual, beside the newest gap


def assessed(
    board: dict[str, Any],
    end: BoardEnd,
    judgement: Judgement,
    counts: Counter[str],
    last_counts: Sequence[int],
    now: datetime,
) -> dict[str, Any]:
    """The board's columns of its health after this crawl. `last_counts`: what its last complete crawls found."""
    health, values = dict(board["health"]), {"found": board["found"], "usual": board["usual"]}
    if judgement.is_complete and not end.is_not_modified:
        values = {"found": len(end.seen), "usual": fullness.usual_count(last_counts)}
    fill = fullness.filled(counts, end.skipped)
    if fill.get(fullness.READ):
        health |= _fullness(health, fill, now)
        health["kept"] = silence.kept_after(health.get("kept", {}), counts, fill, now)
    if judgement.is_well:
        health |= _pace(health, any(counts[kind] for kind in KINDS) and board["baseline_at"] is not None, now)
    alarm = _alarm(board | values, health)
    return values | {"health": health, "alarm": alarm}


def _fullness(health: dict[str, Any], fill: dict[str, int], now: datetime) -> dict[str, Any]:
    """How full the postings are, and which fields fell; one that fell is not soon taken for usual."""
    usual, found = health.get("usual", {}), fullness.falls(health.get("usual", {}), fill)
    fell = {fall.field: health.get("fell", {}).get(fall.field, now.isoformat()) for fall in found}
    fresh = [name for name, since in fell.items() if now - datetime.fromisoformat(since) < ALARMED]
    falls = {fall.field: [round(fall.now, 3), round(fall.before, 3), fall.read] for fall in found}
    return {"fill": fill, "usual": fullness.remembered(usual, fill, fresh), "falls": falls, "fell": fell}


def _alarm(board: dict[str, Any], health: dict[str, Any]) -> str:
    told = [str(fullness.Fall(name, *fall)) for name, fall in health.get("falls", {}).items()]
    if fullness.is_few(board["found"], board["usual"]):
        told.insert(0, f"it lists {board['found']} postings, usually {board['usual']}")
    return "; ".join(filter(None, [*told, silence.words(health.get("kept", {}))]))


def _pace(health: dict[str, Any], has_moved: bool, now: datetime) -> dict[str, Any]:
    """When the board moved last and how long that usually takes, in minutes."""
    if not has_moved:
        return {} if "moved_at" in health else {"moved_at": now.isoformat()}
    if "moved_at" not in health:
        return {"moved_at": now.isoformat()}
    gap = (now - datetime.fromisoformat(health["moved_at"])) / timedelta(minutes=1)
    usual = health.get("gap", gap)
    return {"moved_at": now.isoformat(), "gap": round(GAP_MEMORY * usual + (1 - GAP_MEMORY) * gap, 1)}


def interval_of(health: dict[str, Any], base: timedelta, longest: timedelta, now: datetime) -> timedelta:
    """How often a board is asked that moves as this one does."""
    if "moved_at" not in health:
        return base
    since = now - datetime.fromisoformat(health["moved_at"])
    usual = timedelta(minutes=health["gap"]) if "gap" in health else timedelta(0)
    return lifecycle.learned_interval(max(usual, since), base, longest)
