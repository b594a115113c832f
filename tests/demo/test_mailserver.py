"""The local mail server keeps what arrives, and misbehaves as told."""

import smtplib

import pytest

from demo.mailserver import MailServer

MAIL = "Subject: Hello\r\nTo: ada@example.org\r\n\r\nText\r\n"


def send(server: MailServer, login: tuple[str, str] | None = None) -> None:
    with smtplib.SMTP(server.host, server.port, timeout=10) as client:
        if login:
            client.login(*login)
        client.sendmail("a@example.org", ["ada@example.org"], MAIL)


def test_it_keeps_messages_in_memory_and_as_files(tmp_path):
    with MailServer(folder=tmp_path / "mail") as server:
        send(server)
    assert server.arrived[0].message["Subject"] == "Hello"
    assert server.arrived[0].part("plain").strip() == "Text"
    assert (tmp_path / "mail" / "0001.eml").read_bytes() == server.arrived[0].raw


def test_scripted_refusals():
    with MailServer() as server:
        server.faults.recipients["ada@example.org"] = "550 no such user"
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(server)
        server.faults.recipients.clear()
        server.faults.data = ["451 later"]
        with pytest.raises(smtplib.SMTPDataError):
            send(server)
        assert server.arrived == []


def test_a_dropped_reply_keeps_the_message():
    with MailServer() as server:
        server.faults.drop_after_data = 1
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(server)
        assert len(server.arrived) == 1


def test_it_insists_on_the_login_it_was_given():
    with MailServer(login=("ada", "right")) as server:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            send(server, ("ada", "wrong"))
        send(server, ("ada", "right"))
    assert len(server.arrived) == 1
