"""What a description says where the title is silent: is the product AI, what does the person do?"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import ahocorasick_rs

from pipeline.text.plain import folded_lower

TEXT_LIMIT = 12_000  # longer texts end in benefits and notices
SHORT = 1500  # characters: a comment, or a text cut so short that it may have lost what it said of the product
_INTRO, _LONG = 400, 2000  # a text longer than the second spends the first on the firm
_BEFORE = 90  # characters of the sentence, before a sign, in which a verb of doing is looked for
_DOING = re.compile(
    r"\b(?:build|building|built|develop|developing|design|designing|implement|implementing|ship|shipping|"
    r"create|creating|architect|integrate|integrating|deploy|deploying|train|training|fine-tune|"
    r"evaluate|evaluating|optimi[sz]e|optimi[sz]ing|own|owning|prototyp\w+|orchestrat\w+|"
    r"hands-on with|scale|scaling|maintain|improve|improving|write|writing|run|lead|conduct|push|"
    r"work on|working on|entwickeln|entwicklung|entwickelst|bauen|baust|aufbau|konzipier\w*|trainier\w*|"
    r"implementier\w*|développ\w*|concev\w*|conço\w*|conception|construis\w*|construirez|mettre en|mettez en|"
    r"optimise[rz]\w*|évalu\w*|entraîn\w*|déploy\w*|intégr\w*|orchestre[rz]?|amélior\w*|transforme[rz]?|"
    r"desarroll\w*|diseñ\w*|constru(?:ir|irás|yes|yendo|ire|irai)|entren(?:ar|arás|as|amiento)|integrar\w*|despleg\w*|"
    r"programar\w*|mejorar\w*|afinar\w*|conectar\w*|implementar\w*|desenvolv\w*|projetar\w*|treinar\w*|criar|"
    r"svilupp\w*|bouwt|bouwen|ontwerpt|koppelt|tworz\w+|projektow\w+|budow\w+|implementierst|implementieren|konfigurier\w*|dedicher\w*|łączenie|progett\w*|addestr\w*|ontwikkel\w*)\b"
)
_ABOUT_US = re.compile(
    r"\b(?:we|we're|we’re|our (?:mission|company|platform|product|vision|own)|is (?:a|an|the|building|built)|founded|"
    r"who are|exists to|by building|by deploying|backed|experience|familiar\w*|knowledge of|bonus|nice to have|"
    r"preferred|customers|passionate|enthusiast|excited|notre plateforme|nuestra plataforma|nuestro producto|"
    r"expérience|experiencia|experiência|esperienza|connaissances?|conocimientos?|erfahrung|kenntnisse)\b"
)
# what the people of a firm build, in a text too short to tell of duties
_AGENTS = re.compile(
    r"\b(?:build|building|built|create|creating|develop|developing|shipping|contribute to|working on|work on)(?: out)? "
    r"(?:(?!for\b|to\b|with\b|infra|on\b|that\b)[\w-]+ ){0,5}(?:ai )?(?:agents?|agentic|llms?)\b(?! infra)"
    r"|\b(?:integrate|orchestrat\w+|using|leverag\w+) (?:the |our )?(?:llms|ai agents|large language models|agents)\b"
    r"|\b(?:agent|llm|agentic|ai) (?:orchestration|stack|pipelines?|workflows)\b"
)
# how a firm reads applications says nothing of the work
_READING = r"(?:screen\w*|assess\w*|review\w*|sort\w*|support\w*|assist\w*|evaluat\w+|analy[sz]\w+|us(?:e|es|ing|age))"
_PROCESS = r"(?:hiring|recruit\w*|interview|application|selection) process"
_NOTICE = re.compile(
    rf"\b(?:{_READING}|without|opt out)\b[^\n]{{0,160}}\b(?:{_PROCESS}|employment applications?|your application|"
    r"applications and|job applications?|resumes?|interview notes|your responses)"
    r"|\binterviews? without|\b(?:your application|interviews?)\b[^\n]{0,60}\b(?:assess|us(?:e|ing)|without)\b"
)
_NOTICE_HINTS = ("applica", "hiring", "recruit", "interview", "resume", "your responses")
_SENTENCE = 220  # characters around a word that its sentence may take
_MOST_NOTICES = 40  # words that are looked at for being part of one
_COUNTED = frozenset({"product", "rate", "lab", "plant"})  # whatever the sentence


@dataclass(slots=True)
class Signs:
    """Counts of what a text says, by sign, and the place of the first of each."""

    counts: dict[str, int] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    length: int = 0

    def add(self, sign: str, place: tuple[int, int]) -> None:
        """Count one more."""
        self.counts[sign] = self.counts.get(sign, 0) + 1
        self.places.setdefault(sign, place)

    def __getitem__(self, sign: str) -> int:
        return self.counts.get(sign, 0)


def _read_signs(path: Path) -> tuple[ahocorasick_rs.AhoCorasick, list[tuple[str, ...]]]:
    meanings: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            sign, words = line.split("\t")
            for word in words.split("; "):
                meanings.setdefault(word, []).append(sign)
    automaton = ahocorasick_rs.AhoCorasick(list(meanings), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    return automaton, [tuple(signs) for signs in meanings.values()]


_AUTOMATON, _MEANINGS = _read_signs(Path(__file__).with_name("signs.tsv"))


def _is_duty(lowered: str, start: int) -> bool:
    """True if the sentence, up to a sign, has a verb of doing and is not about the firm or a skill."""
    if start < _INTRO and len(lowered) > _LONG:
        return False
    begin = max(lowered.rfind(mark, max(0, start - 160), start) for mark in ("\n", ". ", "•", "! "))
    before = lowered[max(begin + 1, start - _BEFORE) : start]
    return _DOING.search(before) is not None and _ABOUT_US.search(before) is None


def _is_notice(lowered: str, start: int, end: int) -> bool:
    """True of AI that reads applications, of which a firm tells at the end of its ads."""
    low = lowered.rfind("\n", max(0, start - _SENTENCE), start) + 1 or max(0, start - _SENTENCE)
    high = lowered.find("\n", end, end + _SENTENCE)
    sentence = lowered[low : high if high >= 0 else end + _SENTENCE]
    return any(hint in sentence for hint in _NOTICE_HINTS) and _NOTICE.search(sentence) is not None


def read_signs(text: str, start: int = 0, end: int = TEXT_LIMIT) -> Signs:
    """The signs of a text, or of a part of it. Linear; only the first 12,000 characters are read."""
    signs = _read(text[start : min(end, TEXT_LIMIT)])
    if start:
        signs.places = {sign: (low + start, high + start) for sign, (low, high) in signs.places.items()}
    return signs


def _read(text: str) -> Signs:
    lowered = folded_lower(text)
    signs = Signs(length=len(lowered))
    if len(lowered) <= SHORT:
        for found in _AGENTS.finditer(lowered):
            signs.add("agents", found.span())
    half, looked = len(lowered) // 2 if len(lowered) > SHORT else len(lowered), 0
    for index, start, end in _AUTOMATON.find_matches_as_indexes(lowered):
        if (start and lowered[start - 1].isalnum()) or (end < len(lowered) and lowered[end].isalnum()):
            continue
        meanings = _MEANINGS[index]
        duty: bool | None = None
        for sign in meanings:
            if sign in _COUNTED:
                is_late = sign == "product" and looked < _MOST_NOTICES and start > half
                looked += is_late
                if not (is_late and _is_notice(lowered, start, end)):
                    signs.add(sign, (start, end))
                continue
            duty = _is_duty(lowered, start) if duty is None else duty
            if duty:
                signs.add(sign, (start, end))
    return signs
