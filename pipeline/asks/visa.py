"""Whether the employer sponsors visas: true, false, or null where the text does not say."""

import re

from models import Basis, Evidence
from pipeline.asks.permits import permit_said
from pipeline.asks.visa_abroad import visa_abroad
from pipeline.text.language import is_plainly_english
from pipeline.text.windows import WRITTEN, Hints, windows

_RULE = "visa.phrases@4"
_Found = tuple[bool, int, int]
_HINTS = Hints(
    "ponsor|SPONSOR|visa |Visa |visas|work permit|H-1B|H1B|h1b|immigration|Visum|Aufenthalt|visado|de visa"
    "|du visa|visto|Visa-|visum|visa.|visa,|VISA|Visas|visa!|lue Card|lue card|laue Karte|lauen Karte|een card"
    "|reen Card|H-1b|H1-B|LMIA|killed Worker|killed worker|killed Migrant|killed migrant|ennismigrant"
    "|Employment Pass|mployment pass|Tier 2|ritical Skills|ritical skills|asseport Talent|asseport talent"
    "|ermis de travail|ermiso de trabajo|rbeitserlaubnis|utorisation de travail|itre de séjour|arte bleue"
    "|arjeta azul|ermesso di|erkvergunning|arrainage|atrocin|atrocín|rbetstillstånd|yölup|wizy|wizow|wizę"
    "|ezwoleni|ozwoleni|alışma izni|ovolení|ngedély|viză|vize |Vize |віз|Віз|beidstillat|bejdstillad|beitsvis"
    "|isumi|isumspons|ikstillstånd|reen card|ponzor|wiz|zezwoleni|δεια εργασίας|βίζα|Visau|visau|ปีซ่า|วีซ่า"
    "|izin kerja|visa kerja|giấy phép lao động|تأشيرة|تاشيرة|ויזה|אשרת|víz|çalışma izni|виз|Виз|азрешени|ビザ"
    "|在留資格|签证|簽證|비자|work authori",
    among=WRITTEN,
)
_SENTENCE = re.compile(r"[.!;?](?=\s|$)|\n|。")
# Sponsors of other things than people.
_OTHER_SPONSOR = re.compile(
    r"(?:executive|events?|projects?|company|sports?|podcast|brand|media|partner|trial|campaign|equity|financial"
    r"|content"
    r"|100%|corporate|employer|exec|conference|business|product|internal|senior|marketing|speaking|influencer"
    r"|&)[ -]{1,3}$",
    re.I,
)
_SPONSOR = (
    r"(?:sponsor(?:ship|ing|ed|s)?\b(?! (?:coverage|packages?|deals?|levels?|budgets?|revenue))"
    r"|visas?\b|work permits?|h-?1b|immigration (?:support|sponsor\w*|assistance))"
)
_NO = re.compile(
    r"\b(?:unable|unwilling|not (?:currently |presently |yet )?(?:be )?(?:able|in a position|eligible|offer\w*"
    r"|provid\w*|sponsor\w*"
    r"|support\w*|available|consider\w*|require|need)|can ?not|can['’]t|(?:do|does|will|would|is|are|must)(?:n['’]t"
    r"| not)|won['’]t"
    r"|without|no|neither|nicht|kein\w*|pas de|ne \w+ pas|sin|não|non)\b[^.;!?\n]{0,70}?" + _SPONSOR
    + r"|\b(?:visa |immigration |employment |work )?sponsorship[^.;!?\n]{0,40}\b(?:not|un|in)(?: be)? ?(?:available"
    r"|offered|provided|eligible|possible|supported|an option)|\bineligible for[^.;\n]{0,30}sponsor\w*"
    r"|\bsponsorship\s?[:–-]\s?(?:no|not|none|unavailable)\b"
    r"|\bsponsor\w*[^.;!?\n]{0,25}\b(?:out of the question|ruled out)\b"
    r"|\b(?:lack|no longer (?:have|hold)|gave up)\b[^.;!?\n]{0,60}\bsponsor\w*",
    re.I,
)  # fmt: skip
_YES = re.compile(
    r"\b(?:visa|h-?1b|immigration|work permit|green cards?|relocation and visa|visa and relocation"
    r"|visa ?/ ?relocation)[ -]"
    r"(?:(?:and|&|or) \w+ )?(?:sponsorship|support|assistance|sponsoring|help)\b"
    r"|\b(?:we|can|will|able to|happy to|willing to|open to|offer\w*|provid\w*|do"
    r"|also)\b[^.;!?\n]{0,30}?\bsponsor(?:ship|ing)?\b"
    r"[^.;!?\n]{0,25}\b(?:visas?|work permits?|h-?1b|candidates|immigration|green cards?|you\b)"
    r"|\bsponsorship (?:is |will be |may be )?(?:available|provided|offered|possible)"
    r"|\bsponsor (?:\w+ ){0,2}(?:work )?(?:visas?|h-?1bs?|green cards?|work permits?)"
    r"|\b(?:support|help|assist)\w* (?:you|candidates) (?:with |in )?(?:\w+ ){0,3}(?:visas?|work permits?)\b"
    r"|visums?(?:sponsoring|unterstützung)|unterstütz\w+[^.;\n]{0,40}(?:visum|aufenthalt)|(?:prise en charge"
    r"|parrainage)[^.;\n]{0,20}"
    r"\bvisa|patrocinio de visa|(?:apoyo|ayuda)[^.;\n]{0,20}visado|patrocínio de visto",
    re.I,
)  # fmt: skip


_FULL = 120  # characters that a sentence may go on
_CARD = re.compile(
    r"mastercard|amex|stripe|paypal"
    r"|(?-i:\bVisa\b)(?! sponsor)[^.\n]{0,40}\b(?:customers?|clients?|partners?|merchants?|banks?|issuers?"
    r"|networks?|brands?|cards?"
    r"|card|processors?)\b"
    r"|\b(?:customers?|clients?|partners?|merchants?|banks?|brands?|companies) (?:like|such as|include|including)"
    r"[^.\n]{0,40}(?-i:\bVisa\b)(?! sponsor)",
    re.I,
)


def tag_visa(text: str, language: str | None = None) -> tuple[bool | None, Evidence]:
    """The first plain statement counts; questions put to the applicant ("will you require sponsorship?") do not."""
    found = _by_language(text, language)
    if found is None:
        return None, Evidence(Basis.UNKNOWN, _RULE)
    said, start, end = found
    return said, Evidence(Basis.STATED, _RULE, "description", start, end, text[start:end])


def _by_language(text: str, language: str | None) -> _Found | None:
    """English texts in English words first, others in those of their language."""
    if is_plainly_english(text, language):
        return _stated(text)
    readers = (_stated, visa_abroad) if language == "en" else (visa_abroad, _stated)
    return next((found for reader in readers if (found := reader(text))), None)


def _stated(text: str) -> _Found | None:
    for start, end in windows(text, _HINTS, 120, 90):
        found = _statement(text, start, end)
        if found is not None:
            return found
    return None


def _statement(text: str, start: int, end: int) -> _Found | None:
    no, yes = _first(_NO, text, start, end), _first(_YES, text, start, end)
    if no and (not yes or no.start() <= yes.end() or _is_heading(text, yes)):
        return False, no.start(), no.end()
    if yes:
        said = _in_sentence(text, yes.start(), yes.end())
        return (False, said[1], said[2]) if said and not said[0] else (True, yes.start(), yes.end())
    return _by_sentences(text, start, end)


def _by_sentences(text: str, start: int, end: int) -> _Found | None:
    """The first sentence around the hints that says it in other words: a national scheme, another language."""
    low = start
    while low < end:
        mark = _SENTENCE.search(text, low, min(len(text), end + _FULL))
        high = mark.start() if mark else min(len(text), end + _FULL)
        asked = mark is not None and mark.group() == "?"
        is_told = not asked and bool(_HINTS.starts(text[low : high + 1]))  # a cheap look first
        if is_told and not _CARD.search(text, low, high) and (said := _in_sentence(text, low, high)):
            return said
        low = high + 1
    return None


def _in_sentence(text: str, start: int, end: int) -> _Found | None:
    """What the sentence around the place says, with its place in the text."""
    low = max(
        (mark.end() for mark in _SENTENCE.finditer(text, max(0, start - _FULL), start)), default=max(0, start - _FULL)
    )
    mark = _SENTENCE.search(text, end, end + _FULL)
    high = mark.start() if mark else min(len(text), end + _FULL)
    said = permit_said(text[low:high])
    if said is None or _OTHER_SPONSOR.search(text[max(0, low + said[1] - 20) : low + said[1]]):
        return None
    return said[0], low + said[1], low + said[2]


def _is_heading(text: str, match: re.Match[str]) -> bool:
    """Whether the words are a line of their own: what follows says yes or no."""
    return text[max(0, match.start() - 1) : match.start()] in ("\n", "") and text[match.end() :][:1] in ("\n", ":", "")


def _first(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    for match in pattern.finditer(text, start, end):
        word = match.group().lower()
        at = match.start() + max(word.find("sponsor"), 0)
        is_other = (
            "sponsor" in word
            and "visa" not in text[match.start() : match.end() + 40].lower()
            and _OTHER_SPONSOR.search(text[max(0, at - 20) : at])
        )
        is_asked = re.match(r"[^.!\n]{0,80}\?", text[match.end() : match.end() + 90]) is not None
        is_card = _CARD.search(text[max(0, match.start() - 60) : match.end() + 60])
        if not (is_other or is_asked or is_card):
            return match
    return None
