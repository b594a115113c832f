"""What of a title is said of somebody or something else: the boss, an office, a product, a phase, a trade.

"Assistant to the Head of AI" heads nothing, "Staff Scheduling" schedules a staff: a mark within one of these places is
no mark of the job.
"""

import re

Span = tuple[int, int]
_END = r"[^|,;()\[\]{}·•]{0,80}"  # to the end of the part
_JOB = (
    r"(?:engineer|scientist|architect|consultant|analyst|developer|programmer|designer|researcher|specialist|assistant|"
    r"coordinator|manager|advisor|adviser|associate|nurse|officer|representative|technician|advocate|lead|director)"
)
_NO_JOB = rf"(?! (?:[\w&-]{{1,30}} ){{0,2}}{_JOB})"
_BOSS = (
    r"\b(?:reports?|reporting|answering|accountable|berichtet|reportando|reporta|rattachee?|rapporte) "
    rf"(?:directly |direkt )?(?:to|into|an|a|au|al)\b{_END}"
    r"|\b(?:assistant|secretary|aide|deputy|adviser|advisor|counsel|ea|pa|partner|support|liaison) (?:to|of|for) "
    rf"{_END}"
    rf"|(?<!up )\bto (?:the|our|a|its) {_END}"
    rf"|\b(?:assistenz|assistent(?:in)?) (?:der|des|fur|an) {_END}"
    rf"|\b(?:assistante?|secretaire) (?:de|du|aupres) {_END}"
    rf"|\basistente (?:de|del|a la|al) {_END}"
)
_CHIEF = r"(?:c[eftimpdrs]o|coo|caio|ciso|chro|cxo)"
_LADDER = (
    rf"(?:{_CHIEF}|(?:s|e|a)?vp|vice president|president|chairman|chief|directors?|heads?|managers?|executives?|"
    rf"leaders?)"
)
_OFFICE = (
    rf"\boffice of (?:the )?{_END}|\b(?:bureau|buero|buro) (?:of|des|der|du) {_END}"
    rf"|\b{_LADDER}(?:'s|s')? (?:[\w&]{{1,30}} ){{0,2}}offices?\b(?!r)"
    r"|\bchief (?:[\w&]{1,30} ){1,3}(?:office|org|organi[sz]ation|team|group)\b"
    rf"|\b{_CHIEF}(?:'s)? (?:org|organi[sz]ation|staff|team|group|function|suite)\b"
    rf"|\b{_LADDER}'s\b|\b{_LADDER} (?:dashboards?|cockpits?|portals?|self[- ]service|copilots?|scorecards?|briefings?|"
    rf"workbench)\b"
)
_TRADE = (
    r"\bsenior(?:s'?)? (?:living|citizens?|adults?|secured|leadership team|management team)\b"
    rf"|\bsenior(?:s'?)? (?:care|housing|homes?|communit(?:y|ies)|cent(?:er|re)s?|lifestyles?)\b{_NO_JOB}"
    rf"|\bstaff (?:scheduling|rostering|augmentation)\b{_NO_JOB}"
    r"|\bstaff (?=(?:assistant|physician|therapist|writer|photographer|auditor|veterinarian|psychologist|chaplain|"
    r"officer|"
    r"sergeant)\b)"
    r"|\bjunior (?:achievement|league|college|high|hockey|isa|chamber|miners?)\b"
    r"|\bprincipal (?:asset management|investments?|investors?|investing|trading|financial group|global|payments?"
    r"|protected|residence)\b"
    r"|\b(?:inbound|outbound|sales|qualified|marketing|customer) leads\b"
    r"|\blead(?:[ -](?:acid|free|times?|poisoning|exposure|paint|abatement|routing|capture|conversion|magnet|"
    r"to[ -]cash|"
    r"prioriti[sz]ation))\b"
    r"|\b(?:password|secrets?|package|window) manager\b|\bmanager (?:self[- ]service|effectiveness|tooling)\b"
    r"|\b(?:intern|internship|apprentice|apprenticeship|trainee|student|early careers?) "
    r"(?:program(?:me)? (?:and \w{1,30} )?|programs |recruiting |recruitment |talent |hiring |development )?"
    r"(?=(?:manager|lead|coordinator|director|recruiter|administrator|supervisor)\b)"
    r"|\bco-?op (?:bank|group|food|housing|credit|insurance|retail|digital|travel|energy|stores?)\b"
    r"|\bentry (?:point|systems?|doors?|control|visa|permit)\b|\bpresident'?s'? (?:club|award|cup)\b"
)
_GRADE = r"(?:i{1,3}|iv|v|vi{0,3}|[ⅰ-ⅴ]|[0-9])"
_PHASE = (
    r"\b(?:phases?|type|class|stage|title|series|gen|generation|schedule|pillar|annex|basel|mifid|solvency|mark|"
    rf"world war|part|psd|chapter) ?-?{_GRADE}(?:[a-d]\b|(?: ?[-/&] ?| and | to ){_GRADE})*(?!\w)"
    r"|\b(?:sae )?(?:levels?|l) ?-?[1-5]\+?(?: ?[-/&] ?(?:l ?)?[1-5]\+?)?"
    r"(?=[ -](?:autonom\w+|automat\w+|driving|self|adas|av\b|robotaxi|taxi|vehicles?|highway))"
    r"|\blevel (?:i{1,3}|iv|[1-4]) trauma\b|\bsae (?:level |l)[1-5]\b|\bl[1-7] ?(?=(?:support|technical support"
    r"|helpdesk|cache)\b)"
    r"|\biv (?:therapy|pumps?|infusions?|fluids?|nurse|compounding)\b|\bsr ?(?:&ed|11-7)\b|\bsr/ed\b"
)
_EMPLOYMENT = (
    r"\bregular\b(?=[ ,/-]+(?:full|part|employee|employment|position|staff|ft\b|pt\b|temp|exempt|contract|shift|time))"
    r"|\b(?:full|part)[- ]?time(?: ?[,/&-] ?| and | )regular\b|\b(?:permanent|temporary|exempt)(?: ?[,/&-] ?|"
    r" )regular\b"
)
_OTHERS = re.compile(rf"\b(?=\w)(?:{'|'.join((_BOSS, _OFFICE, _TRADE, _PHASE, _EMPLOYMENT))})")  # begin with a word
# what a contributor builds or analyses; before its noun the same words are its level ("Staff Tools Engineer")
_THINGS = re.compile(
    r"\bstaff (?:scheduling|planning|productivity|engagement|experience|retention|directory|portal|management|"
    r"wellbeing|"
    r"communications?|training|tools?|tooling|travel|survey|turnover|allocation|optimi[sz]ation|matching|safety|"
    rf"development)\b{_NO_JOB}"
    rf"|\bsenior(?:s'?)? (?:health|nutrition|wellness|safety|mobility|dating|patients?|population|lending|"
    rf"loans)\b{_NO_JOB}"
    rf"|\bmanager (?:experience|tools?|training|onboarding|insights)\b{_NO_JOB}"
    rf"|\b{_LADDER} (?:apps?|console|suite|insights|reporting|onboarding|coaching|search)\b{_NO_JOB}"
    r"|\b(?:tasks?|ads|device|file|tag|workload|cluster|license|warehouse|transportation|identity|endpoint|"
    r"traffic|queue|"
    r"resource|memory|session|order|fleet|store|property|wealth|asset) manager\b"
    rf"|\b{_CHIEF}\b"
)
_CONTRIBUTOR = re.compile(
    r"\b(?:engineers?|scientists?|architects?|consultants?|analysts?|developers?|programmers?|designers?|researchers?|"
    r"specialists?|managers?|coordinators?)\b"
)
_JOINED = re.compile(r"(?:/|&|\+|\band|\bor|\bto|->|→|\() *$")
_NAMED_AFTER = re.compile(rf"(?: [\w'-]{{1,30}}){{0,3}} {_CONTRIBUTOR.pattern}")
_CHIEFS = re.compile(rf"\b{_CHIEF}\b")


def spans_of_others(folded: str) -> list[Span]:
    """The places of a folded title in which a mark is none of the job."""
    found = [one.span() for one in _OTHERS.finditer(folded)]
    first = _CONTRIBUTOR.search(folded)
    if first:
        found += [one.span() for one in _THINGS.finditer(folded, first.end()) if not _is_joined(folded, one.start())]
        found += [one.span() for one in _CHIEFS.finditer(folded) if _NAMED_AFTER.match(folded, one.end())]
    return found


def _is_joined(folded: str, start: int) -> bool:
    """True for a second job that a joint adds to the contributor's: "Founding Engineer / CTO"."""
    return _JOINED.search(folded, max(0, start - 10), start) is not None
