"""City clones: one opening that its board lists once a place. What its posts have in common is their family. Pure.

Posts of one board are of one family only where their ids of the requisition are the same; where the board has none,
where title and text are the same but for the place and for figures.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models import RawPosting, Tags

Shown = Mapping[str, Any]  # a listing's own `locations`, `workplace` and `remote_scope`
LEAST_WORDS = 40  # of a text that may stand for a missing requisition
_WORD = re.compile(r"\w+")
_ANYWHERE = frozenset(("remote", "hybrid", "onsite", "on", "site", "based", "office", "in", "or", "and", "the"))
_CLOSENESS = ("remote", "hybrid", "onsite")  # what a posting says of whose posts say different things


def family(raw: RawPosting, tags: Tags) -> str:
    """The family of a post: the same for those whose ids and titles agree; empty for a title of nothing but places."""
    title = _bare(tags.title, _words_of(raw.places, tags.places))
    return _digest(raw.source, raw.board, raw.opening_id, raw.requisition_id, title, tags.company_key) if title else ""


def wording(text: str, places: Iterable[Any], shown: Shown) -> str:
    """What a post says but for its places and figures, where no id speaks for it; empty for a text that says little.

    `places`: as its board gave them.
    """
    here = _words_of(places, shown.get("locations") or ())
    kept = [word for word in _WORD.findall(text.casefold()) if word not in here and not word.isdigit()]
    return _digest(*kept) if len(kept) >= LEAST_WORDS else ""


def has_id(raw: RawPosting) -> bool:
    """Whether the family rests on an id of the board's, so that two posts in one place are of it too. What an employer
    writes instead of a number ("TBD") is none."""
    return bool(raw.opening_id) or any(letter.isdigit() for letter in raw.requisition_id)


def _words_of(*places: Iterable[Any]) -> set[str]:
    """The words of places, which are rows or values, and those that stand beside them."""
    names = ("text", "city", "region", "country")
    parts = [
        place.get(name) if isinstance(place, Mapping) else getattr(place, name, "")
        for group in places for place in group for name in names
    ]  # fmt: skip
    return {word for part in parts if part for word in _WORD.findall(part.casefold())} | _ANYWHERE


def _bare(title: str, here: set[str]) -> str:
    """The title without its own place."""
    return " ".join(word for word in _WORD.findall(title.casefold()) if word not in here)


def _digest(*parts: str) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=12).hexdigest()


# --- what a posting shows of its posts -----------------------------------------------------------------------------


def shown(tags: Tags) -> dict[str, Any]:
    """What a listing says of where its job is."""
    places = [place.as_json() for place in tags.places]
    return {"locations": places, "workplace": tags.workplace, "remote_scope": tags.remote_scope}


def together(posts: Sequence[Shown]) -> dict[str, Any]:
    """The places of all posts, each once, those of the first before the others; remote where one of them is."""
    places: dict[tuple[Any, ...], dict[str, Any]] = {}
    for post in posts:
        for place in post.get("locations") or ():
            places.setdefault(tuple(place.get(name) for name in ("city", "region", "country")), place)
    ways = [post.get("workplace") for post in posts]
    workplace = next((way for way in _CLOSENESS if way in ways), None)
    return {"locations": list(places.values()), "workplace": workplace, "remote_scope": _scope(posts)}


def _scope(posts: Sequence[Shown]) -> str | None:
    """Where remote work is open to: wherever one of the posts says."""
    scopes = [scope for post in posts if (scope := post.get("remote_scope"))]
    return ", ".join(dict.fromkeys(part.strip() for scope in scopes for part in scope.split(","))) or None


def are_elsewhere(one: Shown, others: Iterable[Shown]) -> bool:
    """Whether a post is in another place than each of the others: two in one place are two openings."""
    mine = _spot(one)
    return all(_spot(other) != mine for other in others)


def _spot(post: Shown) -> tuple[Any, ...]:
    places = [tuple(place.get(name) for name in ("city", "region", "country")) for place in post.get("locations") or ()]
    return (sorted(places, key=str), post.get("workplace") == "remote", post.get("remote_scope"))
