"""Raw postings to their tags: every step once, over one plain text. Pure; `now` comes in as an argument.

Postings of a page take each step together: what a step works with (lexicons, patterns) is then at hand for all of them,
which a quarter of the time goes for otherwise.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from models import RawPay, RawPlace, RawPosting, Tags
from pipeline.asks.degree import tag_degree
from pipeline.asks.skills import find_mentions, tag_skills
from pipeline.asks.visa import tag_visa
from pipeline.asks.years import tag_years
from pipeline.job.employer import company_key, display_name
from pipeline.job.employment import tag_employment
from pipeline.level import tag_seniority
from pipeline.pay import tag_pay
from pipeline.pay.said import base_beside_target, tag_pay_text
from pipeline.place import said_excluded, scope_of_words, scope_text, tag_places
from pipeline.place.excluded import excluded_in, scopes_left
from pipeline.place.said import add_country_said
from pipeline.place.workplace import tag_workplace
from pipeline.posted import tag_posted
from pipeline.role import tag_role
from pipeline.text.language import tag_language
from pipeline.text.plain import clean_characters, one_line, plain_text
from pipeline.text.remembered import TOGETHER, forget

TAGS_VERSION = "12"
_TOGETHER, _LETTERS = TOGETHER, 400_000  # postings that take a step together, and characters of their texts


def tag(raw: RawPosting, now: datetime) -> Tags:
    """All tags of one posting with their evidence; a tag that nothing speaks for is None or empty."""
    return _tag_together([raw], now)[0]


def tag_all(raws: Iterable[RawPosting], now: datetime) -> Iterator[Tags]:
    """The tags of each posting in order, as `tag` gives them; quicker than one by one."""
    for portion in _portions(raws):
        yield from _tag_together(portion, now)


def _portions(raws: Iterable[RawPosting]) -> Iterator[list[RawPosting]]:
    portion, letters = list[RawPosting](), 0
    for raw in raws:
        portion.append(raw)
        letters += len(raw.description)
        if len(portion) == _TOGETHER or letters > _LETTERS:
            yield portion
            portion, letters = [], 0
    if portion:
        yield portion


def _tag_together(raws: list[RawPosting], now: datetime) -> list[Tags]:
    cleaned = [_clean(raw) for raw in raws]
    tagged = [_begun(raw) for raw in cleaned]
    for step in _STEPS:
        for tags, raw in zip(tagged, cleaned, strict=True):
            step(tags, raw, now)
    forget()
    return tagged


def _begun(raw: RawPosting) -> Tags:
    return Tags(
        title=one_line(raw.title),
        company=display_name(raw.company),
        company_key=company_key(raw.company),
        description=plain_text(raw.description),
    )


def _clean(raw: RawPosting) -> RawPosting:
    """The posting without characters that cannot be stored in the short fields that evidence quotes."""
    fields = (raw.employment_type, raw.workplace, raw.posted, raw.remote_scope)
    places = [text for place in raw.places for text in (place.text, place.city, place.region, place.country)]
    pays = [text for pay in raw.pay for text in (pay.low, pay.high, pay.currency, pay.interval, pay.label)]
    joined = "".join((*fields, *places, *pays))
    if clean_characters(joined) == joined:
        return raw
    return replace(
        raw,
        employment_type=one_line(raw.employment_type),
        workplace=one_line(raw.workplace),
        posted=one_line(raw.posted),
        remote_scope=one_line(raw.remote_scope),
        places=[
            RawPlace(*map(one_line, (place.text, place.city, place.region, place.country))) for place in raw.places
        ],
        pay=[_clean_pay(pay) for pay in raw.pay],
    )


def _clean_pay(pay: RawPay) -> RawPay:
    low, high, currency, interval, label = map(one_line, (pay.low, pay.high, pay.currency, pay.interval, pay.label))
    return replace(pay, low=low, high=high, currency=currency, interval=interval, label=label)


def _tag_language(tags: Tags, _: RawPosting, __: datetime) -> None:
    tags.language, language = tag_language(tags.description or tags.title)
    tags.evidence["language"] = language.as_json()


def _tag_role(tags: Tags, _: RawPosting, __: datetime) -> None:
    tags.role, role = tag_role(tags.title, tags.description, tags.company)
    tags.evidence["role"] = role.as_json()


def _tag_level(tags: Tags, _: RawPosting, __: datetime) -> None:
    tags.seniority, seniority = tag_seniority(tags.title, tags.description, tags.role, tags.company)
    tags.evidence["seniority"] = seniority.as_json()


def _tag_asked(tags: Tags, _: RawPosting, __: datetime) -> None:
    found = find_mentions(tags.description)
    skills = tag_skills(tags.title, tags.description, found)[1]
    initial = tags.company_key[:1]
    alike = [(slug, one["quote"]) for slug, one in skills.items() if one["quote"][:1].lower() == initial]
    for slug in [slug for slug, quote in alike if company_key(quote) == tags.company_key]:
        del skills[slug]  # the employer's name is no skill
    tags.skills = list(skills)
    tags.degree_asked, degree = tag_degree(tags.description, found[1], tags.language)
    tags.years_asked, years = tag_years(tags.description)
    tags.visa_sponsorship, visa = tag_visa(tags.description, tags.language)
    tags.evidence |= {"degree_asked": degree, "years_asked": years.as_json(), "visa_sponsorship": visa.as_json()}
    if skills:
        tags.evidence["skills"] = skills


def _tag_place(tags: Tags, raw: RawPosting, _: datetime) -> None:
    found = tag_places(raw)
    said = add_country_said(found, tags.title, tags.description, raw)
    tags.places = found.places
    tags.workplace, workplace = tag_workplace(raw, tags.title, tags.description, tags.language)
    is_remote = tags.workplace == "remote" or found.is_remote or bool(raw.remote_scope)
    scopes, evidence = (found.scopes, found.scope_evidence) if is_remote else ([], None)
    if tags.workplace == "remote" and not scopes:
        scopes, evidence = scope_of_words(tags.title, tags.description)
    if tags.workplace == "remote" and not scopes:
        scopes, evidence = said
    excluded = found.excluded if is_remote else []
    if is_remote and not excluded:
        excluded, span = excluded_in(tags.description, {scope for scope in scopes if len(scope) == 2})
        evidence = evidence or (said_excluded(tags.description, span) if span else None)
        scopes = scopes or scopes_left(tags.description[slice(*span)] if span else "", excluded)
    tags.remote_scope = scope_text(scopes, excluded)
    tags.evidence["workplace"] = workplace.as_json()
    if found.evidence:
        tags.evidence["locations"] = [evidence.as_json() for evidence in found.evidence]
    if evidence:
        tags.evidence["remote_scope"] = evidence.as_json()


def _tag_fields(tags: Tags, raw: RawPosting, now: datetime) -> None:
    tags.employment_type, employment = tag_employment(raw.employment_type, tags.title, tags.description)
    tags.posted_at, tags.posted_at_quality, posted = tag_posted(
        raw.posted, now, tags.language, _countries(tags), one_line(raw.language)
    )
    tags.evidence |= {"employment_type": employment.as_json(), "posted_at": posted.as_json()}


def _tag_pay(tags: Tags, raw: RawPosting, _: datetime) -> None:
    """The board's fields, unless the text calls them on-target pay; else the board's words about pay; else the text."""
    countries = _countries(tags)
    tags.salary, salary, tiers = tag_pay(raw.pay)
    if tags.salary and (told := base_beside_target(tags.salary, tags.description, countries)):
        tags.salary, salary, tiers = told
    if tags.salary is None and raw.pay_text:
        tags.salary, salary, tiers = tag_pay_text(one_line(raw.pay_text), countries, "pay_text", is_about_pay=True)
    if tags.salary is None:
        tags.salary, salary, tiers = tag_pay_text(tags.description, countries)
    tags.evidence["salary"] = salary.as_json()
    if tiers:
        tags.evidence["salary"]["tiers"] = tiers


_STEPS: tuple[Callable[[Tags, RawPosting, datetime], None], ...] = (
    _tag_language, _tag_role, _tag_level, _tag_place, _tag_asked, _tag_fields, _tag_pay,
)  # fmt: skip


def _countries(tags: Tags) -> set[str]:
    return {place.country for place in tags.places if place.country}
