"""From an answer or an error to a verdict, and to the sentence that tells the operator what to do."""

from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response

from models import Verdict
from spiders.base.errors import BoardFailure, Forbidden, ParseError

CHALLENGES = (
    b"just a moment", b"cf-chl", b"cf_chl", b"attention required", b"captcha", b"datadome", b"px-captcha",
    b"are you a human", b"are you a robot", b"verify you are human", b"access denied", b"unusual traffic",
)  # fmt: skip
BLOCKED, GONE = (401, 403, 429), (404, 410)
RESERVED = "{} reserves text and data mining (tdm-reservation: 1); ask its owner, or remove the board"
LATER = "it is tried again at the next crawl"
ERRORS = (
    (DownloadTimeoutError, f"did not answer in time; {LATER}, and [network] timeout can be raised"),
    (CannotResolveHostError, "has no public address; check the spelling of the board, or the DNS of this machine"),
    (DownloadConnectionRefusedError, f"refused the connection; {LATER}"),
    (DownloadFailedError, f"closed the connection without an answer; {LATER}"),
    (ResponseDataLossError, f"broke off in the middle of its answer; {LATER}"),
    (DownloadCancelledError, "sent more than [network] max_size_mb allows; raise it if the board really is that large"),
)


def is_challenge(body: bytes) -> bool:
    """Whether a page asks whether we are human. Reads its first 64 KiB."""
    start = body[:65536].lower()
    return b"<" in start[:1024] and any(mark in start for mark in CHALLENGES)


def check(response: Response, what: str = "the board", retry_after: float = 0.0) -> None:
    """Pass a 2xx or 304 answer that is no challenge page. Raises BoardFailure with the verdict of any other."""
    host, status = urlsplit(response.url).hostname, response.status
    if status in GONE:
        raise BoardFailure(Verdict.GONE, f"{host} answered {status}: {what} is gone, or its name is misspelt; check it")
    if status in BLOCKED or (status == 503 and (retry_after or is_challenge(response.body))):
        raise BoardFailure(
            Verdict.BLOCKED, f"{host} answered {status}: it does not want us; crawl it less often, or ask its owner",
            retry_after,
        )  # fmt: skip
    if (response.headers.get("tdm-reservation") or b"").strip() == b"1":
        raise Forbidden(RESERVED.format(host))  # a page of many is passed over, as where robots.txt forbids it
    if not (200 <= status < 300 or status == 304):
        raise BoardFailure(Verdict.ERROR, f"{host} answered {status}; {LATER}")


def misread(error: ParseError, response: Response) -> BoardFailure:
    """The verdict on an answer under 200 that is not what the source answers."""
    if is_challenge(response.body):
        return challenged(response.url)
    host = urlsplit(response.url).hostname
    return BoardFailure(
        Verdict.ERROR, f"{host} sent {error}; {LATER}; if it stays so, the source has changed its format: report it"
    )


def challenged(url: str) -> BoardFailure:
    """The verdict on a page that asks whether we are human."""
    host = urlsplit(url).hostname
    return BoardFailure(Verdict.BLOCKED, f"{host} sent a page that asks whether we are human; crawl it less often")


def explain(error: BaseException, url: str) -> BoardFailure:
    """The verdict on whatever was raised while asking for `url`."""
    if isinstance(error, BoardFailure):
        return error
    host = urlsplit(url).hostname or url
    for kind, sentence in ERRORS:
        if isinstance(error, kind):
            return BoardFailure(Verdict.ERROR, f"{host} {sentence}")
    told = " ".join(str(error).split())[:200] or type(error).__name__
    return BoardFailure(Verdict.ERROR, f"{host} could not be read ({type(error).__name__}: {told}); {LATER}")
