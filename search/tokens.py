"""The one normaliser: text to tokens, the same for SQLite, PostgreSQL, the matcher and the queries.

A token is a run of letters and digits, folded: NFKC, case folded, accents and other marks stripped (`Zürich` is
`zurich`, `Łódź` is `lodz`). Two endings belong to it, because they tell languages apart: `c++`, `c#`. All else
separates: `node.js` is `node js`, `fine-tuning` is `fine tuning`; a query word that is cut so is a phrase. Two single
letters with an "&" between are one token: `R&D` is `rnd`, and nobody who asks for R finds it. `.NET` is `dotnet`, which
is neither net pay nor example.net.
Ideographs, kana and the letters of scripts that write no blanks are a token each, so that a phrase finds any substring.
The limits below are the normaliser's, so that they are every engine's.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from functools import lru_cache

MAX_CHARACTERS = 1_000_000  # of a text that are read at all
MAX_TITLE_TOKENS = 199  # the PostgreSQL positions 1..199, 201..299 and 301..16300: the gaps keep phrases apart
MAX_COMPANY_TOKENS = 99
MAX_TEXT_TOKENS = 16_000
MAX_TEXT_SIZE = 200_000  # characters of a token string: at 4 bytes each it still fits a tsvector of 1 MB
MAX_OCCURRENCES = 255  # of one token in a document: PostgreSQL keeps no more positions
PLACEHOLDER = "_"  # for the occurrences beyond: no token, so that no query can ask for it

_TOKEN = re.compile(r"[^\W_]{1,64}(?:\+\+|#(?!\w))?")
_AND = re.compile(r"(?<![^\W_])([a-z0-9\u0370-\u058f]) ?& ?([a-z0-9\u0370-\u058f])(?![^\W_])")  # not ideographs
_DOT_NET = re.compile(r"(?<![^\W_])((?:asp|vb|ado|ml)?)\.net(?![^\W\d_])")
_MAX_LENGTH = 64  # of a token, as in the pattern
_SIGNS = re.compile(r"[+#]+")
_SEPARATORS = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) in "+#")}
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_KANA_MARKS = "\u3099\u309a"  # they tell syllables apart
_BEFORE = str.maketrans({"™": " ", "℠": " ", "\u200b": " ", "\u0640": ""})
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "\u0640": "",
    }
)
# scripts that write no blanks: Thai to Lao, Myanmar, Khmer, kana, bopomofo, Han and its extensions
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3031-\u3035\u303b\u3040-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff])"
)


def tokenize(text: str) -> list[str]:
    """The tokens of any text, in order; never fails, whatever the text holds. Only MAX_CHARACTERS are read."""
    lowered = text[:MAX_CHARACTERS].lower()
    if not lowered.isascii():
        lowered = _NOT_ASCII.sub(_folded, lowered)
    if "&" in lowered:
        lowered = _AND.sub(r"\1n\2", lowered)
    if ".net" in lowered:
        lowered = _DOT_NET.sub(r"\1 dotnet ", lowered)
    return _split(lowered) if lowered.isascii() else _TOKEN.findall(lowered)


def token_string(text: str) -> str:
    """The tokens, blank-separated, within the limits of a text."""
    return _joined(tokenize(text)[:MAX_TEXT_TOKENS])


def fold(name: str) -> str:
    """The form in which names of cities and regions are stored and compared: `São Paulo` is `sao paulo`."""
    return " ".join(tokenize(name[:500]))


def token_strings(title: str, company: str, text: str) -> tuple[str, str, str]:
    """The three token strings of a posting, as `posting_text` stores them, within all limits."""
    fields = [
        tokenize(title)[:MAX_TITLE_TOKENS],
        tokenize(company)[:MAX_COMPANY_TOKENS],
        tokenize(text)[:MAX_TEXT_TOKENS],
    ]
    if len(fields[2]) >= MAX_OCCURRENCES:
        _cap_occurrences(fields)
    return " ".join(fields[0]), " ".join(fields[1]), _joined(fields[2])


def tsvector(title: str, company: str, text: str) -> str:
    """The PostgreSQL tsvector literal of three token strings: weight A the title, B the company, D the text.

    Positions start at 1, 201 and 301. Needs strings made by `token_strings`.
    """
    positions: dict[str, list[str]] = defaultdict(list)
    for tokens, start, weight in ((title, 1, "A"), (company, 201, "B"), (text, 301, "")):
        for position, token in enumerate(tokens.split(), start):
            positions[token].append(f"{position}{weight}")
    positions.pop(PLACEHOLDER, None)
    return " ".join(f"'{token}':{','.join(places)}" for token, places in positions.items())


def _split(text: str) -> list[str]:
    """What the pattern finds in lower-case ASCII text, in half the time."""
    if "+" in text or "#" in text:
        text = _SIGNS.sub(_ending, text)
    found = text.translate(_SEPARATORS).split()
    return found if max(map(len, found), default=0) <= _MAX_LENGTH else _TOKEN.findall(text)


def _ending(match: re.Match[str]) -> str:
    """Of a run of signs what belongs to the word before it."""
    run, text, start = match.group(), match.string, match.start()
    if start == 0 or not text[start - 1].isalnum():
        return " "
    if run.startswith("++"):
        return "++ "
    following = text[start + 1 : start + 2]
    return "# " if run[0] == "#" and not (following.isalnum() or following == "_") else " "


def _joined(tokens: list[str]) -> str:
    joined = " ".join(tokens)
    if len(joined) <= MAX_TEXT_SIZE:
        return joined
    return joined[: MAX_TEXT_SIZE + 1].rpartition(" ")[0]


def _cap_occurrences(fields: list[list[str]]) -> None:
    """Replace what PostgreSQL would forget, in the order title, company, text."""
    counts = Counter(fields[2])
    counts.update(fields[0])
    counts.update(fields[1])
    frequent = {token for token, count in counts.items() if count > MAX_OCCURRENCES}
    if not frequent:
        return
    seen: Counter[str] = Counter()
    for tokens in fields:
        for number, token in enumerate(tokens):
            if token in frequent:
                seen[token] += 1
                if seen[token] > MAX_OCCURRENCES:
                    tokens[number] = PLACEHOLDER


def _folded(match: re.Match[str]) -> str:
    run = match.group()
    return _fold_short(run) if len(run) <= 8 else _fold_run(run)


def _fold_run(run: str) -> str:
    """Fold a run of non-ASCII characters: letters stay or become ASCII, marks vanish, the rest becomes blanks."""
    composed = unicodedata.normalize("NFKC", run.translate(_BEFORE)).casefold()
    parts = unicodedata.normalize("NFKD", composed).translate(_LETTERS)
    kept = "".join(char for char in parts if char in _KANA_MARKS or not _vanishes(char))
    letters = "".join(char if char.isalnum() or char in "+#" else " " for char in unicodedata.normalize("NFC", kept))
    return _UNSPACED.sub(r" \1 ", letters)


def _vanishes(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf")


_fold_short = lru_cache(maxsize=8192)(_fold_run)
