"""What was asked of hosts and not yet written down: the request ledger's first page. One for a process that crawls."""

from collections import Counter

REFUSED = (401, 403, 429)
NAMES = ("requests", "unchanged", "refused", "failed", "robots", "size")


class Ledger:
    """Counts by host, taken over from time to time by whoever has a database."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def note(self, host: str, status: int, size: int, is_robots: bool = False) -> None:
        """Note one request and its answer; `status` 0: none came."""
        counts = self._counts.setdefault(host, Counter())
        counts["requests"] += 1
        counts["size"] += size
        counts["robots"] += is_robots
        counts["unchanged"] += status == 304
        counts["refused"] += status in REFUSED
        counts["failed"] += status == 0 or status >= 500

    def take(self) -> dict[str, dict[str, int]]:
        """What was noted since it was taken last, by host."""
        taken, self._counts = self._counts, {}
        return {host: {name: counts[name] for name in NAMES} for host, counts in taken.items()}


LEDGER = Ledger()
