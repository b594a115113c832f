"""Under which key an employer's ads meet: its name's, without what names often drop, and with its parts as one."""

import re
from functools import cache, lru_cache
from pathlib import Path

from pipeline.job.employer import company_key, display_name

_DROPPED = re.compile(
    r"[\s,]+(?:global management|technolog(?:y|ies)|tech|labs?|laborator(?:y|ies)|group|gruppe|holdings?|international|"
    r"global|worldwide|solutions|systems|software|innovations?|motors|studios?|digital|hq|careers?|ai|a\.i\.|"
    r"\(?university\)?|\(?campus\)?|\(?early careers?\)?|usa?|uk|europe|emea|apac|india|deutschland|germany|france|"
    r"americas?|north america|canada)\s*$",
    re.I,
)
_SHORTEST = 3


@cache
def _wholes() -> dict[str, str]:
    lines = Path(__file__).with_name("employers.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows}


@lru_cache(maxsize=50_000)
def employer_key(company: str) -> str:
    """The key of the whole that the named employer is part of; empty for no name."""
    key, name = company_key(company), display_name(company)
    if key in _wholes():
        return _wholes()[key]
    for _ in range(3):
        shorter = _DROPPED.sub("", name)
        if shorter == name or len(company_key(shorter)) < _SHORTEST:
            break
        name = shorter
    short = company_key(name)
    return _wholes().get(short, short)
