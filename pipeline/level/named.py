"""A level that a text names in words ("we need a senior engineer"), where title and years are silent."""

import re
from functools import cache

from pipeline.level.said import lowered
from pipeline.text.windows import LOWER, Hints, windows

_LEVELS = {
    "entry": r"junior|júnior|entry[- ]level|berufseinsteiger\w*|debutante?|débutante?|principiante|recém[- ]formad\w+",
    "mid": r"mid[- ]level|mid(?= ?(?:[/-]|to|or) ?s)|intermediate|medior|intermedio|intermédiaire|confirmée?|pleno",
    "senior": r"senior|sénior|sênior|sr\.?",
}
_WORD = "|".join(f"(?P<{level}#>{words})" for level, words in _LEVELS.items())
_CALL = (
    r"\b(?:looking (?:for|to hire)|look for|seeking|seeks|hiring|to hire|searching for|need|wants?|join us as|"
    r"recherch(?:ons|e)|cherch(?:ons|e)|recrut(?:ons|e)|buscamos|busca|requerimos|solicitamos|precisamos|procuramos|"
    r"procura|buscam|suchen|sucht|cerchiamo|cerca|ricerca|zoeken)"
)
_COUNT = (
    r"(?:an?|one|two|three|some|several|our next|our first|another|une?|un\(e\)|des|deux|una?|dos|varios|eine[nr]?|um|"
    r"uma)"
)
_OTHERS = (
    r"(?:to|with|and|alongside|support\w*|mentor\w*|manag\w+|coach\w*|guid\w+|present\w*|help\w*)\b"  # not the job
)
_SUBJECTS = (
    "inglés anglais english inglês inglese français alemán deutsch language excel sql"  # with a level of their own
)
_NOT_OF_A_SUBJECT = "".join(rf"(?<!{subject} )(?<!{subject}: )" for subject in _SUBJECTS.split())
_PROFILE = (
    rf"{_NOT_OF_A_SUBJECT}\b(?:level|seniority|experience level|profile|perfil(?: de)?(?: nivel)?|profil|profilo|nivel|"
    r"niveau|livello|nível|figura)(?: (?:ricercato|recherché|requerido|is|of))? ?[:–-]? ?"
)
_FIRST_JOB = (
    r"\bnew grads? (?:ok|okay|welcome|encouraged)|\bany \(new grads|\bno (?:prior |previous |professional )?experience "
    r"(?:is )?(?:required|needed|necessary)\b(?! (?:in|with|of|on)\b)|"
    r"\bdébutante?(?:\(?e?\)?s?|s|·es) (?:accepté|bienvenu)|\b(?:sans|aucune) expérience\b"
    r"(?! (?:préalable )?(?:de|en|dans|avec))|\b(?:première expérience|primera experiencia|primeira experiência)\b|"
    r"\bno (?:se |es )?(?:requiere|requerimos|necesita|necesaria|precisa|exige)n? experiencia|"
    r"\bsin experiencia\b(?! (?:en|de|con))|\bsem experiência\b|\bnão (?:é necessária|exigimos|precisa de) "
    r"experiência|\bsenza esperienza\b|\binício de carreira|\bdébut de carrière|\binicio de (?:su |tu )?carrera|"
    r"\bneo[- ]?laureat|\bjeunes? diplômé|\brecién (?:graduad|titulad|egresad)|\bkeine berufserfahrung|"
    r"\bberufseinsteiger\S*(?: und \S+)? (?:sind )?(?:\w+ )?willkommen|"
    r"\berfahrung ist nicht (?:erforderlich|nötig|notwendig)|"
    r"\bberufserfahrung ist nicht (?:erforderlich|nötig|notwendig)|\bgeen (?:werk)?ervaring (?:nodig|vereist)|"
    r"\bervaring is niet (?:nodig|vereist)|\bno hace falta experiencia|"
    r"\bdoświadczenie nie jest wymagane|\bnão é preciso ter experiência|"
    r"(?<!mentor )(?<!mentoring )(?<!support )(?<!supporting )(?<!coach )(?<!guide )"
    r"\bearly[- ]career (?:engineer|scientist|researcher|candidate|professional|developer|talent)"
)
_HINTS = Hints(
    "junior|júnior|entry-level|entry level|senior|sénior|sênior| sr|mid-level|mid level|mid |mid/|intermedi"
    "|interméd|confirmé|medior|pleno|débutant|debutant|principiante|berufseinsteiger|recém|recién|new grad"
    "|no experience|no prior|no previous|no professional|sans exp|aucune exp|première exp|primera exp"
    "|primeira exp|sin exp|sem exp|senza esp|no se re|no se nec|no se pre|no se ex|no es nec|não é nec|não exig"
    "|não precisa|de carr|de su carrera|de tu carrera|neo-laureat|neolaureat|neo laureat|jeune diplôm"
    "|erfahrung ist nicht|geen ervaring|geen werkervaring|nie jest wymagane|não é prec|ervaring is niet"
    "|no hace falta exp|jeunes diplôm|keine berufs|early career|early-career",
    among=LOWER,
)
_BEFORE, _AFTER = 110, 80  # characters around a hint that hold the phrase


@cache
def _pattern() -> re.Pattern[str]:
    """All phrases as one expression, a group a level; "#" keeps the names of groups apart."""
    called = (
        rf"(?<!n't )(?<!n’t )(?<!not ){_CALL}\s(?:[^.:;!?\n]{{0,25}}?\b{_COUNT}\s)?"
        rf"(?:(?!{_OTHERS})[\w+/-]+,? ){{0,3}}?(?:{_WORD.replace('#', '1')})\b(?! (?:leaders|leadership|"
        rf"management|stakeholders))"
    )
    profiled = rf"{_PROFILE}(?:{_WORD.replace('#', '2')})\b"
    return re.compile(rf"{called}|{profiled}|(?P<entry3>{_FIRST_JOB})")


def named_level(text: str) -> tuple[str, int, int] | None:
    """The level that a text names for the job, with the place of the words; None if it names none."""
    lower = lowered(text)
    for start, end in windows(lower, _HINTS, _BEFORE, _AFTER):
        if found := _pattern().search(lower, start, end):
            return str(found.lastgroup).rstrip("123"), *found.span()
    return None
