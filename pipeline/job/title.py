"""Reading a job title: folding, parts, and the concepts of a lexicon with their places."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import ahocorasick_rs

from pipeline.text.remembered import remembered

TITLE_LIMIT = 400  # a Hacker News comment may stand where a title belongs; its first line is enough

_FOLDED = (
    ("àáâãäåāăąǎ", "a"), ("çćčĉ", "c"), ("ďđ", "d"), ("èéêëēėęě", "e"), ("ğĝģ", "g"), ("ìíîïīįıİ", "i"), ("ķ", "k"),
    ("ľļł", "l"), ("ñńňņ", "n"), ("òóôõöøōő", "o"), ("ŕř", "r"), ("śšşșß", "s"), ("ťţț", "t"), ("ùúûüūůűų", "u"),
    ("ýÿ", "y"), ("źžż", "z"), ("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"), ("\u2018\u2019\u00b4`", "'"),
    ("\u00a0\u2007\u202f\u3000\t\r\n", " "), ("\uff08", "("), ("\uff09", ")"), ("\uff0c\u3001", ","), ("\uff5c", "|"),
    ("\uff0f", "/"), ("\u3010\u300c\u300e\u300a\u3008\uff3b", "("), ("\u3011\u300d\u300f\u300b\u3009\uff3d", ")"),
    ("\u30fb", " "), ("ё", "е"), ("أإآٱ", "ا"), ("ى", "ي"), ("ة", "ه"),
)  # fmt: skip
# where letters stand that look like plain ones: of mathematics, in circles and squares, of full and half width
_ALIKE = (range(0x2100, 0x2150), range(0x2460, 0x2500), range(0xFF01, 0xFFF0), range(0x1D400, 0x1D800))
# letters with marks that part from them: of Vietnamese, of Greek
_MARKED = (range(0x1A0, 0x1B1), range(0x370, 0x400), range(0x1E00, 0x2000))
_SQUARED = {0x1F130: "A", 0x1F150: "A", 0x1F170: "A"}  # rows of 26


def _plain_letters() -> dict[int, str]:
    """The plain letter for each that only looks otherwise ("𝗔𝗜 𝗘𝗻𝗴𝗶𝗻𝗲𝗲𝗿"), where it is one character."""
    plain = {code: unicodedata.normalize("NFKC", chr(code)) for codes in _ALIKE for code in codes}
    found = {code: letter for code, letter in plain.items() if len(letter) == 1 and letter != chr(code)}
    marked = {code: unicodedata.normalize("NFKD", chr(code))[0] for codes in _MARKED for code in codes}
    squared = {start + i: chr(ord(first) + i) for start, first in _SQUARED.items() for i in range(26)}
    return found | marked | squared


_TABLE = _plain_letters() | {
    ord(letter): plain for letters, plain in _FOLDED for letter in letters + letters.upper() if len(letter) == 1
}
_TABLE[ord("ẞ")] = "s"
_SEPARATOR = re.compile(r" - |- | -|[|,:;()\[\]{}@•·→]")
_COMPANY_TAIL = re.compile(r"[, ]+(?:inc|llc|ltd|gmbh|ag|se|corp|corporation|company|co|limited|plc|sa|bv)\.?$")


_E = ("e", "(e)", ".e", "·e", "-e", "/e", "·es", "(e)s")
_EUSE = ("(se)", "(-euse)", "(-se)", "/se", ".se", "·se", "(euse)", "/euse", ".euse", "·euse", "-euse", "/-se")
_A = ("/a", "(a)", ".a", "@", "-a", "/as")
_ENDINGS = {
    "ingenieur": _E, "consultant": _E, "charge": _E, "developpeur": _EUSE, "chercheur": _EUSE, "entraineur": _EUSE,
    "ingeniero": _A, "cientifico": _A, "arquitecto": _A, "desarrollador": ("/a", "(a)", "a"), "tecnico": _A,
    "engenheiro": _A, "arquiteto": _A, "desenvolvedor": ("(a)", "/a", "a"), "consultor": ("/a", "(a)", "a"),
    "entrenador": ("/a", "(a)", "a"), "anotador": ("/a", "(a)", "a"), "jefe": ("/a", "(a)"),
    "chef": ("fe", "(fe)", "·fe", ".fe"), "investigador": ("/a", "(a)", "a", "@"), "pesquisador": ("(a)", "/a", "a"),
    "cientista": ("/a",), "analista": ("/a",), "programador": ("/a", "(a)", "a"), "profesor": ("/a", "(a)", "a"),
    "professor": ("(a)", "/a", "a"),
    "formador": ("/a", "(a)", "a"), "coordinador": ("/a", "(a)", "a"), "director": ("/a", "(a)", "a"),
}  # fmt: skip
_OTHER_GENDER = {
    "developpeur": ("developpeuse",), "chercheur": ("chercheuse",), "ingeniero": ("ingeniera",),
    "cientifico": ("cientifica",), "arquitecto": ("arquitecta",), "engenheiro": ("engenheira",),
    "arquiteto": ("arquiteta",), "jefe": ("jefa",),
}  # fmt: skip


@remembered  # the title is asked for by role and level, the employer's name by both
def fold(text: str) -> str:
    """The text in lower case without accents, dashes and blanks unified, each character still at its place.

    Underscores part the fields of a title ("IN_Manager_Data Engineer"), or stand for its blanks.
    """
    folded = text.translate(_TABLE)
    if "_" in folded:
        folded = folded.replace("_", "," if " " in folded.strip() else " ")
    lowered = folded.lower()
    return lowered if len(lowered) == len(folded) else "".join(letter.lower()[0] for letter in folded)


def without_company(folded: str, company: str) -> str:
    """The folded title with the employer's name blanked (same length): "Scale AI" says nothing of the work."""
    name = _COMPANY_TAIL.sub("", fold(company).strip())
    if len(name) < 3 or name not in folded:
        return folded
    pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
    blanked = re.sub(pattern, lambda found: " " * len(found.group()), folded)
    return blanked if re.search(r"\w{2}", blanked) else folded


def parts(folded: str) -> list[tuple[int, int]]:
    """Start and end of the parts of a title, as dashes, commas, bars and brackets divide it."""
    found, start = [], 0
    for separator in _SEPARATOR.finditer(folded):
        found.append((start, separator.start()))
        start = separator.end()
    found.append((start, len(folded)))
    return [(a, b) for a, b in found if folded[a:b].strip()]


def _divides(outer: str, inner: str) -> bool:
    """True if a word may end between the two: no letter follows, or one of them is of a script without blanks."""
    return not outer.isalnum() or _is_unparted(outer) or _is_unparted(inner)


def _is_unparted(letter: str) -> bool:
    return letter > "\u2e80" or "\u0e00" <= letter < "\u0f00"


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of the lexicon at its place in the folded title."""

    concept: str
    start: int
    end: int
    phrase: str


class Lexicon:
    """Phrases with their concepts, found in one pass (Aho-Corasick: linear in the text)."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        table: dict[str, list[tuple[str, bool, bool]]] = {}
        for concept, phrase in rows:
            core = phrase.strip("*")
            table.setdefault(core, []).append((concept, phrase.startswith("*"), phrase.endswith("*")))
        self._phrases = list(table)
        self._meanings = [table[phrase] for phrase in self._phrases]
        self._automaton = ahocorasick_rs.AhoCorasick(self._phrases)

    def find(self, folded: str) -> list[Hit]:
        """Every phrase that stands as a word, the longest first at each place."""
        hits = []
        for index, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            open_left = start == 0 or _divides(folded[start - 1], folded[start])
            open_right = end == len(folded) or _divides(folded[end], folded[end - 1])
            for concept, may_begin, may_go_on in self._meanings[index]:
                if (open_left or may_begin) and (open_right or may_go_on):
                    hits.append(Hit(concept, start, end, self._phrases[index]))
        return sorted(hits, key=lambda hit: (hit.start, -hit.end))


def _forms(phrase: str) -> list[str]:
    """A phrase with its forms for all genders ("ingenieur(e) data", "ingeniero/a de datos")."""
    noun, blank, rest = phrase.partition(" ")
    endings = _ENDINGS.get(noun, ())
    return [
        phrase,
        *(f"{noun}{ending}{blank}{rest}" for ending in endings),
        *(f"{other}{blank}{rest}" for other in _OTHER_GENDER.get(noun, ())),
    ]


def read_lexicon(path: Path) -> Lexicon:
    """A lexicon file: tab-separated concept, language and phrases ("; " between them); "#" starts a comment."""
    rows: list[tuple[str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            concept, _, phrases = line.split("\t")
            rows.extend((concept, form) for phrase in phrases.split("; ") for form in _forms(phrase))
    return Lexicon(rows)
