"""A first search by buttons: role, level, place, remote, pay; what it would have sent; and only then is it saved.

All that was chosen stands in the buttons themselves, so nothing is kept between two presses. A search that was written
in one line, or whose words may be meant in two ways, is asked about in the same way: it stands in the message, and a
button names it by its digest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import search
from alerts import saving, wishes
from alerts.backtest import backtest
from alerts.buttons import digest
from alerts.desk import Asked, Desk, How, Reply, owner_of, refusal, sentence, toast, with_code
from alerts.outgoing import Button, Keyboard
from alerts.profiles import facts_of
from alerts.searches import SubscriberError
from alerts.tuning import TEST_SECONDS, told
from alerts.wording import shorten
from database import TooSlowError
from models import Cadence

PER_ROW = 2
SHOWN = 20  # searches that are asked about
SAVES = ((Cadence.INSTANT, "Save: tell me at once"), (Cadence.DAILY, "Save: once a day"),
         (Cadence.WEEKLY, "Save: once a week"))  # fmt: skip
LOST = "What was asked there cannot be read any more: write it once more, behind /search."


@dataclass(frozen=True, slots=True)
class Step:
    """A question with its choices: a letter each, its label, and what it asks for. `is_one`: only one can be chosen."""

    question: str
    choices: tuple[tuple[str, str, str], ...]
    is_one: bool = False


STEPS = (
    Step("What kind of work? Press all that fit.", (
        ("a", "AI engineer", "ai-engineer"), ("b", "ML engineer", "ml-engineer,deep-learning-engineer"),
        ("c", "Research", "research-scientist,research-engineer"), ("d", "Data scientist", "data-scientist"),
        ("e", "Data engineer", "data-engineer"), ("f", "MLOps, infrastructure", "mlops-engineer"),
        ("g", "Vision, robotics", "computer-vision-engineer,robotics-engineer,edge-ai-engineer"),
        ("h", "Language, speech", "nlp-engineer"), ("i", "Safety, governance", "ai-safety"),
        ("j", "Solutions, architecture", "ai-solutions-engineer,ai-architect"),
        ("k", "Product", "ai-product-manager"), ("l", "Leading people", "ai-leader"),
    )),
    Step("At which level?", (
        ("a", "Internship", "intern"), ("b", "Entry", "entry"), ("c", "Mid", "mid"), ("d", "Senior", "senior"),
        ("e", "Staff, principal", "staff"), ("f", "Manager and up", "manager,director,executive"),
    )),
    Step("In which countries?", (
        ("a", "United States", "US"), ("b", "Canada", "CA"), ("c", "United Kingdom", "GB"), ("d", "Germany", "DE"),
        ("e", "France", "FR"), ("f", "Netherlands", "NL"), ("g", "Switzerland", "CH"), ("h", "Spain", "ES"),
        ("i", "Poland", "PL"), ("j", "India", "IN"), ("k", "Singapore", "SG"), ("l", "Anywhere in the EU", "EU"),
    )),
    Step("Remote?", (
        ("a", "Only remote", "remote"), ("b", "Remote, or in these places", "either"),
        ("c", "Not remote", "onsite,hybrid"),
    ), is_one=True),
    Step("Least pay a year? Postings that state none are left out then.", (
        ("a", "60k", "60k"), ("b", "90k", "90k"), ("c", "120k", "120k"), ("d", "150k", "150k"), ("e", "200k", "200k"),
        ("f", "300k", "300k"),
    ), is_one=True),
)  # fmt: skip
NOTHING = ("",) * len(STEPS)


def begin(hello: str) -> Reply:
    """The greeting of a newcomer, with the first question."""
    words = (
        f"{hello}\n\nI watch job boards and write to you when an AI-engineering job opens that your search matches. "
        "Nothing comes before you have seen what it would send.\n\n"
        "Your first search, by five questions, or in one line, as\nrole:ai-engineer remote:EU salary>=120k\n\n"
    )
    return Reply(words + _question(0), buttons=_keyboard(0, NOTHING))


def begin_behind(words: str) -> Reply:
    """What to write, or the first question to answer by buttons."""
    return Reply(f"{words}\n\nOr by five questions. {_question(0)}", buttons=_keyboard(0, NOTHING))


def of_what(cadence: str, rows: Sequence[Mapping[str, Any]]) -> Reply:
    """A word that says how often, and nothing behind it: of a new search, or of one there is."""
    each = [Button(f"{at}. {shorten(row['query'], 30)}", f"W:{row['public_id']}:{cadence}:mon:08:00")
            for at, row in enumerate(rows[:SHOWN], 1)]  # fmt: skip
    new = Button("A new search, by five questions", _said(0, NOTHING))
    often = "at once" if cadence == Cadence.INSTANT else f"in a {cadence} digest"
    words = f"What shall come {often}? Write it behind:\n/search {cadence} role:ai-engineer remote:EU"
    return Reply(words, buttons=tuple((one,) for one in (*each, new)))


def step(_desk: Desk, asked: Asked, at: str, *chosen: str) -> Reply:
    """Show a question with what is chosen; behind the last, what the search would have sent."""
    number, picks = int(at), _picks(chosen)
    if number < len(STEPS):
        return Reply(_question(number, picks), buttons=_keyboard(number, picks), how=How.EDIT)
    return _offer(_desk, asked, picks)


def _picks(chosen: tuple[str, ...]) -> tuple[str, ...]:
    return (*chosen, *NOTHING)[: len(STEPS)]


def _question(at: int, picks: tuple[str, ...] = NOTHING) -> str:
    query = query_of(picks)
    so_far = f"\n\nSo far: {query}" if query else ""
    return f"{at + 1} of {len(STEPS)}. {STEPS[at].question}{so_far}"


def _keyboard(at: int, picks: tuple[str, ...]) -> Keyboard:
    """Each button says what is chosen once it is pressed."""
    buttons = []
    for letter, label, _ in STEPS[at].choices:
        is_chosen = letter in picks[at]
        left = "" if STEPS[at].is_one else picks[at].replace(letter, "")
        pick = left if is_chosen else "".join(sorted(left + letter))
        buttons.append(Button(f"✓ {label}" if is_chosen else label, _said(at, (*picks[:at], pick, *picks[at + 1 :]))))
    back = [Button("« Back", _said(at - 1, picks))] if at else []
    word = "Next »" if picks[at] else "Any »"
    rows = [tuple(buttons[start : start + PER_ROW]) for start in range(0, len(buttons), PER_ROW)]
    return (*rows, (*back, Button(word, _said(at + 1, picks))))


def _said(at: int, picks: tuple[str, ...]) -> str:
    return ":".join(("g", str(at), *picks))


def query_of(picks: tuple[str, ...]) -> str:
    """What was chosen, in the query language; empty where nothing was."""
    return " ".join(_clauses([_values(one, pick) for one, pick in zip(STEPS, picks, strict=True)]))


def _values(one: Step, pick: str) -> str:
    return ",".join(value for letter, _, value in one.choices if letter in pick)


def _clauses(values: list[str]) -> Iterator[str]:
    role, level, place, remote, pay = values
    yield from (f"{name}:{value}" for name, value in (("role", role), ("seniority", level)) if value)
    if remote == "remote":
        yield f"remote:{place}" if place else "workplace:remote"
    elif place:
        yield f"(country:{place} OR remote:{place})" if remote == "either" else f"country:{place}"
    if remote == "onsite,hybrid":
        yield f"workplace:{remote}"
    if pay:
        yield f"salary>={pay}"


def _offer(desk: Desk, asked: Asked, picks: tuple[str, ...]) -> Reply:
    query = query_of(picks)
    again = (Button("« Back", _said(len(STEPS) - 1, picks)), Button("Begin anew", _said(0, NOTHING)))
    if not query:
        return Reply("Nothing is chosen yet: all postings would be too many. Choose at least one thing.",
                     buttons=(again,), how=How.EDIT)  # fmt: skip
    return offer(desk, asked, query, how=How.EDIT, more=(again,))


# --- a search in words ---------------------------------------------------------------------------------------------


def offer(desk: Desk, asked: Asked, text: str, how: How = How.SAY, more: Keyboard = ()) -> Reply:
    """What a search would have sent, and buttons that save it; a mistake in it is shown."""
    try:
        meant = saving.read_wish(text, _facts(desk, asked)).query
        query = str(meant)
        lines = told(backtest(lambda: desk.read(TEST_SECONDS), meant, asked.now))
    except search.QueryError as error:
        return refusal(error)
    except TooSlowError:
        lines = ["What it would have sent could not be counted in time."]
    saves = tuple((Button(label, f"d:{cadence}:{digest(query)}"),) for cadence, label in SAVES)
    return with_code(["Your search would be", query, *lines], [query], (*saves, *more), how)


def _facts(desk: Desk, asked: Asked) -> str:
    with desk.read() as connection:
        return facts_of(connection, owner_of(connection, asked))


def ask_back(readings: wishes.Readings) -> Reply:
    """Which of two meanings is meant."""
    lines = [f"“{readings.word}” may say how often, or be a word to look for. Which is meant?"]
    lines += ["How often, of", readings.rest, "A word, in", readings.whole]
    choices = (
        (Button(f"{readings.cadence.capitalize()} digest", f"d:{readings.cadence}:{digest(readings.rest)}"),),
        (Button(f"The word “{readings.word}”", f"d::{digest(readings.whole)}"),),
    )
    return with_code(lines, [readings.rest, readings.whole], choices)


def save_shown(desk: Desk, asked: Asked, cadence: str, which: str) -> Reply:
    """Save the search that stands in the message; where that is done its buttons have nothing left to do."""
    text = next((one for one in asked.set_off if digest(one) == which), None)
    if text is None:
        return toast(LOST)
    try:
        wish = saving.Wish(text, search.parse_saved(text, _facts(desk, asked)), cadence)
        return replace(wishes.save(desk, asked, wish), how=How.EDIT)
    except search.QueryError as error:
        return refusal(error)
    except saving.SavedAlreadyError as error:
        return replace(wishes.saved_already(desk, asked, error), how=How.EDIT)
    except SubscriberError as error:
        return Reply(sentence(str(error)))


PRESSES: dict[str, Callable[..., Reply]] = {"g": step, "d": save_shown}
