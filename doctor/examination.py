"""All checks side by side, each with a time limit: what hangs costs itself, and is named."""

import queue
import threading
from collections.abc import Sequence
from time import monotonic

from doctor.finding import Check, Finding, problem, warning
from logs import redact_value
from settings import Settings

LIMIT = 12.0  # seconds for one check
LONG_LIMIT = 60.0  # for those that ask many others
Answer = tuple[int, list[Finding]]


def examine(settings: Settings, checks: Sequence[Check], limit: float = LIMIT) -> list[Finding]:
    """What every check found, in the order of the checks; one that takes longer than its limit is said to."""
    answers: queue.Queue[Answer] = queue.Queue()
    for number, check in enumerate(checks):
        work = (settings, number, check, answers)
        threading.Thread(target=_work, args=work, name=f"check {name_of(check)}", daemon=True).start()
    found: dict[int, list[Finding]] = {}
    begun = monotonic()
    while len(found) < len(checks):
        left = max(_limit_of(check, limit) for number, check in enumerate(checks) if number not in found)
        try:
            number, findings = answers.get(timeout=max(begun + left - monotonic(), 0.01))
        except queue.Empty:
            break
        found[number] = findings
    return [one for number, check in enumerate(checks) for one in found.get(number, [_late(check)])]


def _work(settings: Settings, number: int, check: Check, answers: "queue.Queue[Answer]") -> None:
    try:
        found = list(check(settings))
    except Exception as error:  # noqa: BLE001 - a check that breaks is a finding too, and keeps no other
        told = redact_value(f"{type(error).__name__}: {error}")
        found = [problem(f"{name_of(check)} could not be looked at: {told}", name_of(check), "tell us of it")]
    answers.put((number, found))


def name_of(check: Check) -> str:
    """The check's name, for people."""
    return str(getattr(check, "__name__", "check")).removeprefix("check_").replace("_", " ")


def _limit_of(check: Check, limit: float) -> float:
    return float(getattr(check, "limit", limit))


def _late(check: Check) -> Finding:
    seconds = _limit_of(check, LIMIT)
    if name_of(check) == "database":
        cure = "see who holds it: another program in the midst of a change, or a server that does not answer"
        return problem(f"the database gives no answer within {seconds:.0f} s", "database.url", cure)
    cure = "look whether its server answers at all, or leave such checks out with --offline"
    return warning(f"{name_of(check)}: no answer within {seconds:.0f} s", name_of(check), cure)
