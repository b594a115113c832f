"""What a posting can bear that a clause asks for: a clause holds where the posting bears one of its marks."""

from search.document import Document
from search.matcher import SCOPED, VALUES, wanted_values
from search.nodes import Age, Clause, Pay, Phrase, Tagged, Words

Mark = tuple[str, Phrase] | tuple[str, str] | Pay | Age  # words in a field, a field's value, or a bound

# What a share of postings bears a mark: rough, where no postings are at hand to count it.
_SHARE = {"skill": 0.03, "city": 0.03, "region": 0.05, "role": 0.08, "company": 0.005, "country": 0.15, "source": 0.3,
          "remote": 0.3, "hours": 0.02, "seniority": 0.25, "title": 0.005, "text": 0.02, "": 0.02}  # fmt: skip
_COMMON = frozenset((
    "a", "ai", "and", "analyst", "applied", "architect", "data", "developer", "engineer", "engineering", "experience",
    "head", "in", "intern", "lead", "learning", "llm", "machine", "manager", "ml", "models", "of", "platform",
    "product", "python", "remote", "research", "scientist", "senior", "software", "staff", "systems", "team",
    "technical", "the", "work",
))  # fmt: skip
_COMMON_SHARE, _OTHER_SHARE = 0.4, 0.7


def marks(clause: Clause) -> list[Mark]:
    """The clause's marks. Raises TypeError on a kind of clause or a field that is not known here."""
    if isinstance(clause, Words):
        return [(clause.field, phrase) for phrase in clause.spelled]
    if isinstance(clause, Tagged):
        return _tagged(clause)
    if isinstance(clause, Pay | Age):
        return [clause]
    raise TypeError(f"a clause that is not known: {clause!r}")


def _tagged(clause: Tagged) -> list[Mark]:
    if clause.field in SCOPED:
        return [(clause.field, value) for value in (("yes",) if "yes" in clause.values else clause.values)]
    if clause.field not in VALUES:
        raise TypeError(f"a field whose values are not known: {clause.field}")
    return [(clause.field, value) for value in sorted(wanted_values(clause))]


def tags(document: Document) -> list[tuple[str, str]]:
    """The fields' values that the posting has, but for the places that it can be worked from."""
    return [(field, value) for field, values_of in VALUES.items() if field != "remote" for value in values_of(document)]


def share(field: str, value: str) -> float:
    """What share of postings bears the mark, about."""
    if field in ("title", "text", "") and value in _COMMON:
        return _COMMON_SHARE
    return _SHARE.get(field, _OTHER_SHARE)


def share_of(mark: Mark) -> float:
    """The same of any mark."""
    if isinstance(mark, Pay | Age):
        return _OTHER_SHARE
    field, value = mark
    return min(share(field, token) for token in value.tokens) if isinstance(value, Phrase) else share(field, value)
