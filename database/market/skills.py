"""Which skills are asked for more or less than before, and which somebody lacks."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from math import sqrt

from sqlalchemy import Connection, Select, and_, func, select

from database.market.figures import Asked, Figures, Row
from database.market.openings import share
from database.market.scope import BEGAN, POSTING, SKILL, basis, boards, condition, lives, number

LEAST = 5  # postings that name a skill, before it is told of
SHOWN = 200
CLEAR = 1.96  # standard errors: chance alone does so once in twenty times
ASKED_SHARE = 0.02  # of the postings: what fewer ask for is not told to be missing


def changes(connection: Connection, asked: Asked, now: datetime) -> Figures:
    """The share of new postings that name a skill, in the last days and in as many before, on boards read in both."""
    middle, start = now - timedelta(days=asked.days), now - 2 * timedelta(days=asked.days)
    life = lives(start, now, BEGAN).subquery()
    source = POSTING.join(life, life.c.posting_id == POSTING.c.id)
    is_before = and_(life.c.began > start, life.c.began <= middle)
    is_after = and_(life.c.began > middle, life.c.began <= now)
    counts = (number(is_before).label("before"), number(is_after).label("after"))
    told = condition(connection, asked, now)
    whole = connection.execute(select(*counts).select_from(source).where(told)).one()
    wanted = select(SKILL.c.skill, *counts).select_from(source.join(SKILL, SKILL.c.posting_id == POSTING.c.id))
    wanted = wanted.where(told, life.c.began > start).group_by(SKILL.c.skill)
    found = connection.execute(wanted).all()
    rows = [
        _changed(row.skill, row.before, row.after, whole.before, whole.after)
        for row in found
        if row.before + row.after >= LEAST
    ]
    rows.sort(key=lambda row: (-(row["change"] or 0.0), row["skill"]))
    note = "Shares of the postings that came new; clear: more than chance would do once in twenty times."
    span = {"from": start, "middle": middle, "to": now, **boards(connection, start, now)}
    more = span | {"before": whole.before, "after": whole.after, "note": note}
    columns = ("skill", "before", "after", "share_before", "share_after", "change", "is_clear")
    return Figures("skills", columns, rows, basis(asked, now, whole.before + whole.after, **more))


def _changed(skill: str, before: int, after: int, all_before: int, all_after: int) -> Row:
    was, now_is = share(before, all_before), share(after, all_after)
    change = round(now_is - was, 4) if was is not None and now_is is not None else None
    return {
        "skill": skill, "before": before, "after": after, "share_before": was, "share_after": now_is, "change": change,
        "is_clear": _is_clear(before, after, all_before, all_after),
    }  # fmt: skip


def _is_clear(before: int, after: int, all_before: int, all_after: int) -> bool:
    """Whether two shares differ by more than chance explains."""
    if not all_before or not all_after:
        return False
    pooled = (before + after) / (all_before + all_after)
    error = sqrt(pooled * (1 - pooled) * (1 / all_before + 1 / all_after))
    return error > 0 and abs(after / all_after - before / all_before) > CLEAR * error


def wanted(connection: Connection, asked: Asked, now: datetime) -> Figures:
    """What open postings ask for, most first; `have`: somebody has it; `gain`: they lack nothing else of a posting."""
    is_asked = and_(condition(connection, asked, now), POSTING.c.closed_at.is_(None))
    total = connection.execute(select(func.count()).select_from(POSTING).where(is_asked)).scalar_one()
    source = POSTING.join(SKILL, SKILL.c.posting_id == POSTING.c.id)
    counted = func.count().label("postings")
    named = select(SKILL.c.skill, counted).select_from(source).where(is_asked).group_by(SKILL.c.skill)
    found = connection.execute(named.order_by(counted.desc(), SKILL.c.skill).limit(SHOWN)).all()
    gains = _gains(connection, named, asked.skills) if asked.skills else {}
    rows = [
        {"skill": row.skill, "postings": row.postings, "share": share(row.postings, total),
         "have": row.skill in asked.skills, "gain": gains.get(row.skill, 0)}
        for row in found
    ]  # fmt: skip
    told: Row = {"skills": list(asked.skills)}
    if asked.skills:
        told |= {"note": "gain: open postings of whose skills this is the only one missing.",
                 "covered": _covered(connection, is_asked, asked.skills)}  # fmt: skip
    return Figures("asked", ("skill", "postings", "share", "have", "gain"), rows, basis(asked, now, total, **told))


def missing(connection: Connection, asked: Asked, now: datetime) -> Figures:
    """Of what open postings ask for, what is not among the skills; what opens most postings first."""
    found = wanted(connection, asked, now)
    total = found.basis["postings"]
    rows = [row for row in found.rows if not row["have"] and row["postings"] >= max(2, ASKED_SHARE * total)]
    rows.sort(key=lambda row: (-row["postings"], row["skill"]))
    return Figures("missing", ("skill", "postings", "share", "gain"), [_without_have(row) for row in rows], found.basis)


def _without_have(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "have"}


def _gains(connection: Connection, named: Select[tuple[str, int]], have: Sequence[str]) -> dict[str, int]:
    """Skill -> open postings that lack it alone."""
    lacking = named.with_only_columns(SKILL.c.posting_id, func.max(SKILL.c.skill).label("skill"))
    lacking = lacking.where(SKILL.c.skill.not_in(have)).group_by(None).group_by(SKILL.c.posting_id)
    alone = lacking.having(func.count() == 1).subquery()
    counted = select(alone.c.skill, func.count()).group_by(alone.c.skill)
    return dict(connection.execute(counted).all())


def _covered(connection: Connection, is_asked: object, have: Collection[str]) -> int:
    """Open postings that name skills, all of which are there."""
    own = SKILL.alias()
    is_lacking = select(own.c.skill).where(own.c.posting_id == POSTING.c.id, own.c.skill.not_in(have)).exists()
    names = SKILL.alias()
    is_naming = select(names.c.skill).where(names.c.posting_id == POSTING.c.id).exists()
    counted = select(func.count()).select_from(POSTING).where(is_asked, is_naming, ~is_lacking)  # type: ignore[arg-type]
    return connection.execute(counted).scalar_one()
