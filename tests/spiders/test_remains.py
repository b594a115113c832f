"""What a list does not show may be open all the same: rows without an id, a page that breaks off, a number in it."""

import pytest

from models import BoardTask
from spiders import SPIDERS
from spiders.base.remains import Remains, breaks_off, mark_of

PAGE = b"<!doctype html><html><body><a hre=/jobs/4100117-ml-engineer>ML</a></body></html>"


@pytest.mark.parametrize(
    ("body", "is_cut"),
    [
        (PAGE, False),
        (PAGE[:-8], True),
        (b"<div>a part of a page</div>", False),
        (b'<?xml version="1.0"?><urlset xmlns="x"><url><loc>https://a.example/1</loc></url>', True),
        (b"<urlset></urlset>\n", False),
        (b"<rss><channel></channel></rss>", False),
        (b"<HTML><BODY></BODY></HTML>" + b" " * 500, False),
        (b"", False),
    ],
)
def test_a_document_that_says_how_it_begins_says_that_it_ends(body: bytes, is_cut: bool) -> None:
    assert breaks_off(body) is is_cut


@pytest.mark.parametrize(
    ("key", "mark"),
    [
        ("4100117", b"4100117"),
        ("https://acme.example/jobs/ml-engineer-4100117/", b"4100117"),
        ("0f6c4a52-6d0c-4b3a-9d4e-3f1f6f3c9a10", b"3f1f6f3c9a10"),
        ("https://acme.example/jobs/ml-engineer", b""),
        ("42", b""),
    ],
)
def test_only_a_number_means_a_posting_wherever_it_stands(key: str, mark: bytes) -> None:
    assert mark_of(key) == mark


def test_what_a_list_still_names_is_no_more_gone_than_what_it_shows() -> None:
    remains = Remains({"4100117": "", "4100118": "", "77": ""})
    remains.look_at(PAGE)
    assert remains.doubt({"4100118"}, set(), 0) == "it still names 1 of them"
    assert remains.doubt({"4100118"}, {"4100117"}, 0) == ""
    assert remains.doubt({"4100117"}, set(), 2) == "2 of its rows have no id"
    remains.look_at(PAGE[:60])
    assert "it breaks off" in remains.doubt({"4100117"}, set(), 0)


def test_an_answer_that_is_no_markup_is_not_searched() -> None:
    remains = Remains({"4100117": ""})
    remains.look_at(b'{"page": "4100117"}')
    assert remains.doubt(set(), set(), 0) == ""


def test_a_number_that_is_none_leaves_in_doubt_what_a_feed_does_not_show() -> None:
    row = {"id": "{{7*7}}", "slug": "", "position": "AI Engineer", "url": "https://remoteok.com/"}
    reading = SPIDERS["remoteok"]().map_rows([row], BoardTask(1, "remoteok", "remoteok"))
    assert (reading.postings, reading.nameless) == ([], 1)
    row["url"] = "https://remoteok.com/remote-jobs/remote-ai-engineer-1140002"
    reading = SPIDERS["remoteok"]().map_rows([row], BoardTask(1, "remoteok", "remoteok"))
    assert (reading.postings, reading.nameless) == ([], 1)
