"""The three people of the demo, and what they look for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from alerts import searches
from alerts.cadence import WEEKDAYS, zone
from models import Cadence

CHAT = 7_000_001
TYPO = "/search (agents OR llm) rol:ai-engineer"


@dataclass(frozen=True, slots=True)
class Wish:
    """A saved search to be: `events` are the later events its owner wants to hear of."""

    name: str
    query: str
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A sample subscriber, reached on one channel."""

    name: str
    channel: str
    address: str
    timezone: str
    cadence: Cadence
    wishes: tuple[Wish, ...]

    @property
    def how(self) -> str:
        """Channel and cadence, for people."""
        channel = {"telegram": "Telegram", "email": "e-mail"}[self.channel]
        return f"{channel}, {'at once' if self.cadence == Cadence.INSTANT else 'once a week'}"


ADA = Person(
    "Ada", "telegram", str(CHAT), "Europe/London", Cadence.INSTANT,
    (Wish("through the bot", "(agents OR llm) role:ai-engineer,ai-solutions-engineer"),),
)  # fmt: skip
BEN = Person(
    "Ben", "email", "ben@people.example", "Europe/Berlin", Cadence.INSTANT,
    (
        Wish(
            "ML in Europe",
            "role:ml-engineer,mlops-engineer,computer-vision-engineer,data-engineer country:DE,FR,GB,CH",
            ("changed", "closed", "reopened"),
        ),
    ),
)  # fmt: skip
CHLOE = Person(
    "Chloé", "email", "chloe@people.example", "Europe/Paris", Cadence.WEEKLY,
    (
        Wish("research", "role:research-scientist,research-engineer,ai-safety"),
        Wish("well paid", "salary>=230k currency:USD -role:other"),
    ),
)  # fmt: skip
PEOPLE = (ADA, BEN, CHLOE)


def expect(connection: Connection, person: Person, now: datetime) -> str:
    """Add a person who will come through the bot; returns the token of their invitation."""
    return searches.invite(connection, searches.add_subscriber(connection, person.name, now, person.timezone), now)


def join(connection: Connection, person: Person, now: datetime) -> None:
    """Subscribe a person whom no bot need know, with their searches. A digest is due two hours after `now`."""
    key = searches.add_subscriber(connection, person.name, now, person.timezone)
    searches.set_address(connection, key, person.channel, person.address, now)
    due = (now + timedelta(hours=2)).astimezone(zone(person.timezone))
    for wish in person.wishes:
        searches.add_search(
            connection, key, wish.query, now, name=wish.name, cadence=person.cadence, events=wish.events,
            weekday=WEEKDAYS[due.weekday()], time_of_day=f"{due:%H:%M}",
        )  # fmt: skip
