"""The buttons below messages: what they say, to whom, and what pressing them does."""

import pytest

from alerts import buttons, saving, wishes
from alerts.channels import keyboard
from alerts.desk import How
from alerts.guide import STEPS, query_of
from alerts.introducing import COMMANDS
from alerts.outgoing import Button
from alerts.render import Page, ShownRow
from alerts.replies import HELP, REPLIES
from models import KeptPosting, Mute, SavedSearch
from search import parse_saved

KEY = b"k" * 32


@pytest.fixture
def database_url(copied):
    """One engine: what differs between them is tried where people are looked after."""
    return copied("sqlite", "migrated")


# --- what a button says --------------------------------------------------------------------------------------------


def test_only_what_was_signed_for_the_chat_is_read():
    data = buttons.sign(KEY, "42", "n:Ab3:level")
    assert buttons.read(KEY, "42", data) == ["n", "Ab3", "level"]
    for chat, said in (
        ("43", data),
        ("42", data[:-1]),
        ("42", data + "x"),
        ("42", ""),
        ("42", "n:Ab3"),
        ("42", "1é" + data),
    ):
        assert buttons.read(KEY, chat, said) == []
    assert buttons.read(b"other" * 8, "42", data) == []
    with pytest.raises(ValueError, match="too much"):
        buttons.sign(KEY, "42", "x" * 60)


def test_an_alert_of_one_posting_has_all_there_is_to_do_and_of_several_their_numbers():
    one = ShownRow("ML Engineer", id="p1", page_url="https://jobs.example.org/postings/p1")
    rows = [ShownRow(f"Job {at}", id=f"p{at}") for at in range(1, 8)]
    labels = [[button.label for button in row] for row in keyboard.of_page(Page("1 new", [one]))]
    assert labels == [["Open", "Why?"], ["Save", "Snooze…"], ["Not for me…", "Mute employer"]]
    numbers = keyboard.of_page(Page("7 new", rows))
    assert [[(button.label, button.press) for button in row] for row in numbers][1] == [("6", "m:p6"), ("7", "m:p7")]
    assert keyboard.of_page(Page("7 new", rows, to="@jobs")) == ()
    assert keyboard.of_page(Page("Trouble", notice="A board fails.")) == ()
    local = keyboard.of_posting("p1", "http://localhost:8000/postings/p1")
    assert local[0] == (Button("Why?", "w:p1"),)  # Telegram would refuse the whole message for such a button


# --- one posting ---------------------------------------------------------------------------------------------------


async def test_a_posting_is_saved_and_the_list_tells_how_it_is_now(world, phone, told):
    (key,) = await told()
    assert phone.press("Save") == "Saved. /saved lists what you keep."
    assert "Saved ✓" in phone.labels()
    phone.say("s:p1")  # pressed twice
    world.happen(key, "closed")
    assert phone.write("saved") == "1. ML Engineer – Acme (closed on 18 Nov 2026)"
    assert phone.press("1").startswith("ML Engineer – Acme (closed")
    phone.press("Saved")
    assert world.rows(KeptPosting) == []
    assert phone.write("saved").startswith("You have saved no postings yet")


async def test_a_number_leads_to_its_posting_and_back(world, phone, told):
    await told(3)
    phone.press("2")
    assert phone.labels()[0] == "Open ML Engineer"
    assert phone.labels()[-1] == "« All postings"
    assert "matches title:engineer" in phone.press("Why?")
    phone.say("m:p2")
    shown = phone.press("« All")
    assert phone.labels() == ["1", "2", "3"]
    assert shown.startswith("3 new")
    phone.message_id = 9999
    assert "another time" in phone.say("l")


async def test_an_employer_is_muted_and_one_press_undoes_it(world, phone, told):
    await told()
    assert phone.press("Mute employer").startswith("Muted: Acme.")
    assert [row["what"] for row in world.rows(Mute)] == ["company:acme"]
    assert phone.press("Undo").startswith("Not muted any more: Acme")
    assert world.rows(Mute) == []


async def test_not_for_me_proposes_with_numbers_changes_by_one_press_and_undoes_by_another(world, phone, told):
    await told(2)
    world.open("Data Engineer", seniority="entry")
    phone.say("n:p1")
    assert phone.press("Level").splitlines()[1:] == [
        "1. With -seniority:senior: 3 → 1 open now", "   title:engineer -seniority:senior",
    ]  # fmt: skip
    proposal = phone.shown
    assert world.rows(SavedSearch)[0]["query"] == "title:engineer"
    assert phone.press("Take 1").startswith("Changed: 3 → 1 open now\ntitle:engineer -seniority:senior")
    assert world.rows(SavedSearch)[0]["query"] == "title:engineer -seniority:senior"
    changed, phone.shown = phone.shown, proposal
    assert phone.press("Take 1") == "It is so already."
    phone.shown = changed
    assert phone.press("Undo") == "As it was: title:engineer"
    assert world.rows(SavedSearch)[0]["query"] == "title:engineer"


async def test_a_proposal_of_a_search_that_was_changed_since_is_not_taken(world, phone, told):
    await told()
    phone.say("n:p1")
    phone.press("Level")
    row = world.rows(SavedSearch)[0]
    saving.change(world.engine, row, world.now, query="title:engineer country:FR")
    assert phone.press("Take 1") == "The search was changed since: ask once more."
    assert world.rows(SavedSearch)[0]["query"] == "title:engineer country:FR"


async def test_a_strangers_search_is_not_theirs_to_change(world, phone, told):
    await told()
    own = world.rows(SavedSearch)[0]["public_id"]
    other = type(phone)(world, chat=43)
    for said in (f"D:{own}:yes", f"S:{own}:paused:yes", f"e:{own}:x", "c:p1", "s:p1", "q:1"):
        other.say(said)
    row = world.rows(SavedSearch)[0]
    assert (row["removed_at"], row["paused_at"]) == (None, None)
    assert "another time" in other.say("zzz:1")
    assert "another time" in other.say("S")


# --- a first search ------------------------------------------------------------------------------------------------


def test_a_newcomer_is_led_to_a_first_search_by_buttons_and_sees_it_before_it_is_saved(world, phone):
    world.open("AI Engineer", role="ai-engineer", salary_annual_max=150_000, salary_currency="USD")
    assert phone.write("start").startswith("Welcome, Ada.")
    for label in ("AI engineer", "Research", "✓ Research", "Next", "Senior", "Next", "Any »", "Any »", "120k"):
        phone.press(label)
    shown = phone.press("Next")
    assert "role:ai-engineer seniority:senior salary>=120k" in shown
    assert "In the last 30 days it would have sent 1" in shown
    assert world.rows(SavedSearch) == []
    assert phone.press("Save: once a week").startswith("Saved: role:ai-engineer")
    assert [(row["cadence"], row["channels"]) for row in world.rows(SavedSearch)] == [("weekly", ["telegram"])]


def test_whoever_chooses_nothing_saves_nothing(world, phone):
    phone.write("start")
    for _ in STEPS:
        last = phone.press("Any »")
    assert last.startswith("Nothing is chosen yet")
    phone.press("Begin anew")
    assert phone.labels()[0] == "AI engineer"


def test_every_choice_can_be_saved():
    assert query_of(("ac", "d", "de", "b", "c")) == (
        "role:ai-engineer,research-scientist,research-engineer seniority:senior (country:DE,FR OR remote:DE,FR)"
        " salary>=120k"
    )
    for at, step in enumerate(STEPS):
        for letter, label, _ in step.choices:
            picks = tuple(letter if number == at else "a" for number in range(len(STEPS)))
            assert parse_saved(query_of(picks)), label


def test_one_line_is_shown_before_it_is_saved(world, phone):
    world.open("ML Engineer", count=2)
    assert "it would have sent 2" in phone.write("other", "title:engineer   role:ml-engineer")
    assert world.rows(SavedSearch) == []
    assert phone.press("Save: tell me at once").startswith("Saved: title:engineer role:ml-engineer")
    assert phone.write("other", "rol:ai-engineer").startswith("Unknown field rol:")
    assert "already" in phone.write("search", "role:ml-engineer title:engineer")


@pytest.mark.parametrize(
    ("line", "cadence", "rest", "whole"),
    [
        ("weekly reports", "weekly", "reports", '"weekly" reports'),
        ("title:engineer daily", "daily", "title:engineer", 'title:engineer "daily"'),
        ("Daily standup bot", "daily", "standup bot", '"daily" standup bot'),
    ],
)
def test_words_with_two_meanings_are_asked_back(line, cadence, rest, whole):
    found = wishes.two_readings(line)
    assert (found.cadence, found.rest, found.whole) == (cadence, *(str(parse_saved(one)) for one in (rest, whole)))


@pytest.mark.parametrize("line", ["weekly role:ai-engineer", "weekly", "title:engineer", '"weekly"', "daily weekly x",
                                  'weekly "machine learning"', "weekly -intern title:x"])  # fmt: skip
def test_clear_words_are_not_asked_back(line):
    assert wishes.two_readings(line) is None


def test_the_meaning_is_chosen_by_a_button(world, phone):
    assert "Which is meant?" in phone.write("search", "weekly reports")
    assert world.rows(SavedSearch) == []
    phone.press("Weekly digest")
    phone.write("search", "daily reports")
    phone.press("The word “daily”")
    assert [(row["query"], row["cadence"]) for row in world.rows(SavedSearch)] == [
        ("reports", "weekly"), ('"daily" reports', "instant"),
    ]  # fmt: skip


def test_how_often_is_asked_back_where_it_may_be_of_several_searches(world, phone):
    for query in ("title:engineer", "title:intern"):
        phone.write("search", query)
    assert "Nothing is changed yet" in phone.write("digest", "weekly fri 17:00")
    asked = phone.shown
    assert phone.labels() == ["All 2 searches", "1. title:engineer", "2. title:intern"]
    assert phone.press("2.") == "title:intern: Fridays at 17:00 UTC (next on 20 Nov), by Telegram."
    assert [row["cadence"] for row in world.rows(SavedSearch)] == ["instant", "weekly"]
    phone.shown = asked
    assert phone.press("All") == "all 2 searches: Fridays at 17:00 UTC (next on 20 Nov), by Telegram."
    assert [row["cadence"] for row in world.rows(SavedSearch)] == ["weekly", "weekly"]
    assert phone.write("digest", "1 daily 8").startswith("title:engineer: every day at 08:00")


# --- settings, leaving ---------------------------------------------------------------------------------------------


def test_the_settings_card_changes_where_it_stands(world, phone):
    phone.write("search", "title:engineer")
    assert "1. title:engineer (at once, Telegram)" in phone.write("settings")
    phone.press("1")
    phone.press("Weekly")
    phone.press("Fr")
    assert phone.press("18:00") == "title:engineer (Fridays at 18:00 UTC, Telegram)"
    assert phone.shown.how == How.EDIT
    assert "✓ Weekly" in phone.labels()
    phone.press("Pause")
    phone.press("« Settings")
    phone.press("Time zone")
    assert "Time zone: Europe/Paris" in phone.press("Europe/Paris")
    phone.press("Quiet hours")
    assert "(Fridays at 18:00 Europe/Paris, Telegram, paused)" in phone.press("22–07")
    phone.press("Go on with all")
    row = world.rows(SavedSearch)[0]
    assert (row["quiet"], row["weekday"], row["time_of_day"], row["paused_at"]) == ("22:00-07:00", "fri", "18:00", None)
    phone.press("1")
    phone.press("Remove")
    assert world.rows(SavedSearch)[0]["removed_at"] is None
    assert "You have no searches yet" in phone.press("Yes, remove it")


def test_help_and_the_list_of_commands_know_every_command():
    assert [name for name, _ in COMMANDS if f"/{name}" not in HELP] == []
    assert {name for name, _ in COMMANDS} <= set(REPLIES)
