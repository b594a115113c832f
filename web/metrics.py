"""The condition of the service in the form that Prometheus reads."""

from collections.abc import Iterator, Mapping, Sequence

from condition import PartState, State


def exposition(parts: Sequence[PartState], verdicts: Mapping[str, int], queue: Mapping[str, int]) -> bytes:
    """All figures, as text."""
    from prometheus_client import CollectorRegistry, generate_latest  # only here: pages do without
    from prometheus_client.core import GaugeMetricFamily
    from prometheus_client.registry import Collector

    class Figures(Collector):
        """What is known at this moment."""

        def collect(self) -> Iterator[GaugeMetricFamily]:
            """A family a figure."""
            for name, told, label, values in _families(parts, verdicts, queue):
                family = GaugeMetricFamily(name, told, labels=[label])
                for key, value in values.items():
                    family.add_metric([key], value)
                yield family

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures())
    return bytes(generate_latest(registry))


Family = tuple[str, str, str, dict[str, float]]


def _families(parts: Sequence[PartState], verdicts: Mapping[str, int], queue: Mapping[str, int]) -> Iterator[Family]:
    well = {one.name: float(one.state is State.WELL) for one in parts}
    yield "rolewire_part_well", "1 where a part is well, 0 where it waits or is off", "part", well
    waits = {one.name: float(one.count) for one in parts}
    yield "rolewire_part_waiting", "Messages, events or boards that wait for a part", "part", waits
    since = {one.name: one.since.timestamp() for one in parts if one.since is not None}
    yield "rolewire_part_since_seconds", "Since when a part is so, in seconds of the epoch", "part", since
    counts = {name: float(count) for name, count in verdicts.items()}
    yield "rolewire_boards", "Boards by their last verdict", "verdict", counts
    kinds = {name: float(queue[name]) for name in ("due", "waiting", "failed", "uncertain")}
    yield "rolewire_deliveries", "Deliveries by what becomes of them", "state", kinds
    yield "rolewire_postings", "Postings", "state", {"open": float(queue["open"])}
    yield "rolewire_events", "Events that wait to be matched", "state", {"pending": float(queue["pending"])}
