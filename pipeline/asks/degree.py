"""The least degree that is asked for: bachelor, master or phd; what is merely preferred does not count."""

import re

from models import Basis, Evidence
from pipeline.asks.degree_abroad import degree_abroad
from pipeline.asks.needs import NICE, Needs
from pipeline.text.language import is_plainly_english
from pipeline.text.windows import WRITTEN, Hints, windows

BACHELOR, MASTER, PHD = "bachelor", "master", "phd"
_RULE = "degree.phrases@5"
_HINTS = Hints(
    "egree|achelor|Master|master|PhD|Ph.D|PHD|Ph. D|BSc|B.S|B.A|MSc|M.S|M. S|BS |BS,|BS/|BS;|BS)|BS.|BA |BA,|BA/"
    "|BA;|BA)|BA.|MS |MS,|MS/|MS;|MS)|MS.|B. S |B. S,|B. S/|B. S;|B. S)|B. S.|Bac+|Bac +|bac +|BAC+|BAC +|bac+"
    "|Grado|grado|Título|iplôme d|tudienabschluss|Masters|tudium|schulabschluss|icenciatura|aurea|octora|raduação"
    "|BTech|MTech|B.Tech|B. Tech|Btech|M.Tech|M. Tech|Mtech|B.E|MEng|M.Eng|BEng|B.Eng|áster|título|romotion",
    among=WRITTEN,
)
_END = r"(?=[\s,/;).:]|$)"
_DEGREE = re.compile(
    r"\b(?=[4ABCDEFGHIJLMPRSTUWabcdefghijlmprstuw])(?:"  # told at once where none can begin
    r"(?P<bachelor>\b[Bb]achelor(?:['’´]?s?['’]?)?\b|\bBACHELOR|\bB\.?\s?S(?:\.?c)?\.?"
    + _END
    + r"|\bB\.?A\.?"
    + _END
    + r"(?! analyst)|\bB\.?Eng\b|\bB\.? ?[Tt]ech\b|\bB\. ?E\.(?=[ ,/])|\b(?:[Bb]ac|BAC) ?\+ ?3"
    r"|\b[Dd]iplôme d['’][ÉEée]tat\b"
    r"|\b[Gg]rado(?: universitario)? en [A-ZÁÉÍÓÚ]|\b[Ll]icenciatura|\b[Uu]ndergraduate (?=or|and|/)"
    r"|\b[Ll]aurea triennale|(?<![Pp]ós-)(?<![Pp]os-)\b[Gg]raduação\b)"
    r"|(?P<master>\b[Mm]aster(?:['’´]s|s)?(?=\s?(?:[Dd]egree|of (?:[Ss]cience|[Ee]ngineering|[Aa]rts)|in [A-Z]|or [Pp]h"
    r"|[,/] ?[Pp]h|[-/ ]?(?:[Ss]tudium|level)|,? or (?:doctor|higher|above)))|\b[Mm]aster['’]s\b"
    r"|(?<=[/,] )[Mm]asters?\b|(?<=\()[Mm]aster(?=[)/])|\b[Mm]aster(?= (?:ou|oder|eller|lub|nebo|vagy|sau) )"
    r"|(?<![A-Z], )(?<!GC/)(?<!LC/)(?<!GC-)(?<!LC-)\bM\.?\s?S(?:\.?c)?\.?"
    + _END
    + r"(?! (?:[Oo]ffice|[Ee]xcel|SQL|[Tt]eams|365|[Ww]ord|[Pp]ower|[Pp]roject"
    r"|[Aa]zure|[Dd]ynamics|MO\b))|\bM\.?Eng\b|\bM\.? ?[Tt]ech\b|\b(?:[Bb]ac|BAC) ?\+ ?5|\b[Gg]rado \+ [Mm]áster"
    r"|\b[Mm]asters (?=with |and |or |preferred|required)|\b(?:[Pp]ost)?[Gg]raduate degree|\b[Mm]áster\b"
    r"|\b[Mm]asterstudium|\b[Aa]dvanced (?:\w+ )?degree\b|\b[Ll]aurea (?:magistrale|specialistica))"
    r"|(?P<phd>\b[Pp]h\.? ?[Dd]\b\.?(?! Science)|\bPHD\b|\b[Dd]octora(?:te|l)\b|\b[Pp]romotion (?:in|im Bereich"
    r"|im Fach|auf dem Gebiet)\b|\b[Dd]octorado\b"
    r"|\b[Dd]outorado\b|\b[Dd]octorat\b)"
    r"|(?P<some>\b(?:[Uu]ndergraduate|[Cc]ollege|[Uu]niversity|[Ff]our[- ]year|4[- ]year|[Tt]echnical"
    r"|STEM|CS|[Ee]ngineering|[Rr]elevant|[Aa]cademic|[Ss]cience|[Hh]onou?rs|[Ll]aw) (?:level )?[Dd]egree"
    r"|\b[Dd]egree[- ](?:educated|qualified|level)"
    r"|\b(?:[Hh]ochschul|[Ss]tudien)abschluss|\b(?:Jura|Informatik|Ingenieur|Wirtschafts|Fach|Hochschul"
    r"|Universitäts)?(?<=\w)studium\b|\bStudium\b|\b[Ll]aurea\b|\b[Tt]ítulo (?:universitario|oficial|superior)"
    r"|\b[Dd]egree (?:in|from"
    r"|or equivalent"
    r"|required)\b))"
)
_ASKED = re.compile(
    r"degree|required|obrigat|imprescind|exig|oblig|reputed|reputable|accredited|erforderlich|voraussetzung|vorausgesetzt|zwingend|requirement"
    r"|\bin (?:a |an |the )?(?:[A-Z]|related|relevant|technical|quantitative|computer"
    r"|engineering|similar|stem"
    r"|any|business|finance|marketing|economics)|equivalent|or higher|or above|minimum|preferably|candidate|student"
    r"|pursuing|studying|enrolled"
    r"|graduate|education|qualification|holder|diplom|studium|abschluss|diplôme|título|laurea|formation|ausbildung"
    r"|licenciatura|ingenier|carrera|\bgrado\b|bac ?\+|you have|studies|\d\+? years",
    re.I,
)
_TOLD = re.compile(
    r"our (?:team|founders?|people)|team of|founded by|founders?\b|alumni|we are(?! looking)|we['’]re a"
    r"|nous formons|nos étudiants|nos formations|certification rncp|tuition|reimburse"
    r"|continuing education"
    r"|no degree|without a degree|don['’]t (?:expect|require)|degree of|regardless of|360"
    r"|hold(?:ing)? a phd from"
    r"|to a high degree|large degree|some degree|certain degree|high degree|great degree|any degree"
    r"|\b(?:did|finished|earned|received|dropped out of) (?:a|his|her|their|my)\b|copilot|\bj\.?d\.?\)? degree",
    re.I,
)
_OPTIONAL = re.compile(
    r"prefer|plus\b|nice to have|bonus|desirable|desired|ideally|advantage|asset\b|von vorteil|wünschenswert|un plus"
    r"|deseable|valorable|helpful|beneficial|not necessary|optional",
    re.I,
)
_EXTENT = re.compile(r"\b(?:high|large|great|some|certain|any) degree(?: of)?\b", re.I)  # "a high degree of care"
_NOT_REQUIRED = re.compile(r"not (?:strictly )?(?:required|necessary|needed)|isn['’]t (?:required|necessary)", re.I)
# Where vocational training will do as well, or the studies are the job, no degree is asked.
_OR_TRAINING = re.compile(
    r"ausbildung\w*[^.]{0,60}?(?:oder|/|bzw\.?|or)[^.]{0,60}?studi(?:um|en)"
    r"|studi(?:um|en)[^.]{0,170}?(?:oder|bzw\.?|/) ?(?:\w+,? ){0,5}\w*ausbildung|duale[sn]? studium"
    r"|bachelor oder ausbildung"
    r"|studi(?:um|en)[^.]{0,60}?(?:vorteil|kein muss|erleichter|wünschenswert|nicht zwingend|nice)",
    re.I,
)
_SUBJECT = re.compile(
    r"\((?:[^\s)]+ ){2}[^)]*(?:\)|$)|preferabl[ey] (?:from|in|with|within|\d)|, ideally (?:in|from|with)\b", re.I
)  # what is preferred is no degree
_EQUIVALENT = re.compile(
    r"equivalent|or (?:related|relevant|comparable|similar) (?:work |practical |professional )?experience"
    r"|or \d\+? years|vergleichbar|équivalent|equivalente|in lieu|or commensurate",
    re.I,
)
_REQUIRED = re.compile(r"\brequired\b(?=,)", re.I)  # "BS required, MS preferred"
_POINT = re.compile(r"[a-z)]\. (?=[A-Z])")
_SOME = "some"  # a degree of no named level: a bachelor's, unless the sentence names another
_RANK = (BACHELOR, MASTER, PHD, _SOME)


def tag_degree(
    text: str, needs: Needs | None = None, language: str | None = None
) -> tuple[str | None, dict[str, object]]:
    """The least degree of the first sentence that asks for one, with evidence (`or_equivalent` where it is said).

    `needs` says which parts of the text are nice to have; these do not count.
    """
    done = -1
    for start, end in windows(text, _HINTS, 60, 120):
        for match in _DEGREE.finditer(text, start, end):
            if match.start() < done:
                continue
            low, done = _sentence(text, match.start(), match.end())
            if _is_nice(text, low, done, match.start(), needs):
                continue
            if found := _asked(text, low, done, match.start()):
                return found
    return _abroad(text, needs, language)


def _abroad(text: str, needs: Needs | None, language: str | None) -> tuple[str | None, dict[str, object]]:
    """The same in the words of other languages."""
    found = None if is_plainly_english(text, language) else degree_abroad(text)
    if found is None or (needs is not None and needs.at(found[1]) == NICE):
        return None, Evidence(Basis.UNKNOWN, _RULE).as_json()
    degree, start, end = found
    return degree, dict(Evidence(Basis.STATED, _RULE, "description", start, end, text[start:end]).as_json())


def _is_nice(text: str, low: int, high: int, start: int, needs: Needs | None) -> bool:
    """Nice to have by its section; of a sentence that prefers one of its degrees `_is_optional` tells which."""
    if needs is None or needs.at(start) != NICE:
        return False
    return len(_DEGREE.findall(text, start, high)) < 2 or not _OPTIONAL.search(text, low, high)


def _asked(text: str, low: int, high: int, first: int) -> tuple[str, dict[str, object]] | None:
    sentence = _EXTENT.sub(" ", text[low:high])
    if _TOLD.search(sentence) or not _ASKED.search(sentence) or _OR_TRAINING.search(sentence):
        return None
    named = [(str(match.lastgroup), match) for match in _DEGREE.finditer(text, first, high)]
    if _NOT_REQUIRED.search(sentence):
        others = [
            (name, match) for name, match in named if not _NOT_REQUIRED.search(text, match.end(), match.end() + 30)
        ]
        named = others if len(others) < len(named) else []
    if any(name != _SOME for name, _ in named):
        named = [(name, match) for name, match in named if name != _SOME]
    wanted = [(name, match) for name, match in named if not _is_optional(text, match, high, len(named))]
    if not wanted:
        return None
    least, match = min(wanted, key=lambda item: _RANK.index(item[0]))
    least = BACHELOR if least == _SOME else least
    quote = text[match.start() : match.end()]
    evidence: dict[str, object] = dict(
        Evidence(Basis.STATED, _RULE, "description", match.start(), match.end(), quote).as_json()
    )
    if _EQUIVALENT.search(sentence):
        evidence["or_equivalent"] = True
    return least, evidence


def _is_optional(text: str, match: re.Match[str], high: int, count: int) -> bool:
    """Preferred as such: "PhD preferred", "ideally a Master's"; in a list the words must stand close by."""
    after = text[match.end() : min(high, match.end() + (90 if count == 1 else 25))]
    after = _REQUIRED.split(_SUBJECT.sub(" ", after))[0]
    before = text[max(0, match.start() - 25) : match.start()].rsplit("\n", 1)[-1].rsplit(";", 1)[-1]
    return bool(_OPTIONAL.search(after.split(";")[0]) or _OPTIONAL.search(before))


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    low = text.rfind("\n", max(0, start - 300), start) + 1 or max(0, start - 300)
    stop = text.find("\n", end, end + 300)
    high = stop if stop >= 0 else min(len(text), end + 300)
    point = _POINT.search(text, end, high)
    return low, point.start() + 1 if point else high
