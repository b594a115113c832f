"""Phrases by their first letter find what the same phrases find one after another."""

import re
from pathlib import Path

import pytest

from pipeline import place
from pipeline.text.branches import by_first_letter, name_of

STARTS = r"(?=\b\w|[#,•\n])"
PHRASES = [
    ("a", r"(?:fully |100 ?% )?remote\b"),
    ("b", r"(?:role|position)s? (?:is|are)|\bremote work|[1-4] days\b"),
    ("a", r"remote (?:role|work)|# ?tag|(?:•|\n) ?home"),
    ("c", r"days?\b|ro?le|(?:(?:one|two|[1-4]) |no )?days (?:off|\|)|\bof\[fice\)"),
]
TEXTS = [
    "fully remote", "100% remote work", "the roles are remote work", "remotely, remote role", "3 days in, 12 days",
    "one day", "two days off", "2 days off", "no days |", "role, rle, roles", "#tag # tag", "• home\n home", "of[fice)",
    "xremote", "",
]  # fmt: skip


def found(pattern: re.Pattern[str], text: str) -> list[tuple[str, tuple[int, int]]]:
    return [(name_of(match.lastgroup), match.span()) for match in pattern.finditer(text)]


def one_after_another(phrases: list[tuple[str, str]], starts: str) -> re.Pattern[str]:
    return re.compile(starts + "(?:" + "|".join(f"(?:{p})(?P<{n}__{i}>)" for i, (n, p) in enumerate(phrases)) + ")")


@pytest.mark.parametrize("text", TEXTS)
def test_it_finds_what_the_phrases_find_in_their_order(text: str) -> None:
    quick = re.compile(f"{STARTS}(?:{by_first_letter(PHRASES)})")
    assert found(quick, text) == found(one_after_another(PHRASES, STARTS), text)


@pytest.mark.parametrize("table", ["workplace.tsv", "workplace_abroad.tsv"])
def test_every_phrase_of_a_table_is_behind_a_letter_a_figure_or_a_mark(table: str) -> None:
    """What begins otherwise, with a set of letters say, would be tried out of its order."""
    lines = (Path(place.__file__).parent / table).read_text(encoding="utf-8").splitlines()
    phrases = [tuple(line.split("\t")) for line in lines if not line.startswith("#")]
    assert re.compile(by_first_letter((name, phrase) for name, phrase in phrases))


@pytest.mark.parametrize("phrase", [r"[a-d]ays", r"\w+ days", "(?<!no )days", "a+ b", ".days"])
def test_a_phrase_whose_first_letter_is_unknown_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="begins"):
        by_first_letter([("a", phrase)])
