"""The e-mail channel against a real SMTP server."""

import pytest

from alerts.channels import ChannelError, ChannelSetupError, Outcome, configured
from alerts.outgoing import Outgoing
from demo.mailserver import MailServer
from settings import Settings
from tests.tools.certificate import self_signed, tls_of

LONG_URL = "https://jobs.example.org/unsubscribe/" + "a1B2c3" * 44


def settings_for(server: MailServer, **values) -> Settings:
    given = {"host": server.host, "port": server.port, "security": "none"} | values
    return Settings(channels={"email": given})


def message(to="ada@example.org", **values) -> Outgoing:
    return Outgoing(key="weekly-1", to=to, subject="7 new – März", text="Grüße", **values)


async def send(settings: Settings, outgoing: Outgoing) -> str:
    return await configured(settings)["email"].send(outgoing)


async def refusal(settings: Settings, outgoing: Outgoing) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        await send(settings, outgoing)
    return caught.value


async def test_a_message_arrives_in_two_parts():
    with MailServer() as server:
        provider_id = await send(settings_for(server), message(form="<p>Grüße</p>"))
    arrived = server.arrived[0]
    assert arrived.message["Subject"] == "7 new – März"
    assert arrived.part("plain").strip() == "Grüße"
    assert arrived.part("html").strip() == "<p>Grüße</p>"
    assert arrived.message["Message-ID"] == provider_id


async def test_list_unsubscribe_arrives_unbroken():
    assert len(LONG_URL) > 300
    with MailServer() as server:
        await send(settings_for(server), message(unsubscribe_url=LONG_URL))
    head = server.arrived[0].raw.split(b"\r\n\r\n")[0]
    assert f"\r\nList-Unsubscribe: <{LONG_URL}>\r\n".encode() in head + b"\r\n"
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" in head


@pytest.mark.parametrize("is_list", [True, False])
async def test_alerts_have_a_list_id_and_notices_none(is_list):
    with MailServer() as server:
        await send(settings_for(server), message(is_list=is_list))
    found = server.arrived[0].message["List-Id"]
    assert found == "rolewire alerts <rolewire.example.org>" if is_list else found is None


async def test_a_repeat_has_the_same_message_id():
    with MailServer() as server:
        ids = {await send(settings_for(server), message()) for _ in range(2)}
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("450 greylisted", Outcome.LATER), ("554 5.7.1 relaying denied", Outcome.LATER),
        ("550 5.1.1 no such user", Outcome.ADDRESS), ("550 5.2.1 mailbox disabled", Outcome.ADDRESS),
        ("452 4.2.2 mailbox full", Outcome.LATER), ("552 mailbox full", Outcome.LATER),
        ("552 5.2.2 over quota", Outcome.LATER), ("550 5.2.2 over quota", Outcome.LATER),
        ("550 rejected", Outcome.REFUSED),
    ],
)  # fmt: skip
async def test_a_refused_recipient(reply, outcome):
    with MailServer() as server:
        server.faults.recipients["ada@example.org"] = reply
        error = await refusal(settings_for(server), message())
    assert error.outcome == outcome
    assert reply[4:] in str(error)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("451 later", Outcome.LATER), ("554 5.7.0 looks like spam", Outcome.LATER),
        ("550 5.1.1 no such user", Outcome.ADDRESS), ("552 5.2.2 mailbox full", Outcome.LATER),
    ],
)  # fmt: skip
async def test_refused_data(reply, outcome):
    with MailServer() as server:
        server.faults.data = [reply]
        error = await refusal(settings_for(server), message())
    assert error.outcome == outcome


async def test_a_connection_lost_after_data_is_uncertain():
    with MailServer() as server:
        server.faults.drop_after_data = 1
        error = await refusal(settings_for(server), message())
        assert len(server.arrived) == 1
    assert error.outcome == Outcome.UNCERTAIN


async def test_a_connection_serves_many_messages_and_one_that_was_cut_is_made_anew():
    with MailServer() as server:
        channel = configured(settings_for(server))["email"]
        for number in range(3):
            await channel.send(message(to=f"p{number}@example.org"))
        assert (len(server.arrived), server.connections) == (3, 1)
        server.faults.drop_after_data = 1
        with pytest.raises(ChannelError) as caught:
            await channel.send(message())
        assert caught.value.outcome == Outcome.UNCERTAIN
        await channel.send(message())
        server.cut()
        await channel.send(message())
        assert (len(server.arrived), server.connections) == (6, 3)
        await channel.close()


async def test_a_refused_recipient_spoils_nothing_for_the_next():
    with MailServer() as server:
        server.faults.recipients["ada@example.org"] = "550 5.1.1 no such user"
        channel = configured(settings_for(server))["email"]
        await channel.send(message(to="bob@example.org"))
        with pytest.raises(ChannelError):
            await channel.send(message())
        await channel.send(message(to="bob@example.org"))
        assert [one.recipients for one in server.arrived] == [["bob@example.org"]] * 2
        await channel.close()


async def test_no_server_is_the_channels_trouble():
    error = await refusal(Settings(channels={"email": {"host": "127.0.0.1", "port": 9, "security": "none"}}), message())
    assert error.outcome == Outcome.CHANNEL


async def test_a_header_cannot_be_smuggled_in():
    with MailServer() as server, pytest.raises(ValueError):
        await send(settings_for(server), Outgoing(key="k", to="a@example.org", subject="x\r\nBcc: b@x.org", text=""))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return self_signed(tmp_path_factory.mktemp("tls"))


async def test_starttls_and_login(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with MailServer(tls=tls_of(certificate), login=("ada", "secret-word")) as server:
        given = {"security": "starttls", "username": "ada"}
        await send(settings_for(server, password="secret-word", **given), message())
        error = await refusal(settings_for(server, password="wrong-word", **given), message())
    assert len(server.arrived) == 1
    assert error.outcome == Outcome.CHANNEL
    assert "wrong-word" not in str(error)


async def test_an_untrusted_certificate_is_refused(certificate):
    with MailServer(tls=tls_of(certificate)) as server:
        error = await refusal(settings_for(server, security="starttls"), message())
    assert "certificate" in str(error).lower()
    assert error.outcome == Outcome.CHANNEL
    assert server.arrived == []


async def test_a_server_without_starttls_gets_nothing():
    with MailServer() as server:
        error = await refusal(settings_for(server, security="starttls"), message())
    assert error.outcome == Outcome.CHANNEL
    assert "email.security" in str(error)
    assert server.arrived == []


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"sender": "nobody"}, "email.sender"),
        ({"sender": "rolewire <alerts@example.org>"}, "email.sender"),
        ({"username": "ada"}, "email.password"),
        ({"password": "x"}, "email.username"),
        ({"security": "none"}, "email.security"),
    ],
)
def test_a_half_configured_channel_is_an_error_at_start(values, key):
    email = {"host": "mail.example.net", "sender": "a@example.net"} | values
    with pytest.raises(ChannelSetupError, match=key):
        configured(Settings(channels={"email": email}))


def test_channels_that_are_off_are_absent():
    assert configured(Settings()) == {}
