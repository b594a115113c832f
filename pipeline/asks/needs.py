"""Must have or nice to have: which of the two a text says of what it asks for, by headings and phrases."""

import sys
from bisect import bisect_right
from dataclasses import dataclass, field

from pipeline.text.wordlists import words

MUST, NICE, COMPANY = "must", "nice", "company"
_OTHER = "other"
_HEADING_LENGTH, _OFFSET = 90, 40  # characters of a heading, and before the words in it that tell
_EMPHASIS = frozenset(words("highly strongly very most greatly but not required preferred is are a big huge strong"))
_FORWARD = frozenset(("preferably", "ideally", "idealerweise"))  # say nothing of what stands before them
_HEADINGS = {
    MUST: """requirements|we do require|we require|qualifications|what you'll need|what you’ll need|what you need|
        what you will need|you have|you will have|you’ll have|you'll have|what you have|what you bring|what you'll
        bring|what you’ll bring|
        what you will bring|who you are|about you|what we're looking for|what we’re looking for|what we are looking for|
        what we look for|we're looking for|we’re looking for|we are looking for|who we're looking for|
        who we’re looking for|must have|must-have|minimum qualifications|basic qualifications|your profile|
        your background|your experience|your skills|skills and experience|skills & experience|experience and skills|
        experience & skills|required skills|good fit if|great fit if|a fit if|good match if|great match if|
        key skills|technical skills|core skills|essential skills|what it takes|you should have|hear from you if|
        what makes you|experience required|necessary skills|about your|thrive in this role if|excited about you|
        dein profil|ihr profil|das bringst du mit|was du mitbringst|anforderungen|dein hintergrund|das solltest du|
        profil recherché|votre profil|ton profil|compétences requises|compétences techniques|requisitos|tu perfil|
        perfil|lo que buscamos|qué buscamos|que buscamos|qualificações|o que buscamos|o que esperamos|requisiti|
        il tuo profilo|cosa cerchiamo|chi cerchiamo|wat vragen wij|jouw profiel|wie ben
        jij|vereisten|wymagania|kvalifikationer""",
    NICE: """nice to have|nice-to-have|nice to haves|preferred qualifications|preferred skills|preferred experience|
        preferred|bonus points|bonus|bonuses|good to have|good-to-have|desirable|desired|extra credit|pluses|plus|
        strong candidates may|even better if|even better|great to have|icing on the cake|brownie points|optional|
        additional qualifications|it would be great|you'll stand out|you’ll stand out|stand out if|ways to stand out|
        set you apart|extra points|ideally|not required|fast start if you have|
        wünschenswert|von vorteil|pluspunkte|bonuspunkte|les plus|
        un plus|atouts|se valora|deseable|deseables|valoramos|valorable|diferenciais|desejável|desejáveis|preferenziali|
        pluspunten|mile widziane|meriterande""",
    _OTHER: """about us|about the company|about the role|about the team|about the job|about this role|the role|the team|
        the opportunity|responsibilities|what you'll do|what you’ll do|what you will do|what you'll be doing|
        what you’ll be doing|your role|your impact|in this role|you will|you'll|you’ll|your mission|day to day|
        day-to-day|benefits|perks|we offer|what we offer|compensation|salary|why join|why you'll love|why you’ll love|
        why us|how we work|interview process|hiring process|equal opportunity|tech stack|our stack|technologies we use|
        tools we use|stack we use|
        who we are|our values|our culture|diversity|what's in it for you|what’s in it for you|deine aufgaben|
        deine rolle|ihre aufgaben|wir bieten|das bieten wir|was wir bieten|über uns|vos missions|missions|avantages|
        ce que nous offrons|responsabilidades|beneficios|benefícios|ofrecemos|o que oferecemos|funciones|atividades|
        responsabilità|cosa offriamo|wat bieden wij|oferujemy|key objectives|example projects|how to apply|note""",
}
_PHRASES = {
    NICE: """is a plus|are a plus|a plus|a big plus|a huge plus|a strong plus|as a plus|nice to
    have|nice-to-have|preferred|
        is a bonus|are a bonus|a bonus|bonus points|bonus if|bonus:|ideally|desirable|is preferable|preferably|
        would be great|would be nice|advantageous|an advantage|an asset|helpful but not|not required|a nice-to-have|
        good to have|great to have|is highly valued|are highly valued|
        von vorteil|wünschenswert|idealerweise|un plus|est un atout|serait un plus|
        se valora|deseable|será un plus|é um diferencial|desejável|un vantaggio|è gradita|een pré|een plus|mile
        widzian""",
    MUST: """must have|must-have|is required|are required|required:|is a must|is essential|essential|mandatory|
        is necessary|you must|zwingend|voraussetzung|indispensable|imprescindible|obligatorio|obrigatório|wymagana""",
    COMPANY: """founders of|founder of|co-founder of|cofounder of|ceo of|cto of|cpo of|coo of|backed
    by|backers|investors|
        angels|alumni of|alumni from|team from|veterans of|veterans from|customers include|customers like|
        customers such as|clients include|clients like|trusted by|partners like|partners include|companies like|
        companies such as|leaders from|leaders at|executives from|formerly at|previously at|people from|folks from|
        funding from|led by|raised|used by""",
}


def _markers() -> dict[str, list[tuple[str, bool]]]:
    """Phrase to what it says: (need, whether it says so as a heading)."""
    table: dict[str, list[tuple[str, bool]]] = {}
    for source, is_heading in ((_HEADINGS, True), (_PHRASES, False)):
        for need, text in source.items():
            for phrase in text.split("|"):
                table.setdefault(" ".join(phrase.split()) if "\n" in phrase else phrase.strip(), []).append(
                    (need, is_heading)
                )
    return table


MARKERS = _markers()
_Span = tuple[int, int, str]
_END = sys.maxsize
_ONLY_HEADS = frozenset(phrase for phrase, meanings in MARKERS.items() if all(heads for _, heads in meanings))


@dataclass(slots=True)
class Needs:
    """What a text says is needed where. Fed with the places of `MARKERS`, in any order of kinds, by start."""

    text: str
    starts: list[int] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    spans: list[_Span] = field(default_factory=list)
    companies: list[_Span] = field(default_factory=list)

    def add(self, phrase: str, start: int, end: int) -> None:
        """A marker stands at `start` to `end` of the text."""
        if phrase in _ONLY_HEADS and start > _OFFSET and self.text.rfind("\n", start - _OFFSET - 1, start) < 0:
            return  # within a line
        low = self.text.rfind("\n", max(0, start - 600), start) + 1
        high = self.text.find("\n", end, end + 600)
        high = high if high >= 0 else min(len(self.text), end + 600)
        line = self.text[low:high].strip()
        is_heading = _is_heading(line, start - low)
        for need, heads in MARKERS[phrase]:
            if heads and is_heading:
                self._section(low, need)
            elif not heads and not (is_heading and line.endswith(":")):
                spans = self.companies if need == COMPANY else self.spans
                spans.append((*_reach(self.text, phrase, low, high, start, end), need))
                if len(spans) > 1 and spans[-2][0] > spans[-1][0]:
                    spans.sort()

    def _section(self, start: int, need: str) -> None:
        if self.starts and self.starts[-1] == start:  # "Preferred qualifications": the stronger word stands
            if need == NICE or self.sections[-1] == _OTHER:
                self.sections[-1] = need
            return
        self.starts.append(start)
        self.sections.append(need)

    def is_company(self, position: int) -> bool:
        """Whether names at `position` are employers, investors or customers rather than skills."""
        return _covering(self.companies, position) is not None

    def at(self, position: int) -> str | None:
        """`must`, `nice` or None for what stands at `position`: its own sentence first, then its section."""
        if need := _covering(self.spans, position):
            return need
        index = bisect_right(self.starts, position) - 1
        need = self.sections[index] if index >= 0 else _OTHER
        return None if need == _OTHER else need


def _covering(spans: list[_Span], position: int) -> str | None:
    """The first of the few sentences around `position` that holds it; `spans` are in the order of their ends."""
    if not spans:
        return None
    index = bisect_right(spans, (position, _END))
    return next((need for start, end, need in spans[max(0, index - 3) : index] if start <= position < end), None)


def _is_heading(line: str, offset: int) -> bool:
    return (
        len(line) <= _HEADING_LENGTH
        and offset <= _OFFSET
        and (line[:1] not in "•*-–·" or (len(line) <= 40 and line.endswith(":")))
        and not line.endswith((".", ",", ";"))
        and "; " not in line
        and (line.endswith((":", "?", "…", "...")) or len(line) <= 60)
    )


def _reach(text: str, phrase: str, low: int, high: int, start: int, end: int) -> tuple[int, int]:
    """Where a phrase holds: its brackets if they name more, from itself on for a word of _FORWARD, its sentence."""
    low, high = _sentence(text, low, high, start, end)
    opened = text.rfind("(", low, start)
    closed = text.find(")", end, high)
    if opened >= 0 and closed >= 0 and ")" not in text[opened:start]:
        beside = f"{text[opened + 1 : start]} {text[end:closed]}".lower().replace(",", " ").split()
        if not _EMPHASIS.issuperset(beside):
            low, high = opened, closed
    return (start if phrase in _FORWARD else low), high


def _sentence(text: str, low: int, high: int, start: int, end: int) -> tuple[int, int]:
    before = max(text.rfind(". ", low, start), text.rfind("; ", low, start), text.rfind("! ", low, start))
    after = text.find(". ", end, high)
    return (before + 2 if before >= 0 else low), (after if after >= 0 else high)
