"""Real boards, where a collection of them lies beside the project: every posting is read, none is made up."""

import csv
import json
import re
from pathlib import Path

import pytest

from spiders import parse

CAPTURES = Path(__file__).parents[3] / "shared" / "captures"
BOARDS = [
    ("greenhouse", r"https://boards-api\.greenhouse\.io/v1/boards/[^/]+/jobs$"),
    ("lever", r"https://api\.lever\.co/v0/postings/[^/]+$"),
    ("ashby", r"https://api\.ashbyhq\.com/posting-api/job-board/[^/]+$"),
    ("recruitee", r"https://[^/.]+\.recruitee\.com/api/offers/$"),
]

pytestmark = pytest.mark.skipif(not CAPTURES.exists(), reason="no captured boards beside the project")


def captured():
    with (CAPTURES / "index.tsv").open(newline="") as index:
        for row in csv.DictReader(index, delimiter="\t"):
            for source, pattern in BOARDS:
                if row["status"] == "200" and re.match(pattern, row["url"]):
                    yield source, row["file"]


def ids(source, data):
    if source == "lever":
        return {str(job["id"]) for job in data}
    if source == "greenhouse":
        return {str(job["id"]) for job in data["jobs"]}
    if source == "ashby":
        return {str(job["id"]) for job in data["jobs"] if job.get("isListed", True) is not False}
    return {str(job["id"]) for job in data["offers"] if job.get("status", "published") == "published"}


@pytest.mark.parametrize("source", [source for source, _ in BOARDS])
def test_every_captured_board_is_read_whole(source):
    files = sorted({file for found, file in captured() if found == source})
    assert files
    for file in files:
        body = (CAPTURES / file).read_bytes()
        result = parse(source, body, "board")
        assert {posting.native_id for posting in result.postings} == ids(source, json.loads(body)), file
        assert result.skipped == 0, file
        assert all(posting.url.startswith("https://") for posting in result.postings), file


def test_captured_careers_pages_are_read_or_refused():
    pages = sorted([*CAPTURES.glob("careers_html/*.html"), *CAPTURES.glob("ashby_html/*.html")])
    with_script = [path for path in pages if re.search(rb'"@type":\s*"JobPosting"', path.read_bytes())]
    assert with_script
    for path in with_script:
        result = parse("jsonld", path.read_bytes(), "board", "https://a.example/jobs/1")
        assert result.postings, path.name
        assert all(posting.title and posting.description for posting in result.postings), path.name
