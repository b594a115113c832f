"""What to write instead of comparisons that are none, and of values that should be compared."""

from collections.abc import Sequence

from search.fields import age_meant, levels_meant, unknown_field
from search.lexing import Token
from search.pay import pay_meant
from search.values import CHECKS, RELATIONS, TEXT_FIELDS


def no_comparison(name: str, relation: str, value: str) -> str:
    """For a comparison of a field that does not compare."""
    if name.endswith("!") or relation in ("!=", "<>"):
        return f"to exclude, put a - before the field: -{name.rstrip('!')}:{value}"
    if name not in TEXT_FIELDS and name not in CHECKS:
        return unknown_field(name, value)
    value = value.strip("'‘’")
    if relation != "=" and name == "seniority" and (levels := levels_meant(relation, value)):
        return f"only salary and posted compare; name the levels: {levels}"
    return f"only salary and posted compare; write {name}:{value if relation == '=' else 'value'}"


def no_relation(name: str, values: Sequence[Token], more: str) -> str:
    """For `salary:100k` and `posted:7d`, which do not say which side is meant."""
    value = values[0].text.strip('"')
    whole = f"{value} {more}".strip("[]{} ")
    if name == "salary" and (meant := pay_meant(value) or pay_meant(whole)):
        either = "" if " " in meant else f" or {meant.replace('>', '<')}"
        return f"{name}: compares — did you mean {meant}{either}?"
    if name == "posted" and (meant := age_meant(f"{value} {more}".strip())):
        return f"{name}: compares — did you mean {meant}?"
    return f"{name}: compares — {RELATIONS[name]}"
