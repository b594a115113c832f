"""The facts of a posting that nobody tagged yet: only what the comparison needs is read."""

from datetime import datetime

from models import RawPosting, Tags
from pipeline.dedup.facts import Facts, facts_of
from pipeline.pay import tag_pay
from pipeline.pay.said import tag_pay_text
from pipeline.place import scope_text, tag_places
from pipeline.posted import tag_posted
from pipeline.text.plain import one_line, plain_text


def read_facts(raw: RawPosting, now: datetime) -> Facts:
    """Title, place, text, date and pay as the pipeline reads them, without role, skills and the like."""
    tags = Tags(title=one_line(raw.title), company=one_line(raw.company), description=plain_text(raw.description))
    found = tag_places(raw)
    tags.places = found.places
    tags.remote_scope = scope_text(found.scopes, found.excluded) if found.is_remote else None
    tags.workplace = "remote" if found.is_remote or raw.is_remote else None
    tags.posted_at, *_ = tag_posted(raw.posted, now)
    tags.salary = tag_pay(raw.pay)[0] or tag_pay_text(tags.description, {place.country for place in tags.places})[0]
    return facts_of(raw, tags)
