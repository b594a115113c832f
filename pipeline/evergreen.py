"""Words by which an ad says that it is for no one vacancy: a talent pool, an evergreen one. A sign, no verdict."""

import re

from models import Basis, Evidence

_RULE = "evergreen@1"
_TITLE = re.compile(
    r"\bevergreen\b|\btalent (?:pool|pipeline|community|network|bank)\b|\b(?:general|open|speculative|spontaneous|"
    r"unsolicited) applications?\b|\bexpressions? of interest\b|\bfuture (?:openings?|opportunit(?:y|ies)|roles?|"
    r"positions?|vacanc(?:y|ies))\b|\bpipeline (?:req\w*|role|position|posting)\b|\binitiativbewerbung\b|"
    r"\bcandidature spontan[ée]e\b|\bcandidatura espont[áa]nea\b|\bcandidatura spontanea\b",
    re.IGNORECASE,
)
_TEXT = re.compile(
    r"\bevergreen (?:role|req\w*|position|posting|job|opening)|"
    r"\b(?:this|the) (?:is|posting|role|position|requisition|job|opening|ad)\b[^.\n]{0,60}?\b"
    r"(?:talent (?:pool|pipeline)|pipeline (?:req\w*|role|position)|"
    r"future (?:openings?|opportunities|roles|positions|vacancies|needs))|"
    r"\bwe(?: a|['’])re (?:always|continuously|constantly|continually) (?:looking for|seeking|hiring|recruiting|"
    r"on the lookout|accepting)|"
    r"\b(?:do not|don['’]t|may not) (?:currently )?have (?:an?|any) (?:specific |current |immediate |active |open )"
    r"{0,2}(?:opening|vacanc|role|position)|"
    r"\bnot (?:for )?an? (?:active|current|specific|immediate) (?:opening|vacancy|role|position)",
    re.IGNORECASE,
)
_HINTS = ("evergreen", "talent p", "pipeline", "future", "we are al", "we're al", "we’re al", "continu", "constantly",
          "have a", "not a", "not for a")  # fmt: skip


def tag_evergreen(title: str, text: str) -> Evidence | None:
    """The words that say so, of the title or of the plain text; None where there are none."""
    if found := _TITLE.search(title):
        return _evidence("title", found)
    lower = text.casefold()
    found = _TEXT.search(text) if any(hint in lower for hint in _HINTS) else None
    return _evidence("description", found) if found else None


def _evidence(field: str, found: re.Match[str]) -> Evidence:
    return Evidence(Basis.STATED, _RULE, field, found.start(), found.end(), found[0])
