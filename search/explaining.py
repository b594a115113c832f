"""Why a posting matches: which clauses, on which words; or the first clause that fails."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from search.document import Document
from search.eligibility import Ground, verdict
from search.matcher import VALUES, compile_matcher, needle, wanted_values
from search.nodes import Age, And, Clause, Eligible, Node, Not, Or, Pay, Phrase, Query, Tagged, Words
from search.rates import in_force
from search.values import UNKNOWN

Reasons = list[dict[str, Any]]
Known = dict[int, tuple[Node, Reasons]]  # by the identity of the node, which is held so that it stays its own
_MAX_WORDS = 5  # shown of one clause
_NESTS = (And, Or)
_FIELD_NAMES = {"": "the posting", "skill": "skills", "type": "employment type", "visa": "visa sponsorship"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """`clauses`: those that hold, each {clause, field, matched, text}. `first_failing`: empty on a match.

    `failing`: of that clause {clause, field, value, text}, what the posting has instead.
    """

    is_match: bool
    clauses: list[dict[str, Any]]
    first_failing: str = ""
    failing: dict[str, Any] = field(default_factory=dict)


def explain(query: Query, document: Document, now: datetime) -> Explanation:
    """Why the posting matches or not; agrees with the matcher."""
    is_match = compile_matcher(query)(document, now)
    held = reasons(query.root, document, now, {})
    clauses = [one for at, one in enumerate(held) if one not in held[:at]]  # each once, in however many of OR
    if is_match:
        return Explanation(True, clauses)
    failing = _failing(query.root, document, now)
    return Explanation(False, clauses, str(failing), _instead(failing, document, now))


def _holds(node: Node, document: Document, now: datetime) -> bool:
    return compile_matcher(Query(node))(document, now)


def reasons(node: Node, document: Document, now: datetime, known: Known) -> Reasons:
    """The clauses that hold and so count for the query, in its order; `known`: what was found so of this posting."""
    if isinstance(node, _NESTS):
        return [reason for part in node.nodes for reason in reasons(part, document, now, known)]
    if (found := known.get(id(node))) is None:
        found = known[id(node)] = node, _reasons(node, document, now) if _holds(node, document, now) else []
    return found[1]


def _reasons(node: Clause | Not, document: Document, now: datetime) -> Reasons:
    if isinstance(node, Not):
        shown = str(node.node) if not isinstance(node.node, And | Or) else f"({node.node})"
        field = node.node.field if isinstance(node.node, Words | Tagged) else ""
        if isinstance(node.node, Eligible):
            return [_judged(node.node, document, now) | {"clause": str(node)}]
        return [{"clause": str(node), "field": field, "matched": [], "text": f"not {shown}"}]
    if isinstance(node, Eligible):
        return [_judged(node, document, now)]
    return [_reason(node, document)]


def _judged(node: Eligible, document: Document, now: datetime) -> dict[str, Any]:
    """What the posting is to the person, and by which of its clauses; `decided_by`: their fields."""
    found, ground = verdict(node.facts, document, now)
    said = [f"{_FIELD_NAMES.get(name, name)}: {value}" for name, value in _said(ground, document) if value]
    text = f"eligible: {found} – {ground.words}" + (f" ({'; '.join(said)})" if said else "")
    return {"clause": str(node), "field": "eligible", "matched": [found], "text": text,
            "decided_by": list(ground.fields)}  # fmt: skip


def _said(ground: Ground, document: Document) -> Iterator[tuple[str, str]]:
    """The posting's own words for what decides."""
    for name in ground.fields:
        if name == "text":
            texts = (document.title, document.company, document.text)
            words = islice((word for word in ground.phrases if any(word in text for text in texts)), _MAX_WORDS)
            yield "the text", ", ".join(f"“{word.strip()}”" for word in words)
        else:
            yield ("remote", document.remote_scope or "") if name == "hours" else (name, _tag_value(name, document))


def _reason(clause: Words | Tagged | Pay | Age, document: Document) -> dict[str, Any]:
    if isinstance(clause, Words):
        found = [word for phrase in clause.spelled for word in _found(clause.field, phrase, document)]
        matched = list(dict.fromkeys(found))[:_MAX_WORDS]
        where = clause.field or _place_of(matched[0], document)
        text = f"{where} has " + ", ".join(f"“{word}”" for word in matched)
        return {"clause": str(clause), "field": clause.field, "matched": matched, "text": text}
    field = clause.field if isinstance(clause, Tagged) else "salary" if isinstance(clause, Pay) else "posted"
    matched = [_value(clause, document)] if isinstance(clause, Pay | Age) else _values(clause, document)
    text = f"{_FIELD_NAMES.get(field, field)}: {', '.join(matched)}"
    return {"clause": str(clause), "field": field, "matched": matched, "text": text}


def _found(field: str, phrase: Phrase, document: Document) -> list[str]:
    """The document's own words that the phrase stands for: a prefix is written out."""
    wanted = needle(phrase)
    words: list[str] = []
    for tokens in [getattr(document, field)] if field else [document.title, document.company, document.text]:
        start = tokens.find(wanted)
        while start >= 0 and len(words) < _MAX_WORDS:
            words.append(tokens[start + 1 : tokens.index(" ", start + len(wanted) - (not phrase.is_prefix))])
            start = tokens.find(wanted, start + 1)
    return words


def _place_of(word: str, document: Document) -> str:
    return next((name for name in ("title", "company") if f" {word} " in getattr(document, name)), "text")


def _values(clause: Tagged, document: Document) -> list[str]:
    if clause.field == "remote":
        return [document.remote_scope or "remote"]
    wanted = wanted_values(clause)
    return sorted(set(VALUES[clause.field](document)) & wanted)


def _value(clause: Pay | Age, document: Document) -> str:
    if isinstance(clause, Age):
        return document.posted_at.date().isoformat() if document.posted_at else ""
    ends = [end for end in (document.salary_annual_min, document.salary_annual_max) if end is not None]
    if not ends:
        return ""
    paid, wanted = document.salary_currency or "", clause.currency
    if not wanted or wanted == paid:
        return _range(ends, paid)
    rates = in_force()
    converted = [amount for end in ends if (amount := rates.convert(end, paid, wanted)) is not None]
    return f"{_range(ends, paid)} ≈ {_range(converted, wanted)} (rates of {rates.day})"


def _range(ends: list[float], currency: str) -> str:
    return f"{'–'.join(dict.fromkeys(f'{end:,.0f}' for end in ends))} {currency}".strip()


def _failing(node: Node, document: Document, now: datetime) -> Node:
    """The first clause that keeps the posting out: of AND the first that fails; OR fails as a whole."""
    if isinstance(node, And):
        return next(_failing(part, document, now) for part in node.nodes if not _holds(part, document, now))
    return node


def _instead(node: Node, document: Document, now: datetime) -> dict[str, Any]:
    """What the posting has where the node fails."""
    field, value = _has(node, document)
    if isinstance(node, Not):
        held = reasons(node.node, document, now, {})
        text = " and ".join(dict.fromkeys(one["text"] for one in held)) or f"all of {node.node}"
        return {"clause": str(node), "field": field, "value": value, "text": f"{text}, which is excluded"}
    if isinstance(node, Eligible):
        judged = _judged(node, document, now)
        return {"clause": str(node), "field": field, "value": value, "text": judged["text"],
                "decided_by": judged["decided_by"]}  # fmt: skip
    if isinstance(node, And | Or):
        parts = [_instead(_failing(part, document, now), document, now)["text"] for part in node.nodes]
        return {"clause": str(node), "field": "", "value": "", "text": "; ".join(parts)}
    return {"clause": str(node), "field": field, "value": value, "text": _text_of_failing(node, field, value)}


def _text_of_failing(clause: Clause, field: str, value: str) -> str:
    if isinstance(clause, Words):
        words = " or ".join(f"“{phrase}”".replace('"', "") for phrase in clause.phrases)
        return f"{clause.field or 'neither title, company nor text'} has {'no ' if clause.field else ''}{words}"
    wanted = str(clause).partition(":")[2] if not isinstance(clause, Pay) else str(clause).removeprefix("salary")
    return f"{_FIELD_NAMES.get(field, field)}: {value or 'not said'}, asked for: {wanted}"


def _has(node: Node, document: Document) -> tuple[str, str]:
    """(field, what the posting has in it) of a clause, or of the one that is negated."""
    if isinstance(node, Not):
        return _has(node.node, document)
    if isinstance(node, And | Or):
        return "", ""
    if isinstance(node, Words):
        return node.field, ""
    if isinstance(node, Eligible):
        return "eligible", ""
    if isinstance(node, Tagged):
        return node.field, _tag_value(node.field, document)
    return ("salary" if isinstance(node, Pay) else "posted"), _value(node, document)


def _tag_value(field: str, document: Document) -> str:
    if field == "remote":
        places = document.remote_scope or ("from anywhere or not said" if document.workplace == "remote" else "")
        return places if document.workplace == "remote" else f"no, {document.workplace or 'workplace not said'}"
    return ", ".join(value for value in sorted(VALUES[field](document)) if value and value != UNKNOWN)
