"""Make the tables of reliability: `python -m pipeline.tools.reliability GOLD.jsonl ... [--into DIRECTORY]`.

GOLD holds JSON lines with `title`, `company`, `description`, `role` and `seniority`, and with `held_out` where nobody
looked at the posting, beyond the employers fixed below; it is not part of the repository, since texts of postings are
not ours to copy. Without it the hand-labelled titles of `titles.tsv` are used, whose figures flatter: the
rules were written beside them.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.job.reliability import Decision, table_text, train
from pipeline.level import tag_seniority
from pipeline.role import tag_role

_ROOMS = Path(__file__).parents[1]
_TITLES = Path(__file__).with_name("titles.tsv")
Labelled = dict[str, str]


def is_held_out(company: str) -> bool:
    """True for the quarter of the employers whose postings nobody looked at while the rules were written."""
    return hashlib.sha256(company.casefold().strip().encode()).digest()[0] % 4 == 0


def read_titles(path: Path = _TITLES) -> Iterator[Labelled]:
    """The hand-labelled titles of the repository."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            title, company, _, role, seniority, _ = line.split("\t")
            yield {"title": title, "company": company, "description": "", "role": role, "seniority": seniority}


def read_postings(path: Path) -> Iterator[Labelled]:
    """Labelled postings from a file of JSON lines."""
    for line in path.read_text(encoding="utf-8").splitlines():
        posting = json.loads(line)
        keys = ("title", "company", "description", "role", "seniority", "held_out")
        yield {key: str(posting.get(key) or "") for key in keys}


def decisions(labelled: Iterator[Labelled]) -> tuple[list[Decision], list[Decision]]:
    """What the rules of role and of seniority decide on labelled postings."""
    roles: list[Decision] = []
    levels: list[Decision] = []
    for row in labelled:
        held = is_held_out(row["company"]) or bool(row.get("held_out"))
        role, evidence = tag_role(row["title"], row["description"], row["company"])
        roles.append((evidence.rule, role == row["role"], held))
        level, evidence = tag_seniority(row["title"], row["description"], role, row["company"])
        if row["seniority"] != "-":
            levels.append((evidence.rule, level == row["seniority"], held))
    return roles, levels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="*")
    parser.add_argument("--into", type=Path, default=_ROOMS)
    arguments = parser.parse_args()
    files = [read_postings(path) for path in arguments.gold] or [read_titles()]
    labelled = (row for file in files for row in file)
    for room, made in zip(("role", "level"), decisions(labelled), strict=True):
        table = arguments.into / room / "reliability.tsv"
        table.parent.mkdir(parents=True, exist_ok=True)
        table.write_text(table_text(train(made)), encoding="utf-8")


if __name__ == "__main__":
    main()
