"""The value types that the rooms hand each other, and the tables. Knows nothing of network, database or clock.

The tables stand in `tables`, whose modules are imported once one of theirs is asked for here: who needs none starts at
once.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from tables import *  # noqa: F403


def __getattr__(name: str) -> Any:
    if not name[:1].isupper():  # what Python itself asks a module for
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import tables

    return getattr(tables, name)


def every_table() -> "MetaData":
    """All the tables, whoever asked for which so far."""
    import tables

    return tables.metadata()


# --- words ---------------------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """How a crawl of a board ended. Only a complete `ok` closes postings at once.

    `partial`: a large board that is read in portions; the next crawl goes on. It is no failure.
    """

    OK = "ok"
    EMPTY = "empty"
    GONE = "gone"
    BLOCKED = "blocked"
    PARTIAL = "partial"
    TRUNCATED = "truncated"
    ERROR = "error"
    SUSPECT = "suspect"


class SourceKind(StrEnum):
    """What a source is, from the employer's own applicant-tracking system to whoever copies ads."""

    ATS = "ats"
    EMPLOYER = "employer"
    BOARD = "board"
    AGGREGATOR = "aggregator"


class Reuse(StrEnum):
    """What may be done with the ads of a source, always with its attribution.

    `open`: shown and passed on. `link-only`: shown with a link to the source; their text goes into no feed, export or
    mail. `private`: for whoever runs this alone; nothing of them is passed on.
    """

    OPEN = "open"
    LINK_ONLY = "link-only"
    PRIVATE = "private"


class EventKind(StrEnum):
    """What happened to a posting."""

    OPENED = "opened"
    CHANGED = "changed"
    CLOSED = "closed"
    REOPENED = "reopened"


class Basis(StrEnum):
    """What a tag rests on: the text says so, we conclude it, or nothing is known."""

    STATED = "stated"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


class Cadence(StrEnum):
    """When a delivery goes out. `baseline` is what was open already, told once; `notice` is about the service, and
    `confirm` asks an address whether it wants to be written to: their words are the message's own."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"
    BASELINE = "baseline"
    NOTICE = "notice"
    CONFIRM = "confirm"


class DeliveryState(StrEnum):
    """`uncertain`: handed over, reply lost; it is sent again, marked as a possible repeat."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CANCELLED = "cancelled"


ROLES = (
    "ai-engineer", "ml-engineer", "deep-learning-engineer", "nlp-engineer", "computer-vision-engineer",
    "mlops-engineer", "edge-ai-engineer", "robotics-engineer", "research-scientist", "research-engineer",
    "data-scientist", "data-engineer", "ai-safety", "ai-product-manager", "ai-architect", "ai-solutions-engineer",
    "ai-leader", "ai-trainer", "other",
)  # fmt: skip
SENIORITIES = ("intern", "entry", "mid", "senior", "staff", "manager", "director", "executive", "unspecified")
WORKPLACES = ("remote", "hybrid", "onsite")
EMPLOYMENT_TYPES = ("full-time", "part-time", "contract", "temporary", "internship", "freelance")

# --- from spider to ingest: strings as seen ------------------------------------------------------------------------


@dataclass(slots=True)
class BoardTask:
    """One board to crawl. `known` maps native id to content hash, so that details are fetched only for what is new.

    `stamps` and `checked` say of those with a page of their own what the list said, and when, as it was last read.
    `cursor` is what the spider noted for itself at the end of the last crawl: where a list read in portions goes on.
    """

    board_id: int
    source: str
    board: str
    company: str = ""
    url: str = ""
    is_rendered: bool = False
    etag: str = ""
    last_modified: str = ""
    cursor: dict[str, Any] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, str] = field(default_factory=dict)
    checked: dict[str, datetime] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`source/board`, as people type it."""
        return f"{self.source}/{self.board}"


@dataclass(slots=True)
class RawPlace:
    """A place as the board gave it: one text, or fields (country as a name or code), or both."""

    text: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(slots=True)
class RawPay:
    """A pay range as the board's fields gave it; amounts and interval are strings as seen."""

    low: str = ""
    high: str = ""
    currency: str = ""
    interval: str = ""
    kind: str = "base"  # base, bonus, equity, commission, ote
    label: str = ""  # the tier's or place's name
    is_predicted: bool = False


@dataclass(slots=True)
class RawPosting:
    """What a spider saw, unparsed. `description` is HTML or text, `opening_id` the board's own id of the opening.

    The last two are the source's to say: its kind, and the canonical URL where the address is one that a source knows
    (empty: it names no posting; None: no source knows it).
    """

    source: str
    board: str
    native_id: str
    url: str
    title: str
    company: str = ""
    apply_url: str = ""
    description: str = ""
    places: list[RawPlace] = field(default_factory=list)
    requisition_id: str = ""
    opening_id: str = ""
    posted: str = ""
    updated: str = ""
    valid_through: str = ""
    employment_type: str = ""
    workplace: str = ""
    is_remote: bool | None = None
    remote_scope: str = ""
    pay: list[RawPay] = field(default_factory=list)
    pay_text: str = ""
    department: str = ""
    language: str = ""
    kind: str = ""  # a SourceKind
    canonical_url: str | None = None


@dataclass(slots=True)
class BoardPage:
    """Up to 500 raw postings of one board."""

    task: BoardTask
    postings: list[RawPosting]


@dataclass(slots=True)
class BoardEnd:
    """The end of a crawl of one board. `seen` holds every native id that the board listed, unchanged ones included.

    `over`: of what is not seen, what the source itself says has had its time: no sign of a crawl that went wrong.
    `is_not_modified`: the board answered 304, so what is stored still stands.
    `is_round_complete`: with this `partial` crawl every part of the board was read once since its round began.
    `reason` says in a sentence what went wrong and what to do; on `ok` at most what was passed over.
    `unsure`: why what is not seen may be open all the same, so that it is not closed at once.
    `is_loose`: it was read from a page or feed, which lacks a posting now and then: twice in a row means gone.
    `window`: the list holds the newest only; what is not on it any more counts as open for so long since it was.
    """

    task: BoardTask
    verdict: Verdict
    reason: str = ""
    seen: set[str] = field(default_factory=set)
    over: set[str] = field(default_factory=set)
    is_not_modified: bool = False
    is_round_complete: bool = False
    etag: str = ""
    last_modified: str = ""
    requests: int = 0
    skipped: int = 0  # postings that could not be read (no title, no id): counted, never fatal
    checked: dict[str, str] = field(default_factory=dict)  # ids whose pages were read, with what the list says of them
    cursor: dict[str, Any] | None = None  # handed to the next crawl; None: what it was handed stands
    retry_after: float = 0.0  # seconds the board asked us to stay away
    window: timedelta = timedelta()
    unsure: str = ""
    is_loose: bool = False


# --- tags ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Evidence:
    """Why a tag is what it is. `start` and `end` count characters of `field` (`title`, `description`, `location` …)."""

    basis: Basis
    rule: str  # rule or model with its version: "role.title@1"
    field: str = ""
    start: int | None = None
    end: int | None = None
    quote: str = ""
    probability: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The evidence without its empty parts."""
        found: dict[str, Any] = {"basis": self.basis, "rule": self.rule}
        if self.field:
            found["field"] = self.field
        if self.start is not None:
            found["start"] = self.start
        if self.end is not None:
            found["end"] = self.end
        if self.quote:
            found["quote"] = self.quote
        if self.probability is not None:
            found["probability"] = self.probability
        return found


@dataclass(slots=True)
class Place:
    """A place; `country` is ISO 3166-1 alpha-2, unknown parts are empty."""

    city: str = ""
    region: str = ""
    country: str = ""

    def as_json(self) -> dict[str, str | None]:
        """As in the public JSON: absent parts are null."""
        return {"city": self.city or None, "region": self.region or None, "country": self.country or None}


@dataclass(slots=True)
class Salary:
    """Base pay as printed, and annualised in the same currency."""

    min: float | None
    max: float | None
    currency: str
    period: str  # year, month, week, day, hour
    annual_min: float | None = None
    annual_max: float | None = None
    is_predicted: bool = False


@dataclass(slots=True)
class Tags:
    """All that the pipeline says of one posting. `evidence` is keyed by the field's public name."""

    title: str
    company: str = ""
    company_key: str = ""
    description: str = ""  # plain text; evidence spans refer to it
    language: str | None = None
    role: str = "other"
    seniority: str = "unspecified"
    skills: list[str] = field(default_factory=list)
    employment_type: str | None = None
    workplace: str | None = None
    places: list[Place] = field(default_factory=list)
    remote_scope: str | None = None
    salary: Salary | None = None
    visa_sponsorship: bool | None = None
    years_asked: int | None = None
    degree_asked: str | None = None
    posted_at: datetime | None = None
    posted_at_quality: str = "first-seen"
    evidence: dict[str, Any] = field(default_factory=dict)
