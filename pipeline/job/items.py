"""The jobs that a text lists, one a line or behind a bullet: "- Senior ML Engineer (Remote): https://…"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

Span = tuple[int, int]
_BREAK = re.compile(r"[\n*•;]|\[\d\d?\]|(?<= )\(?\d\d?\) (?=[A-Z])")
_DASH = re.compile(r" - (?=[A-Z])")
_LEAD = re.compile(
    r"(?:\s*\[[A-Z][A-Za-z &/]{2,24}\](?= ))?(?:[\W\d_]*)"
    r"(?:(?:(?:open|featured|current|available|our) )?(?:roles?|positions?|jobs?|openings?|opportunities)"
    r"(?: (?:open|include))?|(?:all|any|various) levels|hiring(?: now| for)?|(?:we're |we are )?looking for|we need)?"
    r" ?[:–-]?[\W_]*(?:\d\d?[.)] ?)?",
    re.I,
)
_NAME_END = re.compile(r" ?(?::|\||→|->|=>|\(|\[|,|;| (?:--?|[–—]) |https?:|www\.)|(?<!\b[SsJj]r)[.!?](?= |$)|$")
_ADDRESS = re.compile(r"\(?\bhttps?:|\bwww\.|→|=>")
# a line with one of these in the name's place says something about a job, or asks for something
_SPEECH = re.compile(
    r"\b(?:experiences?|experienced in|years?|you|your|we|we're|our|us|with|who|work|working|build|building|built|"
    r"as an?|teams? of|from|are|is|was|has|have|can|will|should|their|this|that|it|they|also|join|help|apply|see|love|"
    r"about|including|like|such|other|more|all|any|no|not|what|why|how|my|i'm|i|be|former|ex)\b",
    re.I,
)
_MOST_WORDS = 10
_NAME, _LINE, _LABEL = 80, 130, 25  # characters: of a job's name, of its line, of a word before it ("Backend: …")


@dataclass(frozen=True, slots=True)
class Item:
    """What may be a job: the place of its name, and of all that is said with it in its line."""

    name: Span
    whole: Span


def item_spans(text: str) -> Iterator[Item]:
    """The lines and bullets of a text that may be a job's name. Linear in the text."""
    for start, end in _segments(text):
        if item := _item(text, start, end):
            yield item
            if item.whole == item.name and item.name[1] - start < _LABEL and (rest := _item(text, item.name[1], end)):
                yield rest


def _segments(text: str) -> Iterator[Span]:
    """The lines and bullets, and the parts of a list that lost its line breaks: "- Cook - Waiter", "[1] Cook [2] …"."""
    for line in _between(_BREAK, text, 0, len(text)):
        dashes = list(_DASH.finditer(text, *line)) if text.startswith("- ", line[0]) else []
        if len(dashes) > 1:
            yield from _between(_DASH, text, *line)
        else:
            yield line


def _between(marks: re.Pattern[str], text: str, low: int, high: int) -> Iterator[Span]:
    start = low
    for mark in marks.finditer(text, low, high):
        yield start, mark.start()
        start = mark.end()
    yield start, high


def _item(text: str, low: int, high: int) -> Item | None:
    lead = _LEAD.match(text, low, high)
    start = lead.end() if lead else low
    end = _NAME_END.search(text, start, high)
    name = text[start : end.start() if end else high].rstrip()
    is_name = 2 < len(name) <= _NAME and len(name.split()) <= _MOST_WORDS and name[0].isupper()
    if not is_name or _SPEECH.search(name) or (end and end.group() in (".", "!", "?") and high - end.end() > 1):
        return None
    span = (start, start + len(name))
    if end and end.group().strip() == ":":
        return Item(span, span)
    address = _ADDRESS.search(text, start, high)
    return Item(span, (start, min(address.start() if address else high, start + _LINE)))
