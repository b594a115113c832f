"""Years of experience and the leading of people, as a description states them."""

import re
from collections.abc import Iterator
from itertools import islice

from pipeline.level.abroad import years_abroad
from pipeline.text.plain import folded_lower
from pipeline.text.remembered import remembered
from pipeline.text.windows import LOWER, Hints, windows

TEXT_LIMIT = 12_000  # longer texts end in benefits and notices
_NUMBER_WORDS = {
    word: number
    for number, words in enumerate(
        (
            "one un um ein eine einem une uno una uma één een jeden jednego",
            "two zwei deux dos dois duas due twee dwa dwóch", "three drei trois tres três tre drie trzy trzech",
            "four vier quatre cuatro quatro quattro cztery czterech", "five fünf cinq cinco cinque vijf pięć pięciu",
            "six sechs seis sei zes sześć sześciu", "seven sieben sept siete sete sette zeven siedem siedmiu",
            "eight acht huit ocho oito otto osiem ośmiu", "nine neun neuf nueve nove negen dziewięć",
            "ten zehn dix diez dez dieci tien dziesięć dziesięciu",
        ),
        1,
    )
    for word in words.split()
} | {"twelve": 12, "fifteen": 15, "zwölf": 12, "douze": 12, "quinze": 15, "doce": 12}  # fmt: skip
_YEAR_WORDS = Hints(
    "year|years|yr|yrs|yoe|jahr|jahre|jahren|jähriger|jährige|jährigen|ans|années|année|años|año|anos|ano|anni|anno"
    "|jaar|lat|lata",
    among=LOWER,
)
_FRENCH_YEAR = re.compile(r"an(?<![^\W\d_]an)(?![^\W\d_])")  # apart: every English text is full of it
_BEFORE_A_YEAR = frozenset({*_NUMBER_WORDS, "more", "plus", "mehr", "más", "greater", "full"})
_LONGEST_NUMBER = 14  # characters of a word of a number, and what parts it from the year
_MOST_YEARS = 60  # a posting says "years" a few times; more is no posting
_BACK = 40  # characters before "years" in which the number stands
_INNER = rf"\d{{1,2}}(?:\s?[-–]\s?\d{{1,2}})?\+?|{'|'.join(_NUMBER_WORDS)}"  # "three (3-5) years", "3 (three) years"
_COUNT = re.compile(
    rf"(?<![\d.,$€£])(?P<count>\d{{1,2}}|\b(?:{'|'.join(_NUMBER_WORDS)}))\s?(?:\((?:{_INNER})\)\s?)?"
    r"(?P<open>\+?\s?(?:\\?(?:-|–|—|~)|\bto\b|\btot\b|\bai\b|\bdo\b|\bor\b|\bbis\b|\bà\b|\ba\b|\by\b"
    r"|\bet\b|\be\b|\band\b|\bund\b|"
    r"\baté\b|\bou\b|\boder\b)"
    rf"\s?(?:\d{{1,2}}|{'|'.join(_NUMBER_WORDS)})\s?(?:\(\d{{1,2}}\))?\s?\+?|\+)?"
    r"[\s-]?(?P<more>or more|plus|oder mehr|ou plus|o más|or greater)?[\s-]?(?:full\s)?$"
)
_COUNT_AFTER = re.compile(
    r" of (?:\w+ ){0,2}experience(?: (?:required|needed))?\s?[:=]\s?(?P<count>\d{1,2})"
    r"(?P<open>\s?(?:\+|-|–|to)\s?\d{0,2})?(?P<more>)"
)
_EXPERIENCE = re.compile(
    r"experience|exp\b|experi[eê]ncia|expérience|experiencia|erfahrung|esperienza|ervaring|doświadczeni|background|"
    r"track record|professional|hands[- ]on|industry|in (?:a|an) (?:\w+[ -]){1,3}role|working (?:in|with|as|on)|"
    r"de (?:métier|pratique|carrière|oficio|trayectoria|práctica|profession)|berufspraxis|praxis\b|"
    r"^ ?(?:comme|como|come|en tant qu|als) ?|d[ei] (?:atuação|vivência|estrada|attività)|"
    r"^ (?:of (?:meer|langer)|oder (?:mehr|länger)|ou mais|o più|lub więcej|or more)\b|^ pracy\b"
)
_ASKED = re.compile(
    r"(?:at least|minimum|min\.?|mindestens|au moins|al menos|no mínimo|mínimo|minimum de|almeno|minstens|you have|"
    r"you've|you bring|requires?|experience|experience range|experience:|erfahrung:?|expérience :?|experiencia:?|"
    r"experi[eê]ncia:?|seniority:?|justifi(?:ez|es|er|ant|e)|compte[zs]|disposez|possédez|avez|as déjà|passé|"
    r"requise?s?|"
    r"minimale?|indispensable|imprescindible|requerimos|requeridos?|requiere|requisito:?|pedimos|exigimos|exigido|"
    r"exige-se|tienes|aportas|acumulas|cuentas con|contar con|possui|possuir|tenha|richiediamo|richiesti|cerchiamo|hai|"
    r"mitbringst|bringst|verfügst|verfügen|vereist|wymagane|wymagamy|oczekujemy|co najmniej|przynajmniej|ten minste|"
    r"minimaal|wenigstens|mind\.|chiediamo|domandiamo|servono)[^.\n]{0,15}$|"
    r"(?:berufserfahrung|berufspraxis|erfahrung|praxis) (?:[\w.]+ ){1,3}$|esperienza (?:\w+ ){0,3}(?:di|a|oltre) ?$|"
    r"(?:expérience|experi[eê]ncia) (?:[\w'’]+ ){1,3}(?:de|d'|d’|:) ?$|[>≥] ?$"
)
_IDLE_BEFORE = re.compile(
    r"(?:last|past|over the|next|for over|for more than|less than|founded|history|vesting|every|within|under|age|aged|"
    r"ages|depuis|mayor(?:es)? de|maior(?:es)? de|majeure? de|plus de 18|desde hace|hace|há|fa|"
    r"da oltre|seit(?! (?:wenigstens|mindestens|mind))|"
    r"dal|chaque|edad|âge|après|dans les|"
    r"after|for the first|contract|duration|ausbildungsdauer|dauer|laufzeit|durée|duración|durata|sur"
    r"|resid\w+|lived|we have|we've|company|degree or|celebrat\w+|preferably)"
    r"\W{1,3}(?:\w+\W+)?$"
)
_IDLE_AFTER = re.compile(
    r"\W{0,3}(?:sooner|earlier|faster|bachelor|in a row|of service|of age|ago|olds?\b|degree|running"
    r"|straight|consecutive|vesting|contract|"
    r"anniversary|runway|of growth|period|warranty|after\b|from now|in business\b(?! \w)|ahead|college|university|"
    r"undergraduate|program(?:me)?s?\b|d['’](?:histoire|existence|expertise|activité|ancienneté)|"
    r"d[ei] (?:historia|história|storia|tradi\w+|existencia|existência|vida|mercado|attività|garantía|garantie|"
    r"contrat)\b|cumplidos|alter\b|"
    r"(?:[\w-]+ ){0,4}(?:is|are) (?:a plus|preferred|nice|a bonus))"
)
_ROMANCE_YEAR = re.compile(r"\b(?:ans?|années?|años?|anos?|anni|anno)$")
_PERSON = re.compile(
    r"\b(?:vous|votre|tu|ton|te|faut|profil|candidat\w*|exig\w+|requi\w+|demand\w+|souhait\w+|attend\w+|necesit\w+|"
    r"precis\w+|busc\w+|pedimos|solicit\w+|valor\w+|m[ií]nim\w+|au moins|al menos|ao menos|pelo menos|almeno|perfil|"
    r"requisit\w+|imprescindible|indispensable|puesto|poste|similar\w*|conocimientos?|program\w+|trabaj\w+|dominio|"
    r"preciso|cerchi\w+|richie\w+|você|vocês|hai|possui\w*|tenha|derrière|bagage|bac ?\+ ?\d)\b"
)
_FIRM = re.compile(
    r"\b(?:empresa|compañía|société|entreprise|groupe|grupo|cabinet|startup|maison|firma|gruppo|azienda|fundad\w+|"
    r"créée?s?|fondée?s?|née|nacid\w+|llevamos|avons|nous avons|temos|abbiamo|somos|sommes|siamo|historia|histoire|"
    r"mercado|marché|contrat\w*|beca|bolsa|durée|duración|duração|durata|thèse|tesis|doctorat\w*|programme|programa|"
    r"depuis|hace|desde|prochaine?s?|próxim\w+|garant\w+|edad|âge|financi\w+|renouvelable|prorrogable|plan|existence|"
    r"convocatoria|convention|proyecto|projet de|savoir-faire|équipe avec|equipo con)\b"
)
_COMPOUND_YEARS = {
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sech": 6, "sieb": 7, "acht": 8, "zehn": 10, "dwul": 2, "trzy": 3,
    "czte": 4, "pięc": 5, "bien": 2, "trie": 3, "quad": 4, "quin": 5, "dece": 10, "déca": 10, "déce": 10, "jahr": 10,
    "dizà": 10, "diza": 10, "roku": 1, "twee": 2, "drie": 3, "vijf": 5, "zes": 6, "zeve": 7, "tien": 10,
}  # fmt: skip
_COMPOUND = re.compile(
    r"\b(zwei|drei|vier|fünf|sechs|sieben|acht|zehn|\d{1,2}(?=-?jährig))-?jährige?\w{0,2}\b"
    r"|\b(dwuletni|trzyletni|czteroletni|pięcioletni|\d{1,2}(?=-?letni))-?(?:letni)?\w{0,4}\b"
    r"|\b(twee|drie|vier|vijf|zes|zeven|acht|tien|\d{1,2}(?=-?jarige))-?jarige\b"
    r"|\b(biennale|triennale|quadriennale|quinquennale|decennale)\b"
    r"|\b(?:uma|una|une|um|ein|eines) (década|decennio|décennie|jahrzehnt|dizaine d['’]années)\b"
    r"|\b(?:minimum|min\.|około|co najmniej|przynajmniej) (?:jednego )?(roku)\b"
)
_COMPOUND_HINTS = Hints("jährig|jarige|letni|ennale|década|decennio|décennie|jahrzehnt|dizaine| roku", among=LOWER)
_EXPERIENCE_NEAR = re.compile(r"erfahrung|praxis|doświadcz|prakty|esperienza|expéri|experi|ervaring")
_LAST_NUMBER = re.compile(r"(\d{1,2})\s?\+?$")
_SENTENCE_END = re.compile(r"[.!?;] |\n")
_OF_MANY = re.compile(
    r"\b(?:alumn\w*|alunos?|crianças|estudiantes|jóvenes|chicos|niñ\w+|élèves|enfants|bambini|ragazzi|schüler|jongeren|"
    r"leerlingen|uczni\w+|dzieci)\b[^.]{0,25}$|"
    r"\b(?:average|combined|collective|forte?s? (?:de|d)|"
    r"(?:empresa|compañía|grupo|equipo|firma|despacho|bufete|consultora|asesoría)\b[^.]{0,30} con|société avec)\b"
)
_FIRM_SPEAKS = re.compile(
    r"^\W*(?:somos )?(?:un[ao]? )?(?:firma|empresa|despacho|bufete|compañía|consultora|gabinete|asesoría"
    r"|société|cabinet|unternehmen)\b"
    r"[^:]* (?:con|avec|mit) (?:más de |plus de |mehr als |über )?$"
)
_OPTIONAL = (
    "preferred qualifications",
    "preferred experience",
    "nice to have",
    "bonus points",
    "preferred:",
    "desirable",
)
_REQUIRED = ("minimum", "required", "requirements", "basic qualifications", "must have", "you have", "you bring")
_INTERNSHIP = re.compile(
    r"(?:type de contrat|nature du contrat|contrat|contract type|tipo de contrato|employment type|job type|vertragsart)"
    r" ?:? ?(?:d'|d’|de |en )?(?:stage|alternance|apprentissage|prácticas|beca|internship|praktikum|werkstudent)\b"
    r"|(?:recherchons|recherche|cherchons|accueillons|buscamos|suchen) (?:actuellement )?"
    r"(?:un|une|un\(e\)|un\.e|un·e|a|einen?) "
    r"(?:stagiaire|alternant|apprenti|becari|practicante|pasante|praktikant|werkstudent)"
    r"|(?:ce|notre|le) stage (?:est|a pour|se|de fin)|(?:cette|l'|l’)alternance (?:est|a pour)"
)
_INTERN_WORDS = Hints(
    "stage est|ce stage|notre stage|le stage|stagiaire|alternan|apprenti| contrat|contract type|beca|practicante"
    "|pasante|praktikant|werkstudent|vertragsart|tipo de contrato|employment type|job type",
    among=LOWER,
)
_LEADING = re.compile(
    r"direct reports|people management|line manage\w*|manag(?:e|ing) people|performance reviews|people manager|"
    r"manag(?:e|ing) (?:and|a|the|our) (?:\w+ ){0,4}team\b|"
    r"(?<!ohne )(?<!keine )personalverantwortung(?! (?:besteht|ist) nicht)|"
    r"disziplinarisch(?!e führung (?:bleibt|liegt|obliegt))|(?<!aucun )encadrement(?! hiérarchique relève)|"
    r"lead (?:a|the|our|an) team of (?:\d|about|up to|some|around)|mitarbeiterführung|teamführung|"
    r"führung eine[sr] teams?|führst (?:ein|das|unser|dein) (?:\w+ ){0,2}team|"
    r"liderar(?:ás)? (?:a )?(?:un|el|al|nuestro|tu) equipo|"
    r"(?:gesti[oó]n|gestionar|dirigir) (?:de |a )?(?:un |el |al )?(?:equipos?|personas)|"
    r"equipos? a (?:tu |su )?cargo|desarrollo profesional de (?:cada|tu|los|las|su)|"
    r"manage(?:r|ment) (?:une |d'une |d'|d’une |d’|l'|l’|de l')?équipe|"
    r"animer (?:une|l'|l’|votre) ?équipe|liderar (?:o|um|uma|a) (?:time|equipe)|gestão de (?:pessoas|equipes?|times?)|"
    r"hire(?:,| and) (?:\w+,? ){0,3}(?:manage|lead)|people leader\b|fachliche und disziplinarische|encadrer"
)
_LEADING_A_FUNCTION = re.compile(
    rf"{_LEADING.pattern}|lead (?:a|the|our|your) (?:\w+ ){{0,3}}team\b|"
    r"building (?:a|the|out|our) (?!founding)(?:\w+ ){0,3}team\b(?! (?:with|that|where|of people))|"
    r"\b(?:build|grow|mentor)(?:,| and) (?:[\w-]+,? ){0,5}team\b"
)


_LEADING_WORDS = Hints(
    "direct report|people manage|people leader|line manage|manag|performance review|personalverantwortung"
    "|disziplinarisch|encadre|lead |mitarbeiterführung|teamführung|führung|führst|liderar|gesti|gestã|dirigir|equipo"
    "|animer|hire|building|build|grow|mentor"
)


def lowered(text: str) -> str:
    """The beginning of a text in lower case, each character at its place."""
    return folded_lower(text[:TEXT_LIMIT])


def _is_optional(lower: str, start: int) -> bool:
    """True if the nearest heading above is of what is merely preferred, and what is required stood before."""
    if not any(mark in lower[:start] for mark in ("minimum qual", "basic qual", "required qual", "requirements")):
        return False
    above = lower[max(0, start - 300) : start]
    optional = max(above.rfind(mark) for mark in _OPTIONAL)
    return optional >= 0 and optional > max(above.rfind(mark) for mark in _REQUIRED)


def _asks(lower: str, start: int, end: int, is_open: bool) -> bool:
    """True if the years at this place are asked for, and not told of the firm, the contract or the law.

    `is_open`: a range or a plus stands with them, as it does in requirements.
    """
    before, after = lower[max(0, start - 45) : start], lower[end : end + 60]
    sentence = _SENTENCE_END.split(before)[-1]
    if _OF_MANY.search(sentence) or _IDLE_BEFORE.search(sentence) or _IDLE_AFTER.match(after):
        return False
    if _FIRM_SPEAKS.search(_SENTENCE_END.split(lower[max(0, start - 160) : start])[-1]):
        return False
    if is_open or _ASKED.search(before) or _EXPERIENCE.search(after) or _asks_in_romance(lower, start, end):
        return not _is_optional(lower, start)
    return False


def _asks_in_romance(lower: str, start: int, end: int) -> bool:
    """The same of a sentence in French, Spanish, Portuguese or Italian: they ask with more verbs than can be listed.

    A word of asking, or of the person, stands in the sentence, and none of the firm, a contract or a term.
    """
    if not _ROMANCE_YEAR.search(lower, end - 7, end):
        return False
    before, after = lower[max(0, start - 140) : start], lower[end : end + 80]
    sentence = _SENTENCE_END.split(before)[-1] + " # " + _SENTENCE_END.split(after)[0]
    return _PERSON.search(sentence) is not None and _FIRM.search(sentence) is None


def _year_words(lower: str) -> list[tuple[int, int]]:
    """Where the words for years stand, parts of other words among them; French "an" only where a number leads to it."""
    found = [one.span() for one in _FRENCH_YEAR.finditer(lower) if _follows_number(lower, one.start())]
    spans = _YEAR_WORDS.spans(lower)
    return sorted([*spans, *found]) if found else spans


def _follows_number(lower: str, start: int) -> bool:
    before = lower[max(0, start - _LONGEST_NUMBER) : start].rstrip(" \xa0\n\t-")
    if before[-1:].isdigit() or before[-1:] in ("+", ")"):
        return True
    return bool(before) and before.split()[-1] in _BEFORE_A_YEAR


def _counted_years(lower: str) -> Iterator[tuple[re.Match[str], int, int]]:
    """Each number of years in a text, with its place."""
    for word, end in _year_words(lower):
        if lower[end : end + 1].isalpha() or lower[word - 1 : word].isalpha():
            continue
        back = max(0, word - _BACK)
        found = _COUNT.search(lower[back:word])
        if found:
            yield found, back + found.start(), end
        else:
            told = _COUNT_AFTER.match(lower, end, end + _BACK)
            if told:
                yield told, word, told.end()


def _is_age(found: re.Match[str], lower: str, end: int) -> bool:
    """A range such as "18 a 40 años" is of people's ages, and so are 16 to 21 years of nothing."""
    count, last = found["count"], _LAST_NUMBER.search(found["open"] or "")
    if not count.isdigit() or int(count) < 16:
        return False
    if last is not None and int(last[1]) >= 25:
        return True
    return int(count) <= 21 and _EXPERIENCE.search(lower[end : end + 40]) is None


def years_asked(text: str) -> tuple[int, int, int] | None:
    """The least number of years of the first requirement, with its place in the text; None if none is asked for."""
    return next(iter(all_years_asked(text)), None)


def _compound_years(lower: str) -> Iterator[tuple[int, int, int]]:
    """Years within a word, beside one of experience: "fünfjährige Praxis", "esperienza triennale"."""
    for start, end in windows(lower, _COMPOUND_HINTS, 25, 25):
        for found in _COMPOUND.finditer(lower, start, end):
            if _EXPERIENCE_NEAR.search(lower, max(0, found.start() - 45), found.end() + 45):
                word = next(group for group in found.groups() if group)
                yield int(word) if word.isdigit() else _COMPOUND_YEARS[word[:4]], *found.span()


@remembered  # asked for the level and for the tag of its own
def all_years_asked(text: str) -> tuple[tuple[int, int, int], ...]:
    """The least number of years of each requirement, with its place in the text."""
    return tuple(_years_asked(lowered(text)))


def _years_asked(lower: str) -> Iterator[tuple[int, int, int]]:
    compound = list(islice(_compound_years(lower), _MOST_YEARS))
    for found, start, end in islice(_counted_years(lower), _MOST_YEARS):
        while compound and compound[0][1] < start:
            yield compound.pop(0)
        is_open = found["open"] is not None or found["more"] is not None
        if not _is_age(found, lower, end) and _asks(lower, start, end, is_open):
            count = found["count"]
            yield _NUMBER_WORDS[count] if count in _NUMBER_WORDS else int(count), start, end
    yield from compound
    yield from years_abroad(lower)


def offers_internship(text: str) -> tuple[int, int] | None:
    """The place where the text says that the post is an internship or an apprenticeship, else None."""
    lower = lowered(text)
    for start, end in windows(lower, _INTERN_WORDS, 60, 60):
        if found := _INTERNSHIP.search(lower, start, end):
            return found.span()
    return None


def leads_people(text: str, of_function: bool = False) -> tuple[int, int] | None:
    """The place where the text says that the person manages people, else None.

    `of_function`: the title is "Growth Lead" rather than "Lead Engineer", so softer words are enough.
    """
    pattern, lower = _LEADING_A_FUNCTION if of_function else _LEADING, lowered(text)
    for start, end in windows(lower, _LEADING_WORDS, 40, 160):
        if found := pattern.search(lower, start, end):
            return found.span()
    return None
