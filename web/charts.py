"""Lines, bars and ranges as points of an SVG: pure, no words in them, so that they may be stretched to any width."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 100.0, 40.0
_NICE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True)
class Line:
    """A line from the left to the right edge, over the ground at zero. `top`: what the upper edge stands for."""

    points: str
    area: str
    top: float
    end: tuple[float, float]


def nice(value: float) -> float:
    """The next round number that is no less; 1 of nothing."""
    if value <= 1:
        return 1.0
    power = 10.0 ** (len(f"{int(value)}") - 1)
    return next(power * step for step in _NICE if power * step >= value)


def line(values: Sequence[float], top: float = 0.0) -> Line:
    """Values over time; `top` makes several lines comparable."""
    top = top or nice(max(values, default=0))
    step = WIDTH / max(len(values) - 1, 1)
    found = [(round(place * step, 2), _down(value, top)) for place, value in enumerate(values)] or [(0.0, HEIGHT)]
    points = " ".join(f"{x:g},{y:g}" for x, y in found)
    return Line(points, f"0,{HEIGHT:g} {points} {found[-1][0]:g},{HEIGHT:g}", top, found[-1])


def columns(values: Sequence[float], top: float) -> list[tuple[float, float, float, float]]:
    """(x, y, width, height) of a column each, with a gap between."""
    step = WIDTH / max(len(values), 1)
    tops = [_down(value, top) for value in values]
    wide = round(0.76 * step, 2)
    return [(round((place + 0.12) * step, 2), y, wide, round(HEIGHT - y, 2)) for place, y in enumerate(tops)]


def _down(value: float, top: float) -> float:
    return round(HEIGHT - HEIGHT * min(value / top, 1.0), 2)


@dataclass(frozen=True)
class Range:
    """A bar from `x` on, `width` wide, with a mark at `middle`, all of 100."""

    x: float
    width: float
    middle: float


def ranges(rows: Sequence[tuple[float, float, float] | None], top: float) -> list[Range | None]:
    """(low, middle, high) each on one scale from zero to `top`."""
    return [
        row and Range(_share(row[0], top), max(_share(row[2], top) - _share(row[0], top), 0.6), _share(row[1], top))
        for row in rows
    ]


def _share(value: float, top: float) -> float:
    return round(100 * min(value / top, 1.0), 2)


def shares(values: Sequence[float]) -> list[float]:
    """Each of 100, the largest being 100."""
    top = max((abs(value) for value in values), default=0) or 1
    return [round(100 * abs(value) / top, 2) for value in values]


def change(values: Sequence[float]) -> str:
    """From the first to the last, in words: `+10%`, `new`, `unchanged`."""
    first, last = (values[0], values[-1]) if values else (0, 0)
    if first == last:
        return "unchanged"
    return f"{round(100 * (last - first) / first):+d}%".replace("-", "−") if first else "new"
