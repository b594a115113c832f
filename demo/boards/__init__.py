"""Sample boards of five sources: read from the TOML files beside this one, answered in the shapes of the vendors.

Every employer, ad and address is made up. A board has three states, week 1 to week 3; dates are counted in days before
the first week's Monday, so that the ads are never stale.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

WEEKS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Ad:
    """A posting as the board shows it in one week; `facts` are the keys of its table in the TOML file."""

    facts: dict[str, Any]
    posted: datetime
    crawled: datetime
    text: str

    def get(self, key: str, default: Any = None) -> Any:
        """A fact, or `default`."""
        return self.facts.get(key, default)

    def __getitem__(self, key: str) -> Any:
        return self.facts[key]


@dataclass(frozen=True, slots=True)
class SampleBoard:
    """One board's TOML file."""

    source: str
    board: str
    company: str
    about: str
    facts: dict[str, Any]
    rows: list[dict[str, Any]]

    def ads(self, week: int, monday: datetime) -> list[Ad]:
        """What the board lists in `week`; `monday` is the first week's, aware."""
        return [_ad(row, week, monday) for row in self.rows if week in row.get("weeks", WEEKS)]

    def config_row(self) -> dict[str, Any]:
        """The board as a `[[boards]]` row of config.toml."""
        row = {"source": self.source, "board": self.board, "company": self.company}
        row |= {key: self.facts[key] for key in ("url", "rendered") if key in self.facts}
        return row | {"options": {"region": self.facts["region"]} if "region" in self.facts else {}}


def load() -> list[SampleBoard]:
    """All sample boards, by name of their file."""
    return [_load(path) for path in sorted(Path(__file__).parent.glob("*.toml"))]


def _load(path: Path) -> SampleBoard:
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    return SampleBoard(facts["source"], facts["board"], facts["company"], facts["about"], facts, facts["posting"])


def _ad(row: dict[str, Any], week: int, monday: datetime) -> Ad:
    facts = dict(row)
    for change in row.get("changes", []):
        facts |= change if change["week"] <= week else {}
    text = facts["text"] + "\n" + facts.get("extra", "")
    posted = monday - timedelta(days=facts["posted"], hours=-2, minutes=-facts["posted"] % 60)
    return Ad(facts, posted, monday + timedelta(weeks=week - 1), text)
