"""What goes out, when, and what happens when it does not."""

import asyncio
from datetime import timedelta

import pytest

from alerts import ledger, searches
from alerts.channels import ChannelError
from alerts.mutes import mute_posting
from alerts.outbox import deliver_due
from database import transaction
from models import Address, Message, Notice
from settings import OperatorSettings


async def test_instant_matches_gather_and_go_out_on_telegram(world, api):
    ada = world.person(telegram="7")
    world.search(ada, name="engineers")
    world.open(count=3)
    world.dispatch()
    assert (await world.deliver()).sent == 0  # they wait half a minute for company
    assert (await world.deliver(seconds=31)).sent == 1
    [text] = api.sent_to(7)
    assert text.startswith("3 new – engineers")
    assert "Why: engineers – title has “engineer”" in text
    assert {row["state"] for row in world.deliveries()} == {"sent"}
    assert (await world.deliver(seconds=60)).sent == 0


async def test_an_e_mail_carries_one_click_unsubscribe(world, mail):
    ada = world.person(email="ada@example.org")
    world.search(ada)
    world.open()
    world.dispatch()
    await world.deliver(seconds=31)
    [arrived] = mail.arrived
    assert arrived.message["Subject"] == "ML Engineer at Acme"
    assert arrived.message["List-Unsubscribe"].startswith("<https://jobs.example.org/unsubscribe/")
    assert arrived.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for words in ("Paris, FR", "https://jobs.example.org/postings/p1", "https://boards.example.com/acme/1"):
        assert words in arrived.part("plain")
        assert words in arrived.part("html")


async def test_each_channel_is_served_on_its_own(world, api, mail):
    ada = world.person(telegram="7", email="ada@example.org")
    world.search(ada, name="a", channels=["telegram"])
    world.search(ada, name="b", channels=["email"])
    world.open()
    world.dispatch()
    assert (await world.deliver(seconds=31)).sent == 2
    assert (len(api.accepted), len(mail.arrived)) == (1, 1)


async def test_weekly_searches_share_a_mail_that_says_what_went_out_at_once(world, mail):
    ada = world.person(email="ada@example.org")
    world.search(ada, "role:ml-engineer", name="all", cadence="weekly")
    world.search(ada, "title:senior", name="senior", cadence="weekly", events=["closed"])
    world.search(ada, "title:staff", name="staff")
    world.open("Staff ML Engineer")
    _, closing = world.open("ML Engineer")[0], world.open("Senior ML Engineer")[0]
    await world.deliver(seconds=0)
    await world.deliver(seconds=31)
    world.happen(closing, "closed")
    world.dispatch()
    assert (await world.deliver(days=4, hours=19, minutes=58)).sent == 0
    assert (await world.deliver(minutes=2)).sent == 1
    at_once, weekly = mail.arrived
    assert at_once.message["Subject"] == "Staff ML Engineer at Acme"
    assert weekly.message["Subject"] == "1 new, 1 closed – all, senior"  # what closed meanwhile is not told as new
    _, _, already = weekly.part("plain").partition("Already sent to you at once:")
    assert "Staff ML Engineer" in already
    assert (await world.deliver(days=7)).sent == 0  # nothing new: no empty mail


async def test_what_is_muted_is_not_told_again_as_sent_already(world, mail):
    ada = world.person(email="ada@example.org")
    world.search(ada, cadence="weekly")
    world.search(ada, "title:staff")
    (muted,) = world.open("Staff Engineer")
    world.open("ML Engineer")
    await world.deliver(seconds=0)
    await world.deliver(seconds=31)
    with transaction(world.engine) as connection:
        mute_posting(connection, ada, muted, world.now)
    await world.deliver(days=5)
    assert [one.message["Subject"] for one in mail.arrived] == ["Staff Engineer at Acme", "1 new – title:engineer"]
    assert "Staff Engineer" not in mail.arrived[1].part("plain")


async def test_a_digest_goes_out_late_rather_than_never_and_once(world, mail):
    ada = world.person(email="ada@example.org")
    world.search(ada, cadence="weekly")
    world.open()
    world.dispatch()
    assert (await world.deliver(days=8)).sent == 1
    assert (await world.deliver(hours=1)).sent == 0
    assert len(mail.arrived) == 1


async def test_moving_to_another_time_zone_brings_no_second_digest_of_the_week(world, mail):
    ada = world.person(email="ada@example.org")
    world.search(ada, cadence="weekly")
    world.open()
    world.dispatch()
    await world.deliver(days=4, hours=20)  # Monday 08:00 UTC
    with transaction(world.engine) as connection:
        table = searches.SUBSCRIBER
        connection.execute(table.update().where(table.c.id == ada).values(timezone="America/Los_Angeles"))
    world.open()
    world.dispatch()
    assert (await world.deliver(hours=9)).sent == 0  # Monday 08:00 in Los Angeles
    assert (await world.deliver(days=7)).sent == 1
    assert len(mail.arrived) == 2


async def test_what_is_open_already_is_one_message_with_the_rest_counted(world, api):
    ada = world.person(telegram="7")
    world.open(count=30)
    world.search(ada, name="engineers")
    assert (await world.deliver(minutes=11)).sent == 1
    [text] = api.sent_to(7)
    assert text.startswith("30 postings open now – engineers")
    assert "… and 10 more" in text
    assert world.messages()[0]["cadence"] == "baseline"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_storm_is_one_message_a_channel(world, api, mail):
    ada = world.person(telegram="7", email="ada@example.org")
    world.search(ada, name="t", channels=["telegram"])
    world.search(ada, name="m", channels=["email"])
    world.open(count=5000)
    assert (await world.deliver()).sent == 0
    assert (await world.deliver(seconds=31)).sent == 2
    assert (await world.deliver(minutes=5)).sent == 0
    assert (len(api.accepted), len(mail.arrived)) == (1, 1)
    assert "5,000 new" in api.sent_to(7)[0]
    assert "and 4,980 more" in mail.arrived[0].part("plain")
    assert {row["state"] for row in world.deliveries()} == {"sent"}
    assert len(world.deliveries()) == 10_000


async def test_a_trickle_that_does_not_end_is_bundled(world, api):
    ada = world.person(telegram="7")
    world.search(ada)
    for _ in range(15):
        world.open()
        await world.deliver(seconds=0)
        await world.deliver(seconds=60)
    assert len(api.accepted) == 12
    await world.deliver(hours=1)
    assert len(api.accepted) == 13
    assert {row["state"] for row in world.deliveries()} == {"sent"}


async def test_mail_server_down_for_a_day_ends_in_few_messages(world, mail):
    ada = world.person(email="ada@example.org")
    world.search(ada)
    mail.faults.recipients["ada@example.org"] = "451 try later"
    for _ in range(8):
        world.open()
        await world.deliver()
        await world.deliver(hours=3)
    assert mail.arrived == []
    mail.faults.recipients.clear()
    for _ in range(3):
        await world.deliver(hours=1)
    assert len(mail.arrived) == 2
    assert {row["state"] for row in world.deliveries()} == {"sent"}


async def test_a_blocked_bot_is_told_elsewhere_and_other_channels_go_on(world, api, mail):
    world.settings.operator = OperatorSettings(addresses=["email:op@example.org"])
    ada = world.person(telegram="7", email="ada@example.org")
    world.search(ada, name="t", channels=["telegram"])
    world.search(ada, name="w", channels=["telegram"], cadence="weekly", query="company:acme")
    world.search(ada, name="m", channels=["email"])
    api.chats.blocked.add(7)
    world.open()
    await world.deliver()
    report = await world.deliver(seconds=31)
    assert (report.sent, report.failed) == (1, 1)
    await world.deliver(seconds=5)
    await world.deliver(seconds=5)
    subjects = {arrived.recipients[0]: arrived.message["Subject"] for arrived in mail.arrived}
    assert subjects["ada@example.org"] == "rolewire: We cannot reach you by telegram any more."
    assert "telegram of Ada was disabled" in subjects["op@example.org"]
    address = next(row for row in world.rows(Address) if row["channel"] == "telegram")
    assert (address["state"], "blocked by the user" in address["reason"]) == ("disabled", True)
    lost = [row for row in world.deliveries() if row["channel"] == "telegram"]
    assert [row["state"] for row in lost] == ["failed"]
    assert "blocked" in lost[0]["error"]


async def test_what_comes_for_a_disabled_address_is_visible_as_failed(world, api):
    ada = world.person(telegram="7")
    world.search(ada)
    api.chats.blocked.add(7)
    for _ in range(2):
        world.open()
        await world.deliver()
        await world.deliver(seconds=31)
    assert [row["state"] for row in world.deliveries()] == ["failed", "failed"]
    assert "disabled" in world.deliveries()[1]["error"]
    assert api.accepted == []


async def test_a_revoked_token_disables_nobody_and_pauses_the_channel(world, api):
    world.settings.operator = OperatorSettings(addresses=["email:op@example.org"])
    people = [world.person(f"P{number}", telegram=str(number)) for number in range(10, 13)]
    api.chats.known.update(range(10, 13))
    for person in people:
        world.search(person)
    world.open()
    token, api.token = api.token, "123456789:another-token-altogether-0000000"
    await world.deliver()
    await world.deliver(seconds=31)
    asked = len(api.calls)
    await world.deliver(seconds=10)
    assert len(api.calls) == asked  # paused: nothing was tried
    for wait in (6, 31):
        await world.deliver(seconds=wait)
        asked += 1
        assert len(api.calls) == asked  # at the end of each pause one message is
    await world.deliver(seconds=31)
    assert len(api.calls) == asked  # they grow
    assert {row["state"] for row in world.rows(Address) if row["channel"] == "telegram"} == {"active"}
    assert token not in str(world.rows(Message)) + str(world.rows(Notice))
    api.token = token
    await world.deliver(minutes=6)
    assert [len(api.sent_to(number)) for number in range(10, 13)] == [1, 1, 1]
    assert world.rows(Notice)[0]["cleared_at"] is not None


async def test_a_chat_that_moved_gets_its_message_once(world, api):
    ada = world.person(telegram="-5")
    world.search(ada)
    api.chats.migrated[-5] = -1005
    api.chats.known.add(-1005)
    world.open()
    await world.deliver()
    await world.deliver(seconds=31)
    assert len(api.sent_to(-1005)) == 1
    assert world.rows(Address)[0]["address"] == "-1005"


async def test_too_many_requests_holds_one_chat_and_not_the_others(world, api):
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    api.chats.known.add(8)
    api.faults.statuses, api.faults.retry_after = [429], 100
    world.search(ada)
    world.search(bob)
    world.open()
    await world.deliver()
    assert (await world.deliver(seconds=31)).sent == 1
    assert (await world.deliver(seconds=60)).sent == 0
    assert (await world.deliver(seconds=60)).sent == 1
    assert len(api.accepted) == 2


@pytest.mark.parametrize("channel", ["telegram", "email"])
async def test_a_lost_reply_is_repeated_and_marked(world, api, mail, channel):
    ada = world.person(telegram="7", email="ada@example.org")
    world.search(ada, channels=[channel])
    api.faults.lose_replies = mail.faults.drop_after_data = 1
    world.open()
    await world.deliver()
    report = await world.deliver(seconds=31)
    assert (report.sent, report.uncertain) == (0, 1)
    assert [row["state"] for row in world.deliveries()] == ["uncertain"]
    report = await world.deliver(minutes=2)
    assert (report.sent, report.repeats) == (1, 1)
    first, second = api.sent_to(7) if channel == "telegram" else [one.part("plain") for one in mail.arrived]
    assert "This may be a repeat" in second
    assert "This may be a repeat" not in first
    if channel == "email":
        assert mail.arrived[0].message["Message-ID"] == mail.arrived[1].message["Message-ID"]


async def test_a_lease_that_ended_before_sending_is_retried_without_a_mark(world, api):
    ada = world.person(telegram="7")
    world.search(ada)
    world.open()
    world.dispatch()
    await deliver_due(world.engine, {}, world.settings, world.now + timedelta(seconds=31))  # bundles, sends nothing
    world.pass_time(seconds=31)
    with transaction(world.engine) as connection:
        [claim], _ = ledger.claim(connection, "telegram", world.settings.alerts, world.now, 5)
    assert (await world.deliver()).sent == 0  # the dead worker's lease still holds
    report = await world.deliver(minutes=3)
    assert (report.sent, report.repeats) == (1, 0)
    with transaction(world.engine) as connection:  # the worker was not dead but asleep
        assert not ledger.begin(connection, {claim.id: (claim, 1)}, world.settings.alerts, world.now)
        assert not ledger.sent(connection, [(claim, "1")], world.now)
        assert ledger.failed(connection, claim, ChannelError("x"), world.settings.alerts, world.now) is None
    assert world.states() == ["sent"]


async def test_a_late_worker_cannot_record_over_the_one_that_took_over(world, api):
    ada = world.person(telegram="7")
    world.search(ada)
    world.open()
    world.dispatch()
    await deliver_due(world.engine, {}, world.settings, world.now + timedelta(seconds=31))
    world.pass_time(seconds=31)
    with transaction(world.engine) as connection:
        [claim], _ = ledger.claim(connection, "telegram", world.settings.alerts, world.now, 5)
        assert ledger.begin(connection, {claim.id: (claim, 1)}, world.settings.alerts, world.now)
    report = await world.deliver(minutes=3)
    assert (report.sent, report.repeats) == (1, 1)
    with transaction(world.engine) as connection:
        assert ledger.failed(connection, claim, ChannelError("late"), world.settings.alerts, world.now) is None
    assert world.states() == ["sent"]


async def test_two_outboxes_at_once_send_everything_once(world, api):
    for number in range(100, 140):
        api.chats.known.add(number)
        world.search(world.person(f"P{number}", telegram=str(number)), looked=False)
    world.dispatch()
    world.open()
    world.dispatch()
    later = world.now + timedelta(seconds=31)
    reports = await asyncio.gather(
        *(deliver_due(world.engine, world.channels, world.settings, later) for _ in range(3))
    )
    assert sum(report.sent for report in reports) == 40
    assert sorted(message["chat"]["id"] for message in api.accepted) == list(range(100, 140))


async def test_an_unsubscribe_between_claim_and_sending_is_obeyed(world, api):
    ada = world.person(telegram="7")
    row = world.search(ada)
    world.open()
    world.dispatch()
    await deliver_due(world.engine, {}, world.settings, world.now + timedelta(seconds=31))
    for what in (row["public_id"], None):
        world.pass_time(minutes=5)
        with transaction(world.engine) as connection:
            claims, _ = ledger.claim(connection, "telegram", world.settings.alerts, world.now, 5)
            searches.stop(connection, ada, what, world.now)
        for claim in claims:
            with transaction(world.engine) as connection:
                assert not ledger.begin(connection, {claim.id: (claim, 1)}, world.settings.alerts, world.now)
    assert (await world.deliver(minutes=5)).sent == 0
    assert world.states() == ["cancelled"]
    assert api.accepted == []


async def test_a_claim_waits_for_an_unsubscribe_that_is_under_way(world, api):
    ada = world.person(telegram="7")
    world.search(ada)
    world.open()
    world.dispatch()
    await deliver_due(world.engine, {}, world.settings, world.now + timedelta(seconds=31))
    world.pass_time(seconds=31)
    with transaction(world.engine) as connection:
        searches.stop(connection, ada, None, world.now)  # not committed yet
        passing = asyncio.create_task(deliver_due(world.engine, world.channels, world.settings, world.now))
        await asyncio.sleep(0.5)
        assert not passing.done()
    assert (await passing).sent == 0
    assert api.accepted == []


async def test_messages_that_wait_are_cancelled_when_everything_is_stopped(world, api):
    ada = world.person(telegram="7")
    world.search(ada)
    world.open()
    world.dispatch()
    with transaction(world.engine) as connection:
        searches.stop(connection, ada, None, world.now)
    assert (await world.deliver(minutes=5)).sent == 0
    assert [row["state"] for row in world.deliveries()] == ["cancelled"]


async def test_a_message_is_given_up_visibly_after_two_days(world, mail):
    world.settings.operator = OperatorSettings(addresses=["telegram:7"])
    ada = world.person(email="ada@example.org")
    world.search(ada)
    mail.faults.recipients["ada@example.org"] = "451 try later"
    world.open()
    await world.deliver()
    for _ in range(12):
        await world.deliver(hours=4)
        assert world.states()[0] != "failed"
    await world.deliver(hours=4)
    [delivery] = world.deliveries()
    assert (delivery["state"], "451" in delivery["error"] or "try later" in delivery["error"]) == ("failed", True)
    assert any("given up" in row["text"] for row in world.rows(Notice))


async def test_trouble_is_told_to_the_operator_once_and_when_it_is_over(world, api):
    from alerts.notices import clear_notice, raise_notice

    world.settings.operator = OperatorSettings(addresses=["telegram:7"])
    for _ in range(3):
        with transaction(world.engine) as connection:
            raise_notice(connection, "board:greenhouse/acme", "greenhouse/acme is suspect", world.now)
        await world.deliver(minutes=1)
    with transaction(world.engine) as connection:
        clear_notice(connection, "board:greenhouse/acme", world.now)
    await world.deliver(minutes=1)
    await world.deliver(minutes=1)
    assert api.sent_to(7) == ["greenhouse/acme is suspect", "Over: greenhouse/acme is suspect"]


async def test_messages_for_a_channel_that_is_off_are_not_forgotten(world, api):
    ada = world.person(email="ada@example.org")
    world.search(ada)
    world.open()
    del world.channels["email"]
    await world.deliver()
    await world.deliver(minutes=1)
    assert world.states() == ["pending"]
    assert "not configured" in world.rows(Notice)[0]["text"]


def test_waits_double_up_to_an_hour():
    for attempts, longest in ((1, 30), (2, 60), (5, 480), (8, 3600), (1000, 3600)):
        assert longest * 0.8 <= ledger.backoff(attempts) <= longest
