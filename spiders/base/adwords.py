"""The words by which what people write in an ad is told apart: jobs, pay, kinds of employment, places."""

import re

LONGEST = 100  # characters of a job's name; what is longer is a sentence

NOUN = (
    r"(?:engineers?|developers?|devs?|scientists?|designers?|managers?|architects?|researchers?|programmers?|analysts?|"
    r"administrators?|consultants?|specialists?|strategists?|technicians?|recruiters?|marketers?|writers?|editors?|"
    r"advocates?|evangelists?|directors?|coordinators?|associates?|executives?|technologists?|biologists?|chemists?|"
    r"interns?|tutors?|teachers?|operators?|accountants?|leads?|leaders?|heads?|presidents?|founders?|cofounders?|swes?|"
    r"sres?|sdes?|sdets?|ctos?|ceos?|coos?|cpos?|vps?|pms?|ems?|tpms?|fdes?|mles?|sdrs?|aes?|devops|devrel|qa|"
    r"chief of staff)"
)
JOB = re.compile(
    rf"(?<![.@\w]){NOUN}\b|\b(?:head|vp|director|chief) of \w+|\bmember of technical staff\b", re.IGNORECASE
)
FIELD = re.compile(
    r"\b(?:engineering|software|product|design|development|data|research|infra|infrastructure|backend|back-end|frontend|"
    r"front-end|fullstack|full[- ]stack|sales|marketing|security|operations|roles?|positions?|openings?)\b",
    re.IGNORECASE,
)
SEVERAL = re.compile(
    r"\b(?:multiple|various|several|many|all|open|technical|engineering|\d+\+?)\b.{0,30}\b(?:roles?|positions?|openings?|"
    r"jobs)\b|^\W*(?:roles|positions|multiple|various|several)\W*$", re.IGNORECASE,
)  # fmt: skip
ADDRESS = re.compile(r"\s*[\[(]?(?:https?://\S+|(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12}(?:/\S*)?)[\])]?\s*", re.I)
PAY = re.compile(
    r"[$€£₹¥]\s?\d|\d\s?[$€£]|\b\d{2,3}\s?k\b|\b(?:usd|eur|gbp|chf|cad|aud|sek|inr|pln)\b.{0,3}\d|\bequity\b|\bsalary\b|"
    r"\bcompensation\b", re.IGNORECASE,
)  # fmt: skip
KIND = re.compile(
    r"\b(?:full[- ]?time|part[- ]?time|contract(?:or|ing|s)?|intern(?:s|ships?)?|co-?ops?|freelance|permanent|perm|"
    r"temporary|fte|ft|w2|1099)\b", re.IGNORECASE,
)  # fmt: skip
PLACES = {
    "remote": re.compile(r"\b(?:remote|wfh|work from home|distributed|telecommute|anywhere)\b", re.IGNORECASE),
    "hybrid": re.compile(r"\bhybrid\b", re.IGNORECASE),
    "onsite": re.compile(r"\b(?:on-?\s?site|in[- ]?person|in[- ]?office|in the office)\b", re.IGNORECASE),
}
NO_PLACE = re.compile(
    r"\d{4}|[!?@]|\b(?:visa|sponsor\w*|citizen\w*|clearance|series|seed|funded|backed|yc|ai|ml|saas|b2b|fintech|startup|"
    r"company|platform|stack|tech|team|hiring|apply|senior|python|rust|react|typescript|java|node\w*|golang|web|"
    r"software|equity|industry|data|cloud|open source|no|we|for|with|is|are|early|stage|profitable|bootstrapped)\b",
    re.IGNORECASE,
)
CAPITAL = re.compile(r"[^\W\d_a-z]")
END_OF_NAME = re.compile(r"\s[-–—]+\s|\s[-–—]+$|[:|\n]|https?://|\s\(?(?=www\.)|(?<=\w)[.!?](?:\s|$)|—|\$|€|£| @ ")
MARKS = (re.compile("[;•]"), re.compile(r"\s/\s"), re.compile(","), re.compile(r"\s(?:[+&]|and|or)\s", re.IGNORECASE))
TRIM = " .*_-–—:,;→•"
CALL = re.compile(
    rf"\b(?:hiring|looking for|seeking|searching for)\s+(?:an?\s+|another\s+|our\s+|more\s+)?"
    rf"((?:[\w/+#.&-]{{1,30}}\s){{0,6}}?{NOUN})\b", re.IGNORECASE,
)  # fmt: skip
HIRES = re.compile(r"\W*([^\W_][\w.&' -]{1,50}?)\s*(?:\([^()]*\))?\s+(?:is|are)\s+(?:now\s+)?(?:hiring|looking for)\b")
LABELS = {
    "company": "company", "компания": "company", "role": "job", "roles": "job", "position": "job", "title": "job",
    "job title": "job", "вакансия": "job", "позиция": "job", "location": "place", "locations": "place",
    "локация": "place", "город": "place", "salary": "pay", "compensation": "pay", "зарплата": "pay", "вилка": "pay",
    "type": "employment", "employment": "employment", "занятость": "employment",
}  # fmt: skip
LABEL = re.compile(rf"\W{{0,5}}({'|'.join(LABELS)})\s*:\s*", re.IGNORECASE)
OPENERS = re.compile(
    r"\W*(?:we're|we are|currently|now|is|are|actively)?\s*(?:hiring|looking for|seeking|wanted|open)\b"
    r"(?: an?\b| for\b)?:?\s*|\W*we have (?:multiple|several|many)?\s*(?:roles?|positions?|openings?)\s*(?:for)?:?\s*|"
    r"\W*(?:multiple|various|several|open)\s+(?:open\s+)?(?:roles?|positions?|openings?)\s*[:–-]\s*|\W*\d+\s?x\s+|"
    r"\W*(?:roles?|positions?|openings?)\s*[:–-]\s*", re.IGNORECASE,
)  # fmt: skip
PROSE = re.compile(
    r"^\W*(?:you|we|our|work|help|own|develop|collaborat|partner|strong|experience|years?|the|a|an|if|join|as|this|please|"
    r"email|apply|mentor|drive|ship|write|ability|proven|familiar|contribut|creat|deliver|implement|take|i|i'm|my|be|"
    r"ensur|improv|maintain|previous|prior|excellent|good|great|talk|working|building|looking|hello|hi|hey|small|founded|"
    r"backed|use|using|with|for|to|in|at|by|from|are|is|no|not|must|should|can|will|they|it|that|these|those|what|how|"
    r"why|when|who|where|all|any|every|each|some)\b|"
    r"\b(?:you|we|our|your|will|is|are|was|have|has|who|that|their|they|a|an|the|with|to|from|other|more)\b",
    re.IGNORECASE,
)


def kind_of(cell: str) -> str:
    """What a cell tells: address, jobs, pay, employment, place; empty where no rule knows."""
    if ADDRESS.fullmatch(cell):
        return "address"
    if is_job(cell):
        return "jobs"
    if PAY.search(cell):
        return "pay"
    if said_place(cell):
        return "place"
    if KIND.search(cell):
        return "employment"
    is_name = len(cell) <= 80 and CAPITAL.match(cell) and not NO_PLACE.search(cell) and not FIELD.search(cell)
    return "place" if is_name else ""


def is_job(cell: str) -> bool:
    """Whether a cell names jobs, rather than kinds of employment, or speaks of people in passing."""
    bare = re.sub(r"\([^()]*\)?", " ", cell)
    if len(cell) > 3 * LONGEST or not JOB.search(bare) or SEVERAL.fullmatch(cell.strip()):
        return False
    rest = KIND.sub(" ", bare)
    return JOB.search(rest) is not None or re.search(r"\w\w", rest) is not None


def said_place(cell: str) -> bool:
    """Whether a cell says how far one may be from the desk."""
    return any(words.search(cell) for words in PLACES.values())


def fits(name: str) -> bool:
    """Whether a few words are a job's name: its noun ends it, but for brackets, a level, or what follows a comma."""
    bare = re.sub(r"\s*\([^()]*\)?", "", name).partition(",")[0].strip()
    bare = re.sub(r"\s+(?:I{1,3}|IV|V|[1-5])$", "", bare)
    ends = list(JOB.finditer(bare))
    is_name = bool(ends) and ends[-1].end() == len(bare) and 2 < len(name) <= LONGEST and len(bare.split()) <= 8
    return is_name and not PROSE.search(bare) and CAPITAL.search(name) is not None
