"""Ads that people write by hand, under a line of cells: "Acme | ML Engineer, Data Engineer | Berlin or remote | €80k".

The first cell is the employer, the others are told apart by their words. Of a header that names no job, the lines of
the text that name one count. Nothing is made up: what no rule knows is left.
"""

import html
import re
from dataclasses import dataclass, field

from spiders.base.addresses import ADDRESSES
from spiders.base.adwords import (
    ADDRESS,
    CALL,
    END_OF_NAME,
    FIELD,
    HIRES,
    JOB,
    KIND,
    LABEL,
    LABELS,
    LONGEST,
    MARKS,
    OPENERS,
    PLACES,
    PROSE,
    SEVERAL,
    TRIM,
    fits,
    is_job,
    kind_of,
)

MAX_TEXT = 100_000  # characters of an ad that are read
HASHTAGS = re.compile(r"(?:\W*#\w+)+\W*")
SUMMARY = re.compile(r"\W*(?:tl;?dr|in short|кратко|вакансия|hiring|job|position)\s*[:—–-]+\s*", re.IGNORECASE)
COMMAS = re.compile(r",\s+(?=\D|\d+\s?[kK€$£])")
AT = re.compile(r"\s+(?:at|@|в|в компанию)\s+(?=[^\W\d_a-zа-я])")
MAX_JOBS = 20
BULLET = re.compile(r"\s*(?:[-*•–—·▪►●○◦>+]+|\d{1,2}[.)])\s*")
LINK = re.compile(r'<a\s[^>]{0,300}?href="([^"]{1,2000})"', re.IGNORECASE)
TAG = re.compile(r"<[^<>]{0,2000}>")
BREAK = re.compile(r"<(?:p|/p|br ?/?|li|/li|/?div|/?pre|h\d)>", re.IGNORECASE)


@dataclass(slots=True)
class Job:
    """One opening of an ad: its name as written, and the addresses on its own line."""

    title: str
    links: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Advert:
    """What an ad says. `cells` are its header's, beside the employer's; `jobs` may be empty."""

    head: str = ""  # its first line
    company: str = ""
    cells: list[str] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    workplace: str = ""
    employment: str = ""
    pay: str = ""
    links: list[str] = field(default_factory=list)

    @property
    def has_header(self) -> bool:
        """Whether it begins with a line of cells."""
        return len(self.cells) >= 2


@dataclass(slots=True)
class Line:
    """A line of an ad as text, with the addresses that it links to."""

    text: str
    links: list[str]


def lines_of(markup: str) -> list[Line]:
    """The lines of an ad in HTML or plain text."""
    found = []
    for piece in BREAK.sub("\n", markup[:MAX_TEXT]).split("\n"):
        told = " ".join(unescaped(TAG.sub(" ", piece)).split())
        if told:
            found.append(Line(told, [unescaped(href) for href in LINK.findall(piece)]))
    return found


def unescaped(markup: str) -> str:
    """The text of markup; numbers that no character has are left as they are."""
    try:
        return html.unescape(markup)
    except ValueError:  # more digits than an integer may have
        return markup


def read(markup: str) -> Advert:
    """What an ad says."""
    lines = lines_of(markup)
    head = next((line.text for line in lines if not HASHTAGS.fullmatch(line.text[:1_000])), "")
    names = [cell.strip(" *•-–→") for cell in head.split("|")]
    advert = Advert(head, links=[link for line in lines for link in line.links])
    if len(names) > 1:
        advert.company, advert.cells = employer(names[0]), [cell for cell in names[1:] if cell]
        if fits(names[0]):
            swap(advert, names[0])
        sort(advert)
    elif not read_sentence(advert):
        read_labels(lines, advert)
    if not advert.jobs:
        advert.jobs = listed(lines[bool(advert.cells) :]) or called(lines)
    return advert


def read_sentence(advert: Advert) -> bool:
    """A first line that lists with commas: "tl;dr: ML engineer at Acme, $150k, remote". Whether it is one."""
    summed = SUMMARY.match(advert.head)
    cells = COMMAS.split(advert.head[summed.end() if summed else 0 :][: 3 * LONGEST])
    job, at, company = (part.strip() for part in AT.sub("\0", cells[0], count=1).partition("\0"))
    told = {kind_of(cell) for cell in cells[1:]}
    if len(cells) < 2 or not is_job(job) or len(job) > LONGEST or PROSE.search(job):
        return False
    if not (summed or told & {"pay", "place", "employment"}):
        return False
    advert.company, advert.cells = employer(company) if at else "", [job, *cells[1:]]
    sort(advert)
    return True


def read_labels(lines: list[Line], advert: Advert) -> None:
    """What lines such as "Location: Berlin" say; and who "is hiring" in the first one."""
    said: dict[str, list[str]] = {}
    for line in lines[:40]:
        if (found := LABEL.match(line.text)) and len(line.text) <= 2 * LONGEST:
            said.setdefault(LABELS[found[1].casefold()], []).append(line.text[found.end() :].strip(" *"))
    hires = HIRES.match(advert.head)
    advert.company = employer(next(iter(said.get("company", ())), hires[1] if hires else ""))
    advert.jobs = [Job(name) for cell in said.get("job", ()) if is_job(cell) for name in parted(cell)][:MAX_JOBS]
    advert.places, advert.pay = said.get("place", []), "; ".join(said.get("pay", ()))
    advert.employment = ", ".join(said.get("employment", ()))


def employer(cell: str) -> str:
    """The employer's name without what is said of it in brackets, and without its address."""
    told = re.sub(r"\s*[(\[][^()\[\]]*(?:[)\]]|$)", " ", cell)
    told = re.sub(r"\s+https?://\S+", " ", told)
    told = re.sub(r"^we are hiring at |\s+(?:is|are)\s+(?:now\s+)?hiring\b.*", "", told, flags=re.IGNORECASE)
    return " ".join(told.split()).strip(" *_-–—:,") or cell


def swap(advert: Advert, job: str) -> None:
    """An ad that begins with the job: who hires is known where a cell says so, for a bare name may be a place."""
    named = [cell for cell in advert.cells if LABEL.match(cell) and cell.casefold().startswith("company")]
    advert.company = employer(LABEL.sub("", named[0])) if named else ""
    advert.cells = [job, *(cell for cell in advert.cells if cell not in named)]


def sort(advert: Advert) -> None:
    """Tell the cells of the header apart. Of one that runs on into the text, only the words count."""
    told: dict[str, list[str]] = {"jobs": [], "pay": [], "employment": [], "place": []}
    for cell in advert.cells:
        kind = kind_of(cell)
        if kind == "jobs":
            told[kind] += parted(cell)
        elif kind in told:
            told[kind].append(cell if len(cell) <= LONGEST else short(cell, kind))
    advert.jobs = [Job(name) for name in dict.fromkeys(told["jobs"])][:MAX_JOBS]
    advert.places, advert.pay = told["place"], "; ".join(cell.partition(" + ")[0] for cell in told["pay"])
    advert.employment, advert.workplace = ", ".join(told["employment"]), workplace_of(advert.cells)


def workplace_of(cells: list[str]) -> str:
    """Where one works, if the cells name but one way."""
    said = {name for cell in cells for name, words in PLACES.items() if words.search(cell)}
    return said.pop() if len(said) == 1 else ""


def short(cell: str, kind: str) -> str:
    """What a long cell says first of its kind."""
    words = {"place": list(PLACES.values()), "employment": [KIND], "pay": []}[kind]
    found = [match[0] for one in words if (match := one.search(cell))]
    return found[0] if found else cell[:LONGEST]


def parted(cell: str) -> list[str]:
    """The jobs that a cell lists; one that is no list of jobs is one job."""
    opener = OPENERS.match(cell)
    cell = cell[opener.end() :] if opener else cell
    return [re.sub(r"^\d+\s?x?\s+(?=\w)", "", name.strip(TRIM)) for name in split(cell, MARKS)]


def split(cell: str, marks: tuple[re.Pattern[str], ...]) -> list[str]:
    """A cell's jobs, parted at the first mark that parts it into jobs, and each of them at the next marks."""
    outside = re.sub(r"\([^()]*\)", lambda found: "_" * len(found[0]), cell)
    for number, mark in enumerate(marks):
        cuts = list(mark.finditer(outside))
        starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(cell)]
        pieces = [cell[start:end] for start, end in zip(starts, ends, strict=True) if cell[start:end].strip(TRIM)]
        while len(pieces) > 2 and not is_job(pieces[-1]):  # "Engineers, Designers, and many more"
            pieces.pop()
        if len(pieces) > 1 and all(map(is_job, pieces)):
            return [name for piece in pieces for name in split(piece, marks[number + 1 :])]
    return [cell]


def listed(lines: list[Line]) -> list[Job]:
    """The jobs that lines of the text name, in order, each once."""
    found: dict[str, Job] = {}
    for line in lines:
        name = name_on(line.text)
        if name and len(found) < MAX_JOBS:
            found.setdefault(name.casefold(), Job(name, line.links))
    return list(found.values())


def called(lines: list[Line]) -> list[Job]:
    """The job that a sentence asks for: "we are looking for a Rust engineer"."""
    for line in lines:
        for found in CALL.finditer(line.text[:2000]):
            name = found[1].strip(TRIM)
            if JOB.search(name) and not PROSE.search(name):
                return [Job(name)]
    return []


def name_on(line: str) -> str:
    """The job that a line begins with; empty if it is a sentence, or about something else."""
    cells = line.split("|")
    if len(cells) > 2:
        names = [BULLET.sub("", cell, count=1).strip(TRIM) for cell in cells]
        return next((name for name in names if kind_of(name) == "jobs" and fits(name)), "")
    bullet = BULLET.match(line)
    rest = OPENERS.sub("", line[bullet.end() if bullet else 0 :], count=1) if bullet else line
    end = END_OF_NAME.search(rest)
    name = rest[: end.start() if end else len(rest)].strip(TRIM + "([")
    return name if fits(name) and (bullet or len(line) <= LONGEST) else ""


def title_of(advert: Advert) -> str:
    """What an ad that names no job is called: the cell that says that there are several, else its first line."""
    several = (cell for cell in advert.cells if len(cell) <= LONGEST and not ADDRESS.fullmatch(cell))
    return next((cell for cell in several if SEVERAL.search(cell) or FIELD.search(cell)), advert.head[:LONGEST])


def best_link(advert: Advert, job: Job) -> str:
    """Where one applies: what the job's own line links to, else the one posting that the ad links to."""
    if job.links:
        return job.links[0]
    named = dict.fromkeys(link for link in advert.links if ADDRESSES.canonical_url(link))
    return next(iter(named)) if len(named) == 1 and len(advert.jobs) < 2 else ""
