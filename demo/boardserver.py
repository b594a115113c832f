"""The sample boards on localhost, as the boards would answer behind `network.replay`.

A request for https://HOST/PATH arrives as http://127.0.0.1:PORT/HOST/PATH. Answers carry ETag and Last-Modified, and a
conditional request gets 304. Use it as a context manager; `week` may be set while it runs.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl, unquote, urlsplit

from demo import boards
from demo.boards import Ad, SampleBoard, rendered, vendors
from demo.boards.vendors import Answer

MAKERS: dict[str, Callable[[SampleBoard, list[Ad]], dict[str, Answer]]] = {
    "greenhouse": vendors.greenhouse,
    "lever": vendors.lever,
    "ashby": vendors.ashby,
    "recruitee": vendors.recruitee,
    "jsonld": rendered.agentry,
}
NOT_FOUND = {
    "boards-api.greenhouse.io": b'{"status":404,"error":"Job not found"}',
    "api.lever.co": b'{"ok":false,"error":"Document not found"}',
    "api.eu.lever.co": b'{"ok":false,"error":"Document not found"}',
    "api.ashbyhq.com": b"Not Found",
}
RECRUITEE_NOT_FOUND = b'{"error":"Not Found"}'
ROBOTS = b"User-agent: *\nAllow: /\n"


@dataclass(frozen=True, slots=True)
class Request:
    """A line of the server's log; `url` is the one that was meant."""

    method: str
    url: str
    status: int
    bytes_sent: int
    user_agent: str
    is_conditional: bool


class BoardServer:
    """Serves the sample boards on a free port of 127.0.0.1; `monday` is the first week's, aware."""

    def __init__(self, monday: datetime, week: int = 1, port: int = 0) -> None:
        self.monday = monday
        self.log: list[Request] = []
        self.sites: dict[str, Answer] = {}
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.boards = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.week = week

    @property
    def url(self) -> str:
        """What `network.replay` takes."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def week(self) -> int:
        """The state of the boards: 1, 2 or 3."""
        return self._week

    @week.setter
    def week(self, week: int) -> None:
        if week not in boards.WEEKS:
            raise ValueError(f"week {week}: the sample boards know the weeks {boards.WEEKS}")
        self._week = week
        sites: dict[str, Answer] = {}
        for board in boards.load():
            sites |= MAKERS[board.source](board, board.ads(week, self.monday))
        self.sites = sites

    @property
    def last_modified(self) -> str:
        """The week's Monday, as an HTTP date."""
        return format_datetime(self.monday + timedelta(weeks=self._week - 1), usegmt=True)

    def __enter__(self) -> "BoardServer":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    boards: BoardServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "sample-boards", ""
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        """The log is `BoardServer.log`."""

    def do_GET(self) -> None:
        """Answer for the host that the path names first."""
        parts = urlsplit(self.path)
        place = unquote(parts.path.lstrip("/"))
        host, _, path = place.partition("/")
        if path == "robots.txt":
            return self._answer(200, ROBOTS, "text/plain")
        found = self.server.boards.sites.get(place)
        if found is None:
            fallback = RECRUITEE_NOT_FOUND if host.endswith(".recruitee.com") else b"not found"
            return self._answer(404, NOT_FOUND.get(host, fallback), "application/json")
        return self._validated(found.body(dict(parse_qsl(parts.query))), found.content_type)

    do_HEAD = do_GET  # noqa: N815

    def _validated(self, body: bytes, content_type: str) -> None:
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.headers.get("if-none-match") == etag:
            return self._answer(304, b"", content_type, etag)
        return self._answer(200, body, content_type, etag)

    def _answer(self, status: int, body: bytes, content_type: str, etag: str = "") -> None:
        self._record(status, len(body))  # before the client can ask what stands in the log
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        if etag:
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", self.server.boards.last_modified)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _record(self, status: int, size: int) -> None:
        method, url = self.command, "https:/" + self.path
        agent, is_conditional = self.headers.get("user-agent", ""), "if-none-match" in self.headers
        self.server.boards.log.append(Request(method, url, status, size, agent, is_conditional))
