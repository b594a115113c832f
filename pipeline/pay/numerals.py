"""Figures in letters, as Japan, China and Korea write them: 六百万, 三十五万, 1千5百万, 两万五, 오천만."""

import re
from collections.abc import Iterator

_DIGITS = {
    letter: number
    for letters in ("〇一二三四五六七八九", "零壱弐参", "・・两", "・・兩", "・일이삼사오육칠팔구")
    for number, letter in enumerate(letters)
    if letter != "・"
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1_000, "십": 10, "백": 100, "천": 1_000}
MYRIADS = {"万": 1e4, "萬": 1e4, "만": 1e4, "億": 1e8, "亿": 1e8, "억": 1e8}
_CHINESE = "〇零一二两兩三四五六七八九壱弐参十拾百千"
_RUN = re.compile(
    rf"(?<![\d.,])(?=\d{{0,4}}[{_CHINESE}])[0-9{_CHINESE}万萬億亿]{{2,16}}"
    r"|[일이삼사오육칠팔구십백천만억]{2,12}(?= ?원)"  # syllables of other words too, but before the won
)


def lettered(text: str) -> Iterator[tuple[float, str, int, int]]:
    """Each figure in letters: its value, the myriad it is counted in ("" for none), and its place."""
    for run in _RUN.finditer(text):
        if not _DIGITS.keys().isdisjoint(run.group()) or not _UNITS.keys().isdisjoint(run.group()):
            myriad = next((letter for letter in run.group() if letter in MYRIADS), "")
            yield _value(run.group()), myriad, *run.span()


def _value(run: str) -> float:
    total, section, number, unit = 0.0, 0.0, 0.0, 1.0
    for letter in run:
        if letter in MYRIADS:
            total, section, number, unit = total + (section + number or 1) * MYRIADS[letter], 0, 0, MYRIADS[letter]
        elif letter in _UNITS:
            section, number, unit = section + (number or 1) * _UNITS[letter], 0, _UNITS[letter]
        else:
            number = number * 10 + _DIGITS.get(letter, 0) + (int(letter) if letter.isdecimal() else 0)
    is_short = 0 < number < 10 and unit > 10 and run[-2] in {**MYRIADS, **_UNITS}
    return total + section + number * (unit / 10 if is_short else 1)  # 两万五 are 25,000
