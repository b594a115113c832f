"""HTML or text to clean plain text: bullets kept, entities resolved, unwanted characters gone, size bounded."""

import html
import re

from resiliparse.extract.html2text import extract_plain_text

from pipeline.text.remembered import remembered

MAX_CHARACTERS = 400_000
_LINE_LIMIT = 1_000
_HTML = re.compile(
    r"<(?:!--|/?(?:p|br|div|span|ul|ol|li|b|i|u|em|strong|a|h[1-6]|table|tr|td|section|html|body|font|hr|style|script)"
    r"(?:\s*/?>|\s+[a-z-]+\s*=))",
    re.I,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.I)
_MARKDOWN_ESCAPE = re.compile(r"\\([-.*_+&#()\[\]!$~>|`])")
_BLANKS = re.compile(r"\s+")
# What UTF-8 looks like when it was read as Windows-1252: a lead byte's letter, then only continuation bytes' letters.
_MOJIBAKE_MARKS = "ÃÂâðÅÄ"
_MOJIBAKE_RUN = re.compile(r"[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u2122]{1,3}")
_CONTROL_BYTES = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
_CONTROLS = dict.fromkeys(_CONTROL_BYTES)
# Marks that reorder or hide text: bidi embeddings, overrides and isolates, zero-width blanks, byte-order mark.
_INVISIBLE = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff"


def plain_text(text: str) -> str:
    """The readable text of HTML or of text, at most `MAX_CHARACTERS` long; never an exception."""
    text = _storable(text[:MAX_CHARACTERS])
    if "<" not in text and "&lt;" in text:
        text = html.unescape(text)
    if _HTML.search(text):
        text = extract_plain_text(text, preserve_formatting=True, list_bullets=True, alt_texts=False)
    elif "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if "\\" in text:
        text = _MARKDOWN_ESCAPE.sub(r"\1", text)
    return tidy_lines(clean_characters(text))[:MAX_CHARACTERS]


def one_line(text: str) -> str:
    """A title or a name on one line: entities resolved, blanks collapsed, tags gone, at most 1,000 characters."""
    text = text[: 4 * _LINE_LIMIT]
    if "<" in text or "&" in text:
        text = plain_text(text)
    return _BLANKS.sub(" ", clean_characters(text)).strip()[:_LINE_LIMIT].rstrip()


def clean_characters(text: str) -> str:
    """The text without what cannot be stored or misleads the eye; mojibake is repaired where it is certain."""
    text = _storable(text)
    if text.isascii():
        return text
    for mark in _INVISIBLE:
        if mark in text:
            text = text.replace(mark, "")
    if any(mark in text for mark in _MOJIBAKE_MARKS):
        text = _MOJIBAKE_RUN.sub(_repair, text)
    return text.replace("\xa0", " ").replace("\u2028", "\n").replace("\u2029", "\n")


def _storable(text: str) -> str:
    """Without controls and lone surrogates; a pair of surrogates is joined."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
        data = text.encode()
    # Deleting from bytes is ten times faster than looking for the characters, and nearly no text holds any.
    has_controls = len(data.translate(None, _CONTROL_BYTES)) != len(data)
    return text.translate(_CONTROLS) if has_controls else text


def _repair(match: re.Match[str]) -> str:
    run = match.group()
    try:
        return b"".join(_windows_byte(letter) for letter in run).decode("utf-8")
    except UnicodeError:
        return run


def _windows_byte(letter: str) -> bytes:
    """The byte that Windows-1252 shows as `letter`; the five bytes it leaves undefined are shown as themselves."""
    return letter.encode("latin-1") if ord(letter) < 0x100 else letter.encode("cp1252")


@remembered  # of the same posting's text many readers ask for it
def lower_case(text: str) -> str:
    """The text in lower case with every character where it was: a few letters would grow, and spans would shift."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)


def folded_lower(text: str) -> str:
    """The same, with "İ" as a plain letter too."""
    lower = lower_case(text)
    return lower.replace("İ", "i") if "İ" in lower else lower


def tidy_lines(text: str) -> str:
    """No blanks at line ends, no runs of empty lines."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if " \n" in text or "\t" in text:
        text = "\n".join(map(str.rstrip, text.split("\n")))
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()
