"""Boards that misbehave cost no other anything, and no host is asked more than it allows. With a real crawl worker."""

from collections import Counter

from benchmarks.many_boards import MANNERS, SOURCES, Plan, run


def test_healthy_boards_are_read_as_if_alone_and_no_host_is_asked_against_its_will() -> None:
    plan = Plan(count=48, share=20, postings=3, is_paced=True)
    manners = Counter(plan.manners.values())
    assert manners["closed"] == 2
    assert len(set(manners) & set(MANNERS)) >= 5
    assert set(plan.sources.values()) == set(SOURCES)
    found = run(plan, concurrency=16, timeout=1.0)
    assert (found.missing, found.foreign, found.well, found.breaches) == (set(), set(), set(), [])
    assert found.verdicts["ok"] == manners[""]
    assert found.verdicts["blocked"] == 2
    assert found.peak_mib < 512
