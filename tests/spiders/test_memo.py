"""What is kept of slow hosts' answers belongs to a board."""

from collections.abc import Iterator

import pytest
from scrapy import Request
from scrapy.http import Response

from spiders.base.memo import Memo
from spiders.base.patience import HOSTS

HOST = "slow.example"


@pytest.fixture(autouse=True)
def _slow() -> Iterator[None]:
    HOSTS.set_delay(HOST, 3600)
    yield
    HOSTS.set_delay(HOST, 0)


def asked(board: str, path: str = "list") -> Request:
    return Request(f"https://{HOST}/{path}", meta={"board": board})


def test_a_board_that_is_read_forgets_what_is_its_own_and_no_other_boards() -> None:
    memo = Memo()
    for request in (asked("jsonld/quick"), asked("jsonld/quick", "1"), asked("jsonld/long"), asked("jsonld/long", "2")):
        memo.keep(request, Response(request.url, body=b"x"))
    memo.forget("jsonld/quick")
    assert memo.get(asked("jsonld/quick")) is memo.get(asked("jsonld/quick", "1")) is None
    assert memo.get(asked("jsonld/long")) is not None
    assert memo.get(asked("jsonld/long", "2")) is not None
