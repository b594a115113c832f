"""Base pay read from the text, against what the same postings state in their ATS fields.

    python benchmarks/salary_text.py [--errors]

The text is read without the fields. Of the postings whose fields state base pay:
- overlap: of those where the text gave pay too, the share whose ranges overlap (any tier), annualised; a field that the
  text calls on-target earnings, with base pay beside it, is no base pay to us (`base_beside_target`);
- printed: those whose text prints both ends of the stated range or of one of its tiers; the share read with both ends
  right. Ranges that the text itself calls on-target earnings or total cash are counted apart: we take base pay only.
  Also says how many postings without pay in their fields got pay from their text.
"""

import re
import sys
import time

import captures

from models import RawPosting, Salary
from pipeline.pay import PER_YEAR, tag_pay
from pipeline.pay.said import base_beside_target, tag_pay_text
from pipeline.place import tag_places
from pipeline.text.plain import plain_text

_TARGET = re.compile(r"\bOTE\b|on[- ]target|total (?:target )?cash|target (?:total )?cash|earning potential", re.I)
Range = tuple[float | None, float | None]


def main() -> None:
    rows = [row for raw in captures.postings("ashby") if (row := _row(raw))]
    start = time.process_time()
    read = [tag_pay_text(text, countries) for _, text, countries, _, _ in rows]
    took = (time.process_time() - start) / len(rows) * 1e6
    both = [(*row, *found) for row, found in zip(rows, read, strict=True)]
    stated = [row for row in both if row[3]]
    print(f"{len(rows)} postings with text, {len(stated)} state base pay in their fields; {took:.0f} us each")
    _overlap(stated)
    _printed_ranges(stated)
    print(f"no pay in the fields, pay in the text: {sum(row[3] is None and row[5] is not None for row in both)}")


def _overlap(stated: list[tuple]) -> None:
    found = [row for row in stated if row[5]]
    apart = [row for row in found if not _overlaps(row)]
    targets = [row for row in apart if base_beside_target(row[3], row[1], row[2])]
    share, fair = 1 - len(apart) / len(found), 1 - (len(apart) - len(targets)) / (len(found) - len(targets))
    print(f"base pay in the fields as we read them, and in the text: {len(found) - len(targets)}; overlap {fair:.4f}")
    print(
        f"    fields as they are, with {len(targets)} that the text calls on-target earnings: {len(found)}; {share:.4f}"
    )
    for row in apart if "--errors" in sys.argv else []:
        print("    no overlap:", row[0].board, row[0].title, _shown(row[3]), "read", _shown(row[5]), repr(row[6].quote))


def _printed_ranges(stated: list[tuple]) -> None:
    printed = [(row, spans) for row in stated if (spans := _printed(row))]
    base = [(row, spans) for row, spans in printed if not all(_is_target(row[1], span) for span in spans.values())]
    wrong = [(row, spans) for row, spans in base if not _is_right(row, spans)]
    print(f"both ends printed: {len(base)}; right {len(base) - len(wrong)} = {1 - len(wrong) / len(base):.4f}")
    print(f"    apart: {len(printed) - len(base)} that the text calls on-target earnings or total cash")
    for row, spans in wrong if "--errors" in sys.argv else []:
        print("    not right:", row[0].board, row[0].title, list(spans), "read", _shown(row[5]))


def _row(raw: RawPosting) -> tuple[RawPosting, str, set[str], Salary | None, list[Range]] | None:
    text = plain_text(raw.description)
    if not text:
        return None
    salary, _, tiers = tag_pay(raw.pay)
    ranges: list[Range] = [(tier["min"], tier["max"]) for tier in tiers]
    if salary:
        ranges.append((salary.min, salary.max))
    return raw, text, {place.country for place in tag_places(raw).places if place.country}, salary, ranges


def _overlaps(row: tuple) -> bool:
    _, _, _, stated, ranges, read, *_ = row
    low, high = read.annual_min or read.annual_max, read.annual_max or read.annual_min
    factor = PER_YEAR[stated.period]
    return any((a or b) * factor <= high + 0.01 and low <= (b or a) * factor + 0.01 for a, b in ranges)


def _printed(row: tuple) -> dict[Range, int]:
    """The stated ranges whose two ends the text prints within 40 characters of each other, and where."""
    _, text, _, _, ranges, *_ = row
    return {(a, b): place for a, b in ranges if a and b and (place := _place(a, b, text)) >= 0}


def _place(low: float, high: float, text: str) -> int:
    for end in re.finditer(_written(high), text):
        for start in re.finditer(_written(low), text[max(0, end.start() - 40) : end.start() + 1]):
            if low != high or start:
                return max(0, end.start() - 40) + start.start()
    short = rf"(?<![\d.,]){low / 1000:g}\s?[-–—]\s?\$?{high / 1000:g}\s?[kK]\b"
    match = re.search(short, text)
    return match.start() if match else -1


def _written(value: float) -> str:
    whole = f"{value:,.0f}".replace(",", "[,. ]?")
    forms = [whole] if value == int(value) else []
    forms += [f"{value:.2f}".replace(".", r"\.")]
    if value >= 1000 and value % 100 == 0:
        forms.append(f"{value / 1000:g}".replace(".", r"\.") + r"\s?[kK]\b")
    return rf"(?<![\d.,])(?:{'|'.join(forms)})(?!\d|[.,]\d)"


def _is_target(text: str, place: int) -> bool:
    return bool(_TARGET.search(text[max(0, place - 70) : place + 60]))


def _is_right(row: tuple, spans: dict[Range, int]) -> bool:
    read, tiers = row[5], row[7]
    if read is None:
        return False
    ranges = {(tier["min"], tier["max"]) for tier in tiers} | {(read.min, read.max)}
    return bool(ranges & set(spans))


def _shown(salary: Salary | None) -> str:
    return f"{salary.min}-{salary.max} {salary.currency}/{salary.period}" if salary else "none"


if __name__ == "__main__":
    main()
