"""The first digits of each American state's postcodes: what tells "DE, 19801" from "DE, 68789"."""

from functools import cache

_STATES = """
AL 35-36|AK 995-999|AZ 85-86|AR 716-729|CA 90-96|CO 80-81|CT 06|DE 197-199|DC 200-205|FL 32-34|GA 30-31,398-399|
HI 967-968|ID 832-838|IL 60-62|IN 46-47|IA 50-52|KS 66-67|KY 40-42|LA 70-71|ME 039-049|MD 206-219|MA 010-027,055|
MI 48-49|MN 55-56|MS 386-397|MO 63-65|MT 59|NE 68-69|NV 889-898|NH 030-038|NJ 07-08|NM 870-884|NY 005,063,10-14|
NC 27-28|ND 58|OH 43-45|OK 73-74|OR 97|PA 150-196|PR 006-009|RI 028-029|SC 29|SD 57|TN 37-38|TX 75-79,885|UT 84|
VT 05|VA 201,22-24|WA 980-994|WV 247-268|WI 53-54|WY 820-831
"""


@cache
def _ranges() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in _STATES.replace("\n", "").split("|"):
        state, ranges = entry.split(" ")
        found[state] = [(first, last or first) for first, _, last in (one.partition("-") for one in ranges.split(","))]
    return found


def is_of_state(postcode: str, state: str) -> bool:
    """Whether a postcode may be of a state; true for what is no state of ours."""
    ranges = _ranges().get(state)
    return ranges is None or any(first <= postcode[: len(first)] <= last for first, last in ranges)
