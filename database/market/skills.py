"""Which skills are asked for more or less than before, and which somebody lacks."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from math import sqrt

from sqlalchemy import Connection, Select, and_, func, select

from database.market.figures import Asked, Figures, Row
from database.market.held import held
from database.market.openings import share
from database.market.scope import BEGAN, POSTING, SKILL, basis, boards, condition, lives, number

LEAST = 5  # postings that name a skill, before it is told of
SHOWN = 200
CLEAR = 1.96  # standard errors: chance alone does so once in twenty times
ASKED_SHARE = 0.02  # of the postings: what fewer ask for is not told to be missing


def changes(connection: Connection, asked: Asked, now: datetime) -> Figures:
    """The share of new postings that name a skill, in the last days and in as many before, on boards read in both."""
    middle, start = now - timedelta(days=asked.days), now - 2 * timedelta(days=asked.days)
    if (holder := held(connection, asked, now)) is not None:
        from database.market.followed import came_new, panel_of

        watched = panel_of(connection, start, now)
        whole, found = holder.told(partial(came_new, boards=watched, start=start, middle=middle, now=now))
    else:
        whole, found = _came_new(connection, asked, start, middle, now)
    rows = [
        _changed(skill, row["before"], row["after"], *whole)
        for skill, row in found.items()
        if row["before"] + row["after"] >= LEAST
    ]
    rows.sort(key=lambda row: (-(row["change"] or 0.0), row["skill"]))
    note = "Shares of the postings that came new; clear: more than chance would do once in twenty times."
    span = {"from": start, "middle": middle, "to": now, **boards(connection, start, now)}
    more = span | {"before": whole[0], "after": whole[1], "note": note}
    columns = ("skill", "before", "after", "share_before", "share_after", "change", "is_clear")
    return Figures("skills", columns, rows, basis(asked, now, sum(whole), **more))


def _came_new(
    connection: Connection, asked: Asked, start: datetime, middle: datetime, now: datetime
) -> tuple[tuple[int, int], dict[str, Row]]:
    life = lives(start, now, BEGAN).subquery()
    source = POSTING.join(life, life.c.posting_id == POSTING.c.id)
    is_before = and_(life.c.began > start, life.c.began <= middle)
    is_after = and_(life.c.began > middle, life.c.began <= now)
    counts = (number(is_before).label("before"), number(is_after).label("after"))
    told = condition(connection, asked, now)
    whole = connection.execute(select(*counts).select_from(source).where(told)).one()
    wanted = select(SKILL.c.skill, *counts).select_from(source.join(SKILL, SKILL.c.posting_id == POSTING.c.id))
    wanted = wanted.where(told, life.c.began > start).group_by(SKILL.c.skill)
    return (whole.before, whole.after), {row["skill"]: dict(row) for row in connection.execute(wanted).mappings()}


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
    if (holder := held(connection, asked, now)) is not None:
        from database.market.counted import asked_for

        total, found, gains, covered = holder.told(partial(asked_for, have=asked.skills, most=SHOWN))
    else:
        total, found, gains, covered = _asked_for(connection, asked, now)
    rows = [
        {"skill": skill, "postings": count, "share": share(count, total), "have": skill in asked.skills,
         "gain": gains.get(skill, 0) if asked.skills else 0}
        for skill, count in found
    ]  # fmt: skip
    told: Row = {"skills": list(asked.skills)}
    if asked.skills:
        told |= {"note": "gain: open postings of whose skills this is the only one missing.", "covered": covered}
    return Figures("asked", ("skill", "postings", "share", "have", "gain"), rows, basis(asked, now, total, **told))


def _asked_for(
    connection: Connection, asked: Asked, now: datetime
) -> tuple[int, list[tuple[str, int]], dict[str, int], int]:
    is_asked = and_(condition(connection, asked, now), POSTING.c.closed_at.is_(None))
    total = connection.execute(select(func.count()).select_from(POSTING).where(is_asked)).scalar_one()
    source = POSTING.join(SKILL, SKILL.c.posting_id == POSTING.c.id)
    counted = func.count().label("postings")
    named = select(SKILL.c.skill, counted).select_from(source).where(is_asked).group_by(SKILL.c.skill)
    rows = connection.execute(named.order_by(counted.desc(), SKILL.c.skill).limit(SHOWN))
    found = [(row.skill, row.postings) for row in rows]
    if not asked.skills:
        return total, found, {}, 0
    return total, found, _gains(connection, named, asked.skills), _covered(connection, is_asked, asked.skills)


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
