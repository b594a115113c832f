"""The grammar of money in a text: an amount or a range, its currency and period, wherever a sign or a code stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.pay.amounts import Amount, amounts
from pipeline.pay.bands import worth
from pipeline.pay.currency import whose
from pipeline.pay.words import AND, BETWEEN, FILLERS, PERIODS, PLAIN, TO, hints, period_finder
from pipeline.text.windows import WRITTEN, Hints, windows

_HINTS = Hints("|".join(hints()), among=WRITTEN)
_MOST = 100  # sums a text; real postings name 15 at most
_BEFORE, _AFTER = 44, 84  # characters around a hint
_JOINT_LENGTH, _PERIOD_LENGTH, _AROUND = 64, 48, 45
_LARGEST_RANGE = 6
_TOKEN = re.compile(r"[^\s/(),]+|[/(]")
_STROKE = re.compile(r"\d{2,3} ?k")  # "55/65 k€"
_BY_MARKET = re.compile(  # "from $150,000 in our lowest market up to $260,000 in our highest"
    r"(?:/ ?ye?a?r|per year|annually)?,? ?\(?(?:in|for|at) [\w ,'’-]{3,44}\)?,? (?:and )?(?:up )?to(?: an?)?"
)
_SLIP = re.compile(r"[$£] ?\d{2,3},\d\d(?![\d,])")


@dataclass(slots=True)
class Money:
    """An amount, or a range with `high`, as the text writes it; `period` is empty if it stands with none."""

    low: float
    high: float | None
    currency: str
    period: str
    start: int
    end: int
    is_open: bool = False  # "$120,000+"
    is_pay: bool = False  # "40 LPA": the word says that it is pay
    is_unsaid: bool = False  # no word and no sign names the currency
    is_doubtful: bool = False  # "$160,00": a slip, where it is no hourly pay written as in Europe

    @property
    def top(self) -> float:
        """The greatest figure."""
        return self.low if self.high is None else self.high


def find_money(text: str, countries: set[str]) -> Iterator[Money]:
    """The money of a text in order, sums of millions left out. Linear in the text's length.

    `countries` says whose dollar a bare "$" is, where they agree on one; else it is the US dollar.
    """
    count = done = 0
    for start, end in windows(text, _HINTS, _BEFORE, _AFTER):
        for money in money_in(text, max(start, done), end, countries):
            count += 1
            if count > _MOST:
                return
            done = money.end
            yield money


def money_in(text: str, start: int, end: int, countries: set[str], default: str = "") -> Iterator[Money]:
    """The money of a stretch of text; `default` is the currency of figures that name none."""
    piece = text[start:end]
    if not piece.isascii():
        piece = piece.translate(PLAIN)
    lower = piece.lower()
    for group in _groups(amounts(piece), lower):
        money = _read(group, piece, lower, countries, default)
        if money:
            money.start, money.end = money.start + start, money.end + start
            yield money


def _groups(found: list[Amount], lower: str) -> Iterator[list[Amount]]:
    """The figures, those together that strokes or words make a range."""
    group: list[Amount] = []
    for amount in found:
        if group and len(group) < 3 and _joins(lower, group[0].start, group[-1].end, amount.start):
            group.append(amount)
            continue
        if group:
            yield group
        group = [amount]
    if group:
        yield group


def _joins(lower: str, begin: int, end: int, start: int) -> bool:
    """Whether what stands between two figures makes them a range: "-", "per hour to", "und" after "zwischen"."""
    if not 0 <= start - end <= _JOINT_LENGTH:
        return False
    between = lower[end:start].strip()
    if between == "/" and _STROKE.match(lower, start):
        return True
    around = lower[max(0, begin - _AROUND) : begin] + " " + lower[start : start + _AROUND]
    if _is_joint(between, around) or (_BY_MARKET.fullmatch(between) and not BETWEEN.isdisjoint(_TOKEN.findall(around))):
        return True
    tokens = between.split()
    return any(
        _is_joint(" ".join(tokens[-count:]), around) and _is_filler(" ".join(tokens[:-count]))
        for count in (1, 2, 3)
        if count < len(tokens)
    )


def _is_joint(between: str, around: str) -> bool:
    if between in TO or between == "and":
        return True
    return between in AND and not BETWEEN.isdisjoint(_TOKEN.findall(around))


def _is_filler(words: str) -> bool:
    return all(token in FILLERS or token in PERIODS for token in _TOKEN.findall(words)) or words.strip() in PERIODS


def _read(group: list[Amount], piece: str, lower: str, countries: set[str], default: str) -> Money | None:
    signs = [sign for amount in group for sign in amount.signs]
    ends = _ends(group)
    if ends is None:
        return None
    first, last = group[0], group[-1]
    currency = whose(signs, group, piece, lower, countries) or default
    if not currency or _is_sum_of_millions(group, currency):
        return None
    is_pay = last.scale_word.lower().replace(".", "") in ("lpa", "cpa")
    period, end = _period(lower, last.end) or _period(lower, first.end) or ("year" if is_pay else "", last.end)
    end = first.start + len(piece[first.start : max(end, last.end)].rstrip())
    return Money(
        *ends, currency, period, first.start, end,
        is_open=len(group) == 1 and first.is_open, is_pay=is_pay, is_unsaid=not signs,
        is_doubtful=bool(first.signs) and _SLIP.search(piece, first.start, first.end) is not None,
    )  # fmt: skip


def _ends(group: list[Amount]) -> tuple[float, float | None] | None:
    """The least and the greatest of up to three figures: "70–80k", "$100k (min) – $120k (mid) – $140k (max)"."""
    _share_scale(group)
    low, high = group[0].value, group[-1].value
    if len(group) == 1:
        return (low, None) if 0 < low < 1e12 else None
    low, high = min(low, high), max(low, high)
    return (low, high) if low > 0 and high <= _LARGEST_RANGE * low and high < 1e12 else None


def _share_scale(group: list[Amount]) -> None:
    """ "18-25 lakh" and "$70k-90": the scale is written once."""
    first, last = group[0], group[-1]
    if last.scale > 1 and first.scale == 1 and first.number < 1_000 and first.number <= last.value:
        first.scale = last.scale
    if first.scale > 1 and last.scale == 1 and last.number < 1_000:
        last.scale = first.scale


def _is_sum_of_millions(group: list[Amount], currency: str) -> bool:
    """What is written in millions is the money of firms, but where a million is little."""
    written = {amount.scale for amount in group if amount.scale in (1e6, 1e9, 1e12) and amount.scale_word}
    return bool(written) and (max(written) > 1e6 or worth(currency) < 30)


def _period(lower: str, end: int) -> tuple[str, int] | None:
    """The period that stands right behind the figures, with where its word ends."""
    after = lower[end : end + _PERIOD_LENGTH].split("\n", 1)[0]
    hit = next(period_finder.hits(after), None)
    if hit is None or not _is_filler(after[: hit.start]):
        return None
    return hit.value, end + hit.end
