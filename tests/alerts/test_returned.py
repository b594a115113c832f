"""Mail that came back: a hard failure ends the address, a soft one delays it, and a forged report does nothing."""

import mailbox
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from alerts.channels import bounces, configured
from alerts.returned import read_returned
from database import secret_key, transaction
from models import Address, Message, Notice

KEY = b"k" * 32


def report(to: str, status: str = "5.1.1", action: str = "failed", header: str = "To") -> str:
    """A delivery report as mail servers write it (RFC 3464)."""
    return (
        f"From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered Mail Returned to Sender\n{header}: {to}\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nSorry.\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        f"Final-Recipient: rfc822; ada@example.org\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <ada@example.org>: user unknown\n\n--b--\n"
    )


@pytest.fixture(params=["mbox", "maildir"])
def box(request, tmp_path) -> mailbox.Mailbox:
    path = tmp_path / "returned"
    return mailbox.mbox(path) if request.param == "mbox" else mailbox.Maildir(path)


def put(box, *messages: str) -> Path:
    box.lock()
    for message in messages:
        box.add(message.encode())
    box.close()
    return Path(box._path)


def test_reports_are_read_and_taken_out_and_other_mail_stays(box):
    to = bounces.return_path("bounces@example.org", bounces.token(KEY, 7))
    forged = bounces.return_path("bounces@example.org", bounces.token(b"other", 7))
    path = put(box, report(to), report(forged), "To: bounces@example.org\nSubject: hello\n\nHi.\n",
               f"To: {to}\nSubject: On holiday\nAuto-Submitted: auto-replied\n\nBack on Monday.\n",
               report(to, "4.2.2"), report("x", header="Nothing"))  # fmt: skip
    found = list(bounces.read(path, KEY))
    assert {one and (one.address_id, str(one.outcome)) for one in found} == {(7, "address"), None, (7, "later")}
    assert all("550 5.1.1 <ada@example.org>: user unknown" in one.reason for one in found if one)
    assert list(bounces.read(path, KEY)) == []
    assert len(type(box)(path)) == 3


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_the_return_path_is_found_where_servers_write_it(box, header):
    to = bounces.return_path("bounces@example.org", bounces.token(KEY, 12))
    path = put(box, report(f"<{to}>", header=header))
    assert [one.address_id for one in bounces.read(path, KEY)] == [12]


@pytest.mark.parametrize(
    ("status", "action", "outcome"),
    [
        ("5.1.1", "failed", "address"), ("5.2.1 (mailbox disabled)", "failed", "address"),
        ("5.2.2", "failed", "later"), ("5.7.1", "failed", "later"), ("", "failed", "later"),
        ("4.4.1", "delayed", None), ("2.0.0", "delivered", None),
    ],
)  # fmt: skip
def test_only_what_means_the_address_ends_it(box, status, action, outcome):
    path = put(box, report(bounces.return_path("b@example.org", bounces.token(KEY, 1)), status, action))
    assert [one and str(one.outcome) for one in bounces.read(path, KEY)] == [outcome]


def test_what_is_not_recorded_stays(box):
    to = bounces.return_path("bounces@example.org", bounces.token(KEY, 7))
    path = put(box, report(to))
    reading = bounces.read(path, KEY)
    next(reading)
    reading.close()  # as where the database refuses
    assert len(list(bounces.read(path, KEY))) == 1


def test_hostile_mail_harms_nothing(box):
    to = bounces.return_path("bounces@example.org", bounces.token(KEY, 7))
    broken = (
        f"To: {to}\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\0\xff"
    )
    path = put(box, broken, f"To: {'+b1-' * 50_000}@example.org\n\nx\n", report(to) + "x" * 2_000_000, "", "\n" * 1000)
    assert list(bounces.read(path, KEY)) == [None]


@pytest.mark.parametrize("status", ["5.1.1", "4.2.2"])
async def test_the_daemon_draws_the_consequences(world, mail, tmp_path, status):
    world.settings.channels["email"] |= {"bounces": "back@example.org",
                            "bounce_mailbox": str(tmp_path / "back")}  # fmt: skip
    world.channels = configured(world.settings)
    ada = world.person(email="ada@example.org")
    world.search(ada)
    world.open()
    world.dispatch()
    await world.deliver(minutes=1)
    to = mail.arrived[0].sender
    assert to.startswith("back+b")
    put(mailbox.mbox(tmp_path / "back"), report(to, status))
    done = read_returned(world.engine, world.settings, world.now)
    row = world.rows(Address)[0]
    is_hard = status == "5.1.1"
    assert dict(done) == {"disabled" if is_hard else "delayed": 1}
    assert (row["state"], "user unknown" in row["reason"]) == ("disabled" if is_hard else "active", True)
    assert read_returned(world.engine, world.settings, world.now) == {}
    world.open()
    world.dispatch()
    await world.deliver(minutes=1)
    assert len(mail.arrived) == (1 if is_hard else 2)


def test_a_full_mailbox_delays_what_waits(world, tmp_path):
    world.settings.channels["email"] |= {"bounces": "back@x.org",
                            "bounce_mailbox": str(tmp_path / "back")}  # fmt: skip
    ada = world.person(email="ada@example.org")
    with transaction(world.engine) as connection:
        key = secret_key(connection)
        address = world.rows(Address)[0]
        row = {"key": "m", "subscriber_id": ada, "address_id": address["id"], "channel": "email", "cadence": "notice",
               "state": "pending", "created_at": world.now, "next_at": world.now, "attempts": 0, "lease": "",
               "is_possible_repeat": False, "provider_id": "", "error": "", "text": "x"}  # fmt: skip
        connection.execute(Message.__table__.insert().values(row))
    put(
        mailbox.mbox(tmp_path / "back"),
        report(bounces.return_path("back@x.org", bounces.token(key, address["id"])), "5.2.2"),
    )
    assert read_returned(world.engine, world.settings, world.now) == {"delayed": 1}
    assert world.messages()[0]["next_at"] == world.now + timedelta(hours=6)


def test_a_mailbox_that_is_not_there_is_told_to_the_operator(world, tmp_path):
    world.settings.channels["email"] |= {"bounces": "back@x.org",
                            "bounce_mailbox": str(tmp_path / "missing")}  # fmt: skip
    assert read_returned(world.engine, world.settings, world.now) == {}
    assert ["email.bounce_mailbox" in row["text"] for row in world.rows(Notice)] == [True]
    (tmp_path / "missing").write_bytes(EmailMessage().as_bytes())
    read_returned(world.engine, world.settings, world.now)
    assert [row["cleared_at"] is not None for row in world.rows(Notice)] == [True]
