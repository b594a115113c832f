"""Where a board that is gone may be now: what its last answer says, its token spelt otherwise, at other systems too.

Pure: from what is known of the board to names (`source/board`) and addresses to try, the likeliest first.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from spiders.base.clues import ADDRESS, clue_of

MOST = 40  # that are tried for one board
SPELLINGS = 4  # of a token that are tried at another system
ENDINGS = ("ai", "labs", "hq", "inc", "io", "jobs", "careers", "team", "tech", "robotics")
LEGAL = re.compile(r"\b(?:inc|llc|ltd|gmbh|ag|sa|sas|bv|ab|oy|plc|corp|co)\b\.?", re.IGNORECASE)


def moves(source: str, board: str, company: str, said: str, systems: Iterable[str]) -> list[str]:
    """Where to look. `said`: the board's address and the reason of its verdict; `systems`: those named by a token."""
    spelt = list(dict.fromkeys(spellings(board, company)))
    found = [*_said(said), *(f"{source}/{token}" for token in spelt)]
    found += [f"{other}/{token}" for token in spelt[:SPELLINGS] for other in systems if other != source]
    wanted = dict.fromkeys(name for name in found if name != f"{source}/{board}")
    return list(wanted)[:MOST]


def _said(text: str) -> Iterator[str]:
    """The boards that a text names, and the addresses in it that are of none."""
    for match in ADDRESS.finditer(text):
        address = match[0].rstrip(".,;:!")
        clue = clue_of(address)
        yield f"{clue.found.source}/{clue.found.board}" if clue and not clue.found.options else address


def spellings(board: str, company: str) -> Iterator[str]:
    """The ways in which a board's token may be written: as it is, as the employer's name, without or with an ending."""
    yield board
    words = re.findall(r"[a-z0-9]+", LEGAL.sub("", plain(company)).lower())
    bare = re.sub(r"[^a-z0-9]", "", plain(board).lower())
    yield from filter(None, (board.lower(), bare, "".join(words), "-".join(words)))
    yield from (
        bare.removesuffix(ending) for ending in ENDINGS if bare.endswith(ending) and len(bare) > len(ending) + 2
    )
    yield from re.findall(r"^\w+(?=[-_.])", board.lower())
    yield from ("".join(words[:count]) for count in range(len(words) - 1, 0, -1))
    yield from (f"{bare}{ending}" for ending in ENDINGS[:3] if not bare.endswith(ending))
    yield f"{bare}-{ENDINGS[0]}"


def plain(name: str) -> str:
    """A name without its accents."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
