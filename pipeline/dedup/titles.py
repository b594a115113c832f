"""A title's residue: what is left of it when level, season, gender and employer are taken out."""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.dedup.kinds import counted, kinds_in, lands_in, sums_in
from pipeline.job.title import TITLE_LIMIT, without_company
from pipeline.level.marks import LEVELS, title_marks
from pipeline.text.wordlists import words as listed

_GENDER = re.compile(
    r"[(\[]\s*(?:[mwfhdxgikvz]|div(?:ers)?\.?|muz|zena|all genders?|gn|she|he|they|\*|any|diverse|male|female)"
    r"(?:\s*[/|,.:*+-]+\s*(?:[mwfhdxgikvz]\*?|div(?:ers)?\.?|diverse|muz|zena|she|he|they|all genders?|"
    r"gn|nb|any))*\s*[)\]]"
    r"|(?<![\w&])[mwfhdkv]\s*/\s*[mwfhdxkv](?:\s*/\s*(?:[dxwfm]|div\.?))?(?![\w&])|all genders?|any genders?"
    r"|alle geschlechter|(?<=[a-z]) ?[(.·/]-?(?:se|euse|ne|enne|t?rice|in|innen|ra|as?|os?|es?)\)?s?(?!\w)"
    r"|(?<=[a-z])[*:]in(?:nen)?\b"
)
_SEASON = re.compile(r"\b(?:spring|summer|fall|autumn|winter)\b")
_YEAR = re.compile(r"\b(?:20[1-3]\d)\b")
_NUMBER = re.compile(r"\b(?:[ivx]{1,4}|\d{1,3}|[a-z]\d{1,2})\b")
_ID = re.compile(
    r"(?:\b(?:req(?:uisition)?|jr|job|ref|id|no)\b[ .:#-]*){0,3}(?<![\w.,$€£])#?\b"
    r"((?:[a-z]{1,4}-?)?\d{4,10}(?:-\d{1,4})?)\b(?![.,]\d|[ +]*(?:k|usd|eur|gbp|h)\b)"
)
_CURRENCIES = "usd|eur|gbp|chf|sek|nok|dkk|pln|czk|aud|cad|sgd|inr|brl"
_SUM = r"[$€£]? ?\d[\d.,']*k?"
_MONEY = re.compile(
    rf"(?=[$€£]|\b(?:{_CURRENCIES})\b)(?:{_CURRENCIES})? ?{_SUM}(?: ?(?:-|to) ?{_SUM})?"
    r"(?: ?(?:/|per|an?) ?(?:h(?:ou)?r|year|yr|month|annum)\b)?"
    r"(?: ?(?:\+|&|\b(?:plus|and)\b) ?(?:equity|bonus(?:es)?|benefits|stock|options|ote|commission|super|perks)\b){0,4}"
)
_CALL = re.compile(
    r"^\W*is (?:now |currently )?(?:hiring|looking for|seeking|recruiting)\b"
)  # behind the employer's name
_UNIT = re.compile(  # a letter is as good as a number
    r"\b(?:team|squad|pod|shift|crew|group|class|batch|cohort|track|line|section|unit|series|schicht|gruppe|"
    r"equipe|equipo) ([a-z])\b"
    r"|\b([a-z])[ -](?:shift|schicht|team)\b"
)
_OPS = re.compile(r"\b(dev|ml|ai|llm|sec|devsec|fin|data|git|sales|rev) ops\b")
_WORDS = re.compile(r"[a-z0-9+#]+(?:\.net)?|[^\W_a-z0-9]+")
_LONG = 7  # letters, for a word to have a form of each gender
_DROPPED = frozenset(listed("""
    a an and at for from in of on or the to with und fur der die das de des du la le les et en y el los las e da do
    di il per och i w z our we are hiring job position role opportunity opening urgent immediate start new remote hybrid
    onsite on site us usa uk full time part fulltime parttime permanent
"""))  # fmt: skip
_SAME = {
    "ml": "machine learning", "ai": "ai", "sw": "software", "swe": "software engineer", "sde": "software engineer",
    "eng": "engineer", "engr": "engineer", "mgr": "manager", "dev": "developer", "quant": "quantitative",
    "genai": "generative ai", "llms": "llm", "fullstack": "full stack", "frontend": "front end", "backend": "back end",
    "undergrad": "undergraduate", "co": "intern", "coop": "intern", "internship": "intern", "apprenticeship": "intern",
}  # fmt: skip
_FEMININE = (
    ("erin", "er"), ("eurin", "eur"), ("orin", "or"), ("istin", "ist"), ("entin", "ent"), ("antin", "ant"),
    ("erinnen", "er"), ("euse", "eur"), ("trice", "teur"), ("ienne", "ien"), ("dora", "dor"), ("tora", "tor"),
)  # fmt: skip
_ENDINGS = ("ings", "ing", "ers", "er", "ors", "or", "ists", "ment", "ship", "ions", "ion", "s")


@dataclass(frozen=True, slots=True)
class Title:
    """The residue's words in order, what else parts openings (levels, numbers, seasons, years), and the level."""

    words: tuple[str, ...]
    marks: tuple[str, ...]
    level: str


@lru_cache(maxsize=20_000)
def read_title(title: str, company: str = "") -> Title:
    """The title's parts; of a title that is all marks, its plain words."""
    marks, folded = title_marks(title[:TITLE_LIMIT])
    level = max((mark.level for mark in marks), key=lambda name: LEVELS[name], default="")
    kinds, spans = kinds_in(folded, marks)
    bare = list(without_company(folded, company))
    for start, end in (*((mark.start, mark.end) for mark in marks), *spans):
        bare[start:end] = " " * (end - start)
    text = _GENDER.sub(" ", _CALL.sub(" ", "".join(bare)))
    parted = {f"level:{mark.level}" for mark in marks} | kinds | lands_in(title[:TITLE_LIMIT])
    parted |= sums_in(_MONEY.findall(text))
    hours, text = counted(_MONEY.sub(" ", text))
    parted |= hours
    parted |= {found for pattern in (_SEASON, _YEAR) for found in pattern.findall(text)}
    parted |= {f"term:{season}" for season in _SEASON.findall(folded)}  # "summer intern" is a mark of level as a whole
    parted |= {f"class:{year}" for year in _YEAR.findall(folded)}
    text = _YEAR.sub(" ", _SEASON.sub(" ", text))
    parted |= {f"id:{found.replace('-', '')}" for found in _ID.findall(text)}
    text = _OPS.sub(r"\1ops", _ID.sub(" ", text))
    parted |= {f"unit:{one or other}" for one, other in _UNIT.findall(text)}
    parted |= {f"#{_arabic(number)}" for number in _NUMBER.findall(text)}
    words = stems(_NUMBER.sub(" ", text)) or stems(folded)
    return Title(words, tuple(sorted(parted)), level)


def stems(folded: str) -> tuple[str, ...]:
    """The words that count, under one spelling and without their endings."""
    spelt = " ".join(_SAME.get(word, word) for word in _WORDS.findall(folded))
    return tuple(_stem(word) for word in spelt.split() if word not in _DROPPED)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """The word without its endings, two at most: "engineering", "engineers" and "engineer" are one."""
    if len(word) > _LONG:
        word = next((word.removesuffix(end) + male for end, male in _FEMININE if word.endswith(end)), word)
    for _ in range(2):
        ending = next((one for one in _ENDINGS if word.endswith(one) and len(word) - len(one) >= 4), "")
        word = word.removesuffix(ending)
    return word


def _arabic(number: str) -> str:
    return {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}.get(number, number)
