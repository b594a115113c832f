"""The base of every spider: boards in, pages of raw postings out, and exactly one BoardEnd a board whatever happens."""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from datetime import timedelta
from time import monotonic
from typing import Any

import orjson
import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from models import BoardEnd, BoardPage, BoardTask, RawPosting, Reuse, SourceKind, Verdict
from spiders.base.addresses import ADDRESSES, Source
from spiders.base.asking import Ask, header, requests_of
from spiders.base.markup import unescaped
from spiders.base.reading import Reading
from spiders.base.secrets import Unsaid, parts_of
from spiders.base.values import fields, read_json, text
from spiders.base.verdicts import check, explain

__all__ = ["Ask", "BoardSpider", "Reading", "header", "pages", "requests_of"]

PAGE_SIZE = 500
log = logging.getLogger(__name__)


class BoardSpider(scrapy.Spider):
    """Crawls the boards of one source. A source says where a board is (`address`) and how a row reads (`posting`).

    It also says what it is: its kind, how its boards and postings are addressed (see `spiders.base.addresses`), and on
    what terms its ads may be shown.
    """

    kind = SourceKind.ATS
    domains: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    canonical = ""
    embedded = ""
    marks: tuple[str, ...] = ()  # in the pages of employers' own hosts that are this source's
    is_strict = True
    home = ""  # the URL that lists it, of a source that is one board
    is_front = False  # its postings stand at another source too, which takes the applications
    needs_key = ""  # what a key of it is made of, as "APP_ID:APP_KEY"
    needs_url = False  # a board of it is nothing without the row's `url`
    attribution = ""  # what must be shown with its ads, beside a link to the ad there; empty: nothing
    reuse = Reuse.OPEN
    rest = timedelta()  # how long its terms or limits ask to be left alone between two crawls
    window = timedelta()  # its list holds the newest ads only: one that fell out of it counts as open for so long

    def __init__(self, tasks: Iterable[BoardTask] | AsyncIterable[BoardTask] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tasks = tasks

    @classmethod
    def source(cls) -> Source:
        """What it says of its addresses."""
        return Source(cls.name, cls.kind, cls.domains, cls.urls, cls.canonical, cls.embedded, cls.is_strict, cls.marks)

    def address(self, task: BoardTask) -> str:  # noqa: ARG002 - for all but a `home`
        """The URL that lists the board. Raises BoardFailure where the task does not say enough."""
        if not self.home:
            raise NotImplementedError
        return self.home

    def facts(self, task: BoardTask) -> dict[str, str]:
        """What the patterns find in the board's `url`, by their groups' names, and the board's options, which win."""
        found = ADDRESSES.find(task.url) if task.url else None
        said = found.options | {"board": found.board} if found and found.source == self.name else {}
        return said | {name: text(value) for name, value in task.options.items()}

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        """The raw posting that a row of this source is, or None if the board does not mean to show it."""
        raise NotImplementedError

    def native_id(self, item: Any) -> str:
        """The native id of a row, as far as it can be told without mapping it."""
        return text(fields(item).get("id"))

    def load(self, body: bytes) -> Any:
        """An answer as JSON values; sources of another form make such of it. Raises ParseError."""
        return read_json(body)

    def read_saved(self, body: bytes, task: BoardTask) -> Reading:
        """What a saved answer of this source holds. Raises ParseError if it is not one."""
        raise NotImplementedError

    def crawl(self, response: Response, task: BoardTask, end: BoardEnd) -> AsyncIterator[BoardPage]:
        """Read the board from its first answer on; notes what it saw in `end`. Raises BoardFailure, ParseError."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Any]:
        """One request a board, as the boards come; a board whose address makes no sense ends here."""
        async for task in as_they_come(self.tasks):
            try:
                yield self.first_request(task)
            except Exception as error:  # noqa: BLE001 - a task that makes no sense must not take the others with it
                yield self.failed(task, error, task.url or task.name)

    def first_request(self, task: BoardTask) -> scrapy.Request:
        """The request for the board's address, conditional where the board gave validators."""
        request = self.request(self.first(task), task)
        request.headers.update(self.validators(task) if request.method == "GET" else {})
        request.meta["begun_at"] = monotonic()
        return request.replace(callback=self.read_board, errback=self.note_failure, cb_kwargs={"task": task})

    def first(self, task: BoardTask) -> Ask:
        """What a crawl asks first."""
        return Ask(self.address(task))

    def request(self, ask: Ask, task: BoardTask) -> scrapy.Request:
        """The request for a page of the board."""
        meta, as_json = (
            self.meta(task) | self.signature(task),
            {"Content-Type": "application/json", "Accept": "application/json"},
        )
        if ask.body is None:
            return scrapy.Request(ask.url, headers=ask.headers, meta=meta, dont_filter=True)
        body = orjson.dumps(ask.body)
        return scrapy.Request(
            ask.url, method="POST", body=body, headers=as_json | ask.headers, meta=meta, dont_filter=True
        )

    def signature(self, task: BoardTask) -> dict[str, Any]:
        """What signs a request where the source asks for a key. Raises BoardFailure where there is none."""
        if not self.needs_key:
            return {}
        keys = self.settings.getdict("ROLEWIRE_KEYS") if hasattr(self, "settings") else {}
        return {"unsaid": self.signed(*parts_of(keys.get(self.name), self.needs_key, task.name, self.name))}

    def signed(self, *parts: str) -> Unsaid:
        """How the parts of a key go with a request."""
        raise NotImplementedError

    def validators(self, task: BoardTask) -> dict[str, str]:
        """The headers that let a board answer 304."""
        headers = {"If-None-Match": task.etag, "If-Modified-Since": task.last_modified}
        return {name: value for name, value in headers.items() if value}

    def meta(self, task: BoardTask) -> dict[str, Any]:
        """What the middlewares must know of a request for this board."""
        return {"board": task.name}

    async def read_board(self, response: Response, task: BoardTask) -> AsyncIterator[BoardPage | BoardEnd]:
        """The callback: pages, then the end. Catches everything, for a board must not take another with it."""
        end = BoardEnd(task, Verdict.OK, requests=requests_of(response), window=self.window)
        try:
            check(response, f"board {task.name}", response.meta.get("retry_after", 0.0))
            if response.status == 304:
                yield self.unchanged(response, task, end)
                return
            async for page in self.crawl(response, task, end):
                yield page
        except Exception as error:  # noqa: BLE001 - the promise of one BoardEnd a board
            yield self.failed(task, error, response.url, end)
            return
        yield self.ended(response, end)

    def note_failure(self, failure: Failure) -> Iterator[BoardEnd]:
        """The errback: no answer came, for whatever reason."""
        request = failure.request  # type: ignore[attr-defined]
        error = failure.value or Exception("unknown failure")
        yield self.failed(request.cb_kwargs["task"], error, request.url, None, requests_of(request))

    def failed(
        self, task: BoardTask, error: BaseException, url: str, end: BoardEnd | None = None, requests: int = 0
    ) -> BoardEnd:
        """The end of a board that could not be read; what is stored stands, and so do its validators."""
        end = end or BoardEnd(task, Verdict.ERROR, requests=requests)
        failure = explain(error, url)
        end.verdict, end.reason, end.retry_after = failure.verdict, failure.reason, failure.retry_after
        end.etag, end.last_modified, end.cursor, end.checked = task.etag, task.last_modified, None, {}
        self.leave_alone(end)
        if is_ours(error):
            log.error("%s: %s: %s", task.name, end.verdict, end.reason, exc_info=error)
        return end  # whoever started the crawl tells of the verdict

    def unchanged(self, response: Response, task: BoardTask, end: BoardEnd) -> BoardEnd:
        """The end of a board that answered 304; an answer to a question not asked is an error, to be asked anew."""
        if not self.validators(task):
            end.verdict, end.reason = Verdict.ERROR, "the board answered 304 unasked; it is fetched in full next time"
            return end
        end.is_not_modified = True
        end.etag = header(response, "ETag") or task.etag
        end.last_modified = task.last_modified or header(response, "Last-Modified")
        return self.leave_alone(end)

    def ended(self, response: Response, end: BoardEnd) -> BoardEnd:
        """The end of a board that was read, with the validators where a 304 would hide nothing from the next crawl."""
        if end.verdict is Verdict.OK and not end.seen:
            end.verdict, end.reason = Verdict.EMPTY, f"{end.task.name} lists no posting; is this still the right board?"
        if self.may_be_skipped(end):
            end.etag = end.etag or header(response, "ETag")
            end.last_modified = end.last_modified or header(response, "Last-Modified")
        return self.leave_alone(end)

    def leave_alone(self, end: BoardEnd) -> BoardEnd:
        """The end of a crawl that asks for the source's rest before the next one."""
        end.retry_after = max(end.retry_after, self.rest.total_seconds())
        return end

    def may_be_skipped(self, end: BoardEnd) -> bool:
        """Whether the same answer again would tell nothing new. A board that became empty is asked until believed."""
        return end.verdict is Verdict.OK or (end.verdict is Verdict.EMPTY and not end.task.known)

    def map_rows(self, items: Iterable[Any], task: BoardTask) -> Reading:
        """Map rows to postings. A row that cannot be read costs only itself; an id counts as listed all the same."""
        reading = Reading()
        for number, item in enumerate(items, 1):
            try:
                raw = self.posting(item, task)
            except Exception as error:  # noqa: BLE001 - a poison posting must only cost itself
                reading.skip(number, f"{type(error).__name__}: {error}", self.native_id(item))
                continue
            if raw is None:
                reading.hide(self.native_id(item))
            else:
                self.take(reading, number, raw)
        return reading

    def take(self, reading: Reading, number: int, raw: RawPosting) -> None:
        """Add a posting to the reading, once, or say why it cannot be used."""
        if raw.native_id in reading.seen:
            reading.join(raw)
            return
        if raw.native_id and raw.title:
            reading.listed += 1
            reading.seen.add(raw.native_id)
            raw.kind, raw.canonical_url = self.kind, self.canonical_of(raw)
            raw.description = unescaped(raw.description)
            reading.postings.append(raw)
            reading.named[raw.native_id] = raw
        else:
            reading.skip(number, "it has no id" if raw.title else "it has no title", raw.native_id)

    def canonical_of(self, raw: RawPosting) -> str | None:
        """The posting's canonical URL; who copies ads links to the employer's, perhaps only where one applies."""
        is_copy = self.is_front or self.kind in (SourceKind.BOARD, SourceKind.AGGREGATOR)
        theirs = ADDRESSES.canonical_url(raw.apply_url) if is_copy and raw.apply_url else None
        return theirs or ADDRESSES.canonical_url(raw.url)


async def as_they_come(tasks: Iterable[BoardTask] | AsyncIterable[BoardTask]) -> AsyncIterator[BoardTask]:
    """Tasks from a list, or from whoever hands them over one by one."""
    if isinstance(tasks, AsyncIterable):
        async for task in tasks:
            yield task
    else:
        for task in tasks:
            yield task


def pages(task: BoardTask, postings: list[RawPosting]) -> Iterator[BoardPage]:
    """The postings in pages of at most 500."""
    for start in range(0, len(postings), PAGE_SIZE):
        yield BoardPage(task, postings[start : start + PAGE_SIZE])


def is_ours(error: BaseException) -> bool:
    """Whether an error points at our code rather than at the board, so that its traceback is worth a log line."""
    return isinstance(error, TypeError | AttributeError | KeyError | IndexError | AssertionError | NotImplementedError)
