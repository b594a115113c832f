"""The road to the network: the guard against private addresses, Retry-After, pace, replay."""

import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.address import IPv4Address, IPv6Address

from egress import is_public, literal
from models import BoardTask
from spiders.base.errors import BoardFailure
from spiders.base.guard import GuardedResolver, check_url
from spiders.base.network import replayed
from spiders.base.patience import LONGEST, read_retry_after
from spiders.base.redirects import is_same_site

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
PRIVATE = [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.0.8", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "::127.0.0.1",
    "2001::1", "ff02::1", "not an address", "",
]  # fmt: skip
SPELLINGS = [
    "http://127.1/", "http://0x7f.1/", "http://2130706433/", "http://0177.0.0.1/", "http://127.0.0.1./",
    "http://[::1]/", "http://[::ffff:7f00:1]/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/",
    "http://metadata.google.internal/", "http://printer.local/", "http://0/", "http://[64:ff9b::127.0.0.1]/",
    "http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:80/", "http://user@127.0.0.1/",
    "file:///etc/passwd", "ftp://example.org/", "data:text/plain,x", "s3://bucket/key", "gopher://example.org/",
    "http://", "http:///path", "https://example.org:99999/", "http://[::1", "http://user:word@example.org/",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:8.8.8.8"])
def test_public_addresses_are(address):
    assert is_public(address)


@given(st.ip_addresses(network="10.0.0.0/8"))
def test_no_disguise_makes_a_private_address_public(ip):
    for disguise in (f"::ffff:{ip}", f"64:ff9b::{ip}", str(ipaddress.IPv6Address((0x2002 << 112) | (int(ip) << 80)))):
        assert not is_public(disguise)


@given(st.ip_addresses(v=4))
def test_every_spelling_of_an_address_is_the_address(ip):
    a, b, rest = int(ip) >> 24, int(ip) >> 16 & 255, int(ip) & 0xFFFF
    for spelling in (str(int(ip)), hex(int(ip)), f"{a}.{b}.{rest}", f"0x{a:x}.0{b:o}.{rest}", f"{ip}."):
        assert literal(spelling) == str(ip)


@pytest.mark.parametrize("url", SPELLINGS)
def test_urls_that_lead_inside_or_nowhere_are_refused(url):
    with pytest.raises(BoardFailure) as refusal:
        check_url(url)
    assert refusal.value.verdict == "error"


@pytest.mark.parametrize("url", ["https://example.org/jobs", "http://93.184.216.34/", "https://a.b.example:8443/x?y"])
def test_urls_of_the_public_internet_pass(url):
    check_url(url)


class Receiver:
    """What Twisted hands to a resolver to be told the addresses."""

    def __init__(self):
        self.addresses = []
        self.is_complete = False

    def resolutionBegan(self, resolution):
        pass

    def addressResolved(self, address):
        self.addresses.append(address.host)

    def resolutionComplete(self):
        self.is_complete = True


class Names:
    """A name server that answers whatever it likes."""

    def __init__(self, *addresses):
        self.addresses = addresses

    def resolveHostName(self, receiver, name, port=0, types=None, semantics="TCP"):
        receiver.resolutionBegan(None)
        for address in self.addresses:
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()


def test_a_name_that_resolves_inside_leads_nowhere():
    receiver = Receiver()
    names = Names("127.0.0.1", "10.0.0.1", "::ffff:127.0.0.1", "93.184.216.34", "fe80::1")
    GuardedResolver(names).resolveHostName(receiver, "rebinding.example", 443)
    assert receiver.addresses == ["93.184.216.34"]
    assert receiver.is_complete


def test_a_task_or_host_that_makes_no_sense_costs_only_itself(crawl, web, answer):
    odd, lost = BoardTask(1, "lever", "odd"), BoardTask(2, "jsonld", "lost", url="https://nothing.invalid/jobs")
    odd.options = None
    crawled = crawl([odd, lost, BoardTask(3, "jsonld", "bad", url="jobs")], timeout=5)
    assert len(crawled.items) == 3
    assert crawled.end("lever/odd").verdict == "error"
    assert "nothing.invalid has no public address" in crawled.end("jsonld/lost").reason
    assert crawled.end("jsonld/bad").verdict == "error"


def test_a_name_of_this_machine_leads_nowhere(web, crawl):
    name, port = socket.gethostname(), web.server_address[1]
    asked = len(web.seen)
    crawled = crawl([BoardTask(1, "jsonld", "own", url=f"http://{name}:{port}/canary")], timeout=3)
    assert crawled.end("jsonld/own").verdict == "error"
    assert len(web.seen) == asked


def test_only_the_replay_server_is_let_through_by_name():
    resolver, receiver = GuardedResolver(Names("127.0.0.1")), Receiver()
    resolver.excepted.add("127.0.0.1")
    resolver.resolveHostName(receiver, "evil.example")
    assert receiver.addresses == []
    resolver.resolveHostName(receiver, "127.0.0.1")
    assert receiver.addresses == ["127.0.0.1"]


def test_no_crawl_reaches_a_server_on_this_machine(web, crawl):
    port = web.server_address[1]
    hosts = ["127.0.0.1", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "localhost", "127.0.0.1.", "[::1]", "0"]
    tasks = [BoardTask(n, "jsonld", f"b{n}", url=f"http://{host}:{port}/canary") for n, host in enumerate(hosts)]
    tasks += [BoardTask(90, "jsonld", "file", url="file:///etc/passwd"), BoardTask(91, "jsonld", "none")]
    tasks += [BoardTask(92, "recruitee", "own", url=f"http://127.0.0.1:{port}/")]
    crawled = crawl(tasks, timeout=3)
    assert len(crawled.items) == len(tasks)
    assert {crawled.end(task.name).verdict for task in tasks} == {"error"}
    assert [r for t in tasks if t.board != "none" and "refused" not in (r := crawled.end(t.name).reason)] == []
    assert web.seen == []


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0), ("17", 17), (" 17 ", 17), ("86401", LONGEST), ("9" * 400, LONGEST), ("-5", None), ("1.5", None),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300), ("Mon, 02 Mar 2020 10:00:00 GMT", 0),
        (format_datetime(NOW + timedelta(days=900), usegmt=True), LONGEST), ("soon", None), ("", None), ("²", None),
        ("Mon, 99 Mar 2026 10:00:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_in_both_forms(value, seconds):
    assert read_retry_after(value, NOW) == seconds


@given(st.text())
def test_retry_after_never_raises_and_stays_within_a_day(value):
    seconds = read_retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= LONGEST


def test_replay_keeps_host_path_and_query():
    assert replayed("https://a.example:8443/x%20y?q=1&r=", "http://127.0.0.1:9") == (
        "http://127.0.0.1:9/a.example:8443/x%20y?q=1&r="
    )
    assert replayed("https://a.example", "http://127.0.0.1:9") == "http://127.0.0.1:9/a.example/"


@pytest.mark.parametrize(
    ("url", "other", "same"),
    [
        ("https://a.example/", "https://a.example/x", True), ("https://a.example/", "https://www.a.example/", True),
        ("http://a.example/", "https://a.example/", True), ("https://a.example/", "http://a.example/", False),
        ("https://a.example/", "https://b.a.example/", False), ("https://a.example/", "https://a.example:8443/", False),
        ("https://a.example/", "https://a.example.evil.example/", False),
    ],
)  # fmt: skip
def test_what_counts_as_the_same_site(url, other, same):
    assert is_same_site(url, other) is same


def test_a_host_is_asked_one_at_a_time_with_a_pause(web, crawl, answer):
    host, boards = "boards-api.greenhouse.io", ["p1", "p2", "p3"]
    web.put(f"{host}/robots.txt", answer("User-agent: *\nAllow: /\n"))
    for board in boards:
        web.put(f"{host}/v1/boards/{board}/jobs", answer('{"jobs": [{"id": 1, "title": "t"}], "meta": {"total": 1}}'))
    web.put("api.lever.co/robots.txt", answer("User-agent: *\nCrawl-delay: 1\n"))
    for board in boards:
        web.put(f"api.lever.co/v0/postings/{board}", answer('[{"id": "a", "text": "t"}]'))
    tasks = [BoardTask(n, source, board) for source in ("greenhouse", "lever") for n, board in enumerate(boards)]
    crawled = crawl(tasks, replay=web.origin, pace_replay=True, delay=0.4)
    assert {crawled.end(task.name).verdict for task in tasks} == {"ok"}
    assert min(gaps(web.requests(f"{host}/v1"))) >= 0.4  # from the end of one to the beginning of the next
    assert min(gaps(web.requests("api.lever.co/v0"))) >= 1.0


def gaps(requests):
    times = [request.at for request in requests]
    return [later - earlier for earlier, later in pairwise(times)]


def test_a_host_that_asks_to_be_left_alone_is_left_alone(web, crawl, answer):
    host = "api.ashbyhq.com/posting-api/job-board"
    for board in ("h1", "h2", "h3"):
        web.put(f"{host}/{board}", answer("slow down", 429, {"Retry-After": "600"}))
    tasks = [BoardTask(n, "ashby", board) for n, board in enumerate(("h1", "h2", "h3"))]
    crawled = crawl(tasks, replay=web.origin, pace_replay=True, delay=0)
    assert {crawled.end(task.name).verdict for task in tasks} == {"blocked"}
    assert all(500 < crawled.end(task.name).retry_after <= 600 for task in tasks)
    assert len(web.requests(host)) == 1
