"""Which postings are held to be one opening, of those that pass through the command."""

from datetime import UTC, datetime

import pytest

from commands.dedup import dedup_rows
from pipeline import dedup

UUID = "0b1c2d3e-1111-4222-8333-444455556666"


def groups(*postings) -> int:
    """How many groups these (URL, title) make."""
    rows = [{"id": str(number), "url": url, "title": title} for number, (url, title) in enumerate(postings)]
    return len({row["group"] for row in dedup_rows(rows, datetime(2026, 11, 1, tzinfo=UTC))})


@pytest.mark.parametrize(
    "urls",
    [
        (f"https://quarry.example.com/jobs?ashby_jid={UUID}", f"https://jobs.ashbyhq.com/quarry/{UUID}"),
        ("https://quarry.recruitee.com/l/en/o/ml-engineer", "https://quarry.recruitee.com/o/ml-engineer"),
        ("https://quarry.recruitee.com/l/pt-br/o/ml-engineer", "https://quarry.recruitee.com/o/ml-engineer"),
        ("https://quarry.example.com/jobs?gh_jid=4123000", "https://job-boards.greenhouse.io/quarry/jobs/4123000"),
        (f"https://jobs.ashbyhq.com/quarry/{UUID}", f"https://jobs.ashbyhq.com/quarry-ai/{UUID}"),  # it was renamed
    ],
)
def test_links_to_one_ad_are_one_opening(urls):
    assert groups(*((url, "ML Engineer, Search") for url in urls)) == 1


def test_two_employers_with_one_number_are_two():
    one, other = (f"https://job-boards.greenhouse.io/{board}/jobs/4123000" for board in ("quarry", "mill"))
    assert groups((one, "ML Engineer"), (other, "Payroll Clerk")) == 2
    assert groups((one, "ML Engineer"), (other, "ML Engineer II")) == 1
    link = ("https://mill.example.com/jobs?gh_jid=4123000", "Payroll Clerk")
    assert groups((one, "ML Engineer"), (other, "Payroll Clerk"), link) == 2


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("greenhouse/quarry", "greenhouse/Quarry", False),
        ("greenhouse/quarry", "greenhouse/mill", True),
        ("workday/quarry|wd5|Careers", "workday/quarry|wd5|Campus", False),
        ("greenhouse/quarry", "lever/mill", False),
        ("greenhouse/quarry", "", False),
    ],
)
def test_boards_of_two_names(one, other, answer):
    assert dedup.are_two_boards(one, other) is answer
