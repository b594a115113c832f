"""`rolewire boards add URL` for ten addresses of ten kinds, one after another: is each found, and how soon.

    python -m benchmarks.add_board [--check]

A server on localhost plays the employers' pages and the systems behind them; each command is a process of its own, with
a database of its own. `--check`: exit 1 if one is not found, or took more than three seconds.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.many_boards import answer
from environment import harmless
from tests.spiders.simulated import Maker, Shelf, rows, smartrecruiters, workday

UUID = "0e1b7d54-5f43-4a3c-9d9e-111111111111"
COUNT, MOST = 5, 3.0  # postings a board, seconds
ADDRESSES = {  # what is pasted -> the board behind it
    "https://boards.greenhouse.io/acme": "greenhouse/acme",
    f"https://jobs.lever.co/acme/{UUID}": "lever/acme",
    "https://script.example/careers": "ashby/acme",
    "https://frame.example/jobs": "workable/acme",
    "home.example": "recruitee/acme",
    "https://acme.wd1.myworkdayjobs.com/en-US/Jobs": "workday/acme",
    "https://moved.example/careers": "gem/acme",
    "https://stated.example/jobs": "jsonld/stated.example",
    "https://data.example/careers": "pinpoint/acme",
    "https://careers.smartrecruiters.com/Acme": "smartrecruiters/Acme",
}
PAGES = {
    "script.example/careers": '<div id="x"></div><script src="https://jobs.ashbyhq.com/acme/embed"></script>',
    "frame.example/jobs": '<iframe src="https://apply.workable.com/acme/"></iframe>',
    "home.example/": '<a href="/about">About us</a> <a href="/careers">Careers</a>',
    "home.example/careers": '<a href="https://acme.recruitee.com/o/ml-engineer">ML Engineer</a>',
    "data.example/careers": rf'<script>{{"u": "https:\/\/acme.pinpointhq.com\/en\/postings\/{UUID}"}}</script>',
    "stated.example/jobs": answer("jsonld", "stated", COUNT),
    "boards-api.greenhouse.io/v1/boards/acme/jobs": answer("greenhouse", "acme", COUNT),
    "api.lever.co/v0/postings/acme": answer("lever", "acme", COUNT),
    "api.ashbyhq.com/posting-api/job-board/acme": answer("ashby", "acme", COUNT),
    "apply.workable.com/api/v1/widget/accounts/acme": answer("workable", "acme", COUNT),
    "acme.recruitee.com/api/offers/": answer("recruitee", "acme", COUNT),
    "api.gem.com/job_board/v0/acme/job_posts/": answer("gem", "acme", COUNT),
    "acme.pinpointhq.com/postings.json": answer("pinpoint", "acme", COUNT),
}
MOVED = {"moved.example/careers": "https://jobs.gem.com/acme"}


def makers() -> dict[str, Maker]:
    """The boards that answer what they are asked."""
    lists = {"acme.wd1.myworkdayjobs.com": workday("acme", "Jobs", Shelf(rows(COUNT))),
             "api.smartrecruiters.com": smartrecruiters("Acme", Shelf(rows(COUNT)))}  # fmt: skip
    return {f"{host}{path}": maker for host, paths in lists.items() for path, maker in paths.items()}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # one that says 1.0 closes connections that the crawler means to use again
    disable_nagle_algorithm = True  # head and body are two packets; the second one must not wait
    makers = makers()

    def do_GET(self) -> None:
        """A page, what a board answers, a redirect, or 404."""
        where, _, query = self.path.lstrip("/").partition("?")
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if where in MOVED:
            return self.say(b"", 302, MOVED[where])
        if where in self.makers:
            asked = dict(part.split("=", 1) for part in query.split("&") if "=" in part)
            data, status = self.makers[where](asked, json.loads(body) if body else None)
            return self.say(json.dumps(data).encode(), status)
        return self.say(PAGES.get(where, "").encode(), 200 if where in PAGES else 404)

    do_POST = do_GET  # noqa: N815 - the name is the library's

    def say(self, body: bytes, status: int = 200, location: str = "") -> None:
        """Answer."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Location": location}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # all are asked at once; a full queue drops connections on a busy machine


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The address of the server that plays them all."""
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def add(url: str, replay: str) -> tuple[str, float, float]:
    """Add what stands behind an address: the board, and the seconds and processor seconds that it took."""
    with tempfile.TemporaryDirectory(prefix="rolewire-bench-") as folder:
        environment = harmless(os.environ) | {"ROLEWIRE_NETWORK__REPLAY": replay, "PYTHONPATH": str(Path.cwd())}
        begun, before = time.monotonic(), os.times()
        command = [sys.executable, "-m", "cli", "boards", "add", url, "--yes", "--format", "json"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        seconds, after = time.monotonic() - begun, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    found = json.loads(done.stdout)[0].get("name", "") if done.stdout.startswith("[") else ""
    return found if done.returncode == 0 else done.stderr.strip(), seconds, used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    is_bad = False
    print("seconds  of processor  found")
    with served() as replay:
        for url, board in ADDRESSES.items():
            found, seconds, used = add(url, replay)
            print(f"{seconds:7.2f} {used:13.2f}  {url} -> {found}", flush=True)
            is_bad = is_bad or found != board or seconds > MOST
    sys.exit(options.check and is_bad)


if __name__ == "__main__":
    main()
