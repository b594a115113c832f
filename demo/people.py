"""The three people of the demo, and what they look for."""

from dataclasses import dataclass

from models import Cadence

CHAT = 7_000_001


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
    (Wish("agents", "role:ai-engineer,ai-solutions-engineer (agents OR rag OR llm) -seniority:intern"),),
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
