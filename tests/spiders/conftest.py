"""A web server that plays every board, and crawls that go to it by replay."""

import gzip
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from models import BoardEnd, BoardPage, BoardTask, RawPosting

ROOT = Path(__file__).parents[2]


@dataclass
class Answer:
    """What the server says to one URL.

    `manner`: plain, hang, cut (less than promised), drip, reset, or kill (ends the browser of this test first).
    """

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    manner: str = "plain"


@dataclass
class Seen:
    """A request as it arrived."""

    url: str
    headers: dict[str, str]
    at: float
    body: bytes = b""


class WebServer(ThreadingHTTPServer):
    """Answers `/HOST/PATH` as HOST would; several answers to one URL are given in turn, the last for ever."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, list[Answer]] = {}
        self.makers: dict[str, Callable[[dict[str, str], Any], Answer]] = {}  # from query and body
        self.seen: list[Seen] = []
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, url: str, *answers: Answer) -> None:
        self.answers[url] = list(answers)

    def requests(self, part: str) -> list[Seen]:
        """The requests to URLs that start with `part`, robots.txt aside."""
        return [seen for seen in self.seen if seen.url.startswith(part) and not seen.url.endswith("robots.txt")]


class Handler(BaseHTTPRequestHandler):
    server: WebServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two packets; the second one must not wait

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        url = urlsplit(self.path.lstrip("/"))
        body, now = self.rfile.read(length), time.monotonic()
        self.server.seen.append(Seen(self.path.lstrip("/"), dict(self.headers), now, body))
        if maker := self.server.makers.get(url.path):
            return self.say(maker(dict(parse_qsl(url.query)), json.loads(body) if body else None))
        left = self.server.answers.get(url.path) or [Answer("not found", 404)]
        return self.say(left.pop(0) if len(left) > 1 else left[0])

    do_POST = do_GET

    def say(self, answer: Answer) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        if answer.manner == "hang":
            time.sleep(20)
        if answer.manner == "kill":
            kill_browser()
        if answer.manner in ("hang", "reset"):
            self.close_connection = True
            return
        self.send_response(answer.status)
        promised = len(body) + 1000 * (answer.manner in ("cut", "drip"))
        for name, value in {"Content-Length": str(promised), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if answer.status != 304:
            self.wfile.write(body)
        if answer.manner == "cut":
            self.close_connection = True
        if answer.manner == "drip":
            self.drip()

    def drip(self) -> None:
        try:
            for _ in range(100):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.2)
        except OSError:
            self.close_connection = True


def kill_browser() -> None:
    """Kill the Chromium that descends from this process, not its renderers."""
    for pid in descendants(os.getpid()):
        command = Path(f"/proc/{pid}/cmdline").read_bytes() if Path(f"/proc/{pid}").exists() else b""
        if b"--remote-debugging-pipe" in command and b"--type=" not in command:
            os.kill(pid, signal.SIGKILL)


def descendants(pid: int) -> list[int]:
    children = [int(word) for path in Path(f"/proc/{pid}/task").glob("*/children") for word in path.read_text().split()]
    return children + [below for child in children for below in descendants(child)]


@dataclass
class Crawled:
    """What a crawl handed over."""

    items: list[Any]

    def end(self, name: str) -> BoardEnd:
        """The one end of a board, named `source/board`."""
        (end,) = [item for item in self.items if isinstance(item, BoardEnd) and item.task.name == name]
        return end

    def postings(self, name: str) -> list[RawPosting]:
        pages = [item for item in self.items if isinstance(item, BoardPage) and item.task.name == name]
        return [posting for page in pages for posting in page.postings]


@pytest.fixture(scope="module")
def web() -> Iterator[WebServer]:
    server = WebServer()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Runner:
    """The process that is forked for each crawl; one that was left in the middle of a crawl is not used again."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def __call__(self, order: dict[str, Any]) -> int:
        """Have it carried out; returns the exit code."""
        process = self.process or self._start()
        self.process = None
        assert process.stdin
        assert process.stdout
        process.stdin.write(pickle.dumps(order))
        process.stdin.flush()
        code: int = pickle.load(process.stdout)
        self.process = process
        return code

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, Path(__file__).parent / "runner.py"]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=pipe, stdout=pipe)

    def stop(self) -> None:
        if self.process:
            self.process.communicate()


@pytest.fixture(scope="session")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Crawled]]:
    """Crawl tasks with `[network]` settings, and `keys`, in a process of their own."""
    runner = Runner()

    def run(tasks: list[BoardTask], with_browser: bool = False, minutes: float = 15.0, **network: Any) -> Crawled:
        folder = tmp_path_factory.mktemp("crawl")
        crawl = {"tasks": tasks, "network": network, "with_browser": with_browser, "minutes": minutes}
        code = runner({"folder": folder, "environment": dict(os.environ), **crawl})
        assert code == 0, (folder / "log").read_text()[-3000:]
        return Crawled(pickle.loads((folder / "items").read_bytes()))

    yield run
    runner.stop()


@pytest.fixture(scope="session")
def answer() -> type[Answer]:
    return Answer


@pytest.fixture(scope="session")
def bomb() -> Answer:
    """64 MiB of zeros in 64 KiB."""
    return Answer(gzip.compress(bytes(64 << 20)), headers={"Content-Encoding": "gzip"})
