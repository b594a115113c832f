"""How many years of experience are asked for; the reading of the text is shared with the seniority."""

from models import Basis, Evidence
from pipeline.level.said import all_years_asked

_RULE = "years.text@3"
_MOST = 20  # more is an employer's age


def tag_years(text: str) -> tuple[int | None, Evidence]:
    """The least number of years of the first requirement, None where none is asked for."""
    found = next((asked for asked in all_years_asked(text) if asked[0] <= _MOST), None)
    if found is None:
        return None, Evidence(Basis.UNKNOWN, _RULE)
    years, start, end = found
    return years, Evidence(Basis.STATED, _RULE, "description", start, end, text[start:end])
