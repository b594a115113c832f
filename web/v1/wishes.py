"""The forms of saved searches."""

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, Field

from alerts.backtest import DAYS
from alerts.cadence import WEEKDAYS
from alerts.zones import is_taken, read_zone
from settings import CHANNELS
from web.v1.forms import QUERY, Form
from web.v1.parameters import Asked

SHOWN = (
    "name", "query", "channels", "cadence", "weekday", "time_of_day", "quiet", "zone", "events", "created_at",
    "paused_at",
)  # fmt: skip
_HOUR = "([01][0-9]|2[0-3]):[0-5][0-9]"


def _storable(text: str) -> str:
    text.encode()  # half of a pair of surrogates, as JSON may say it, is no character
    return text


def _known(name: str) -> str:
    return read_zone(name) if name else ""


Words = Annotated[str, AfterValidator(_storable)]
Name = Annotated[Words, Field(max_length=60, description="Empty: the query itself")]
Wished = Annotated[
    Words, Field(description="The query; daily or weekly may stand before it", json_schema_extra=QUERY,
                 examples=["weekly role:ai-engineer remote:EU"]),
]  # fmt: skip
Channels = Annotated[
    list[Literal[CHANNELS]],  # type: ignore[valid-type]
    Field(
        max_length=len(CHANNELS),
        description="Where it goes; empty: where its owner's others go, else everywhere",
    ),
]
Told = Literal["instant", "daily", "weekly"]
Weekday = Annotated[Literal[WEEKDAYS], Field(description="Of weekly ones")]  # type: ignore[valid-type]
TimeOfDay = Annotated[str, Field(pattern=f"^{_HOUR}$", description="Of daily and weekly ones, where their owner is")]
Quiet = Annotated[str, Field(pattern=f"^({_HOUR}-{_HOUR})?$", description="Hours in which nothing is sent at once")]
Zone = Annotated[
    Words, AfterValidator(_known),
    Field(max_length=64, description="Its own time zone, an IANA name; empty: its owner's",
          json_schema_extra={"enum": ["", *sorted(filter(is_taken, available_timezones()))]}),
]  # fmt: skip
Events = Annotated[
    list[Literal["changed", "closed", "reopened"]],
    Field(max_length=3, description="Later events to tell too"),
]


class Wish(Form):
    """A search to save."""

    query: Wished
    name: Name = ""
    channels: Channels = Field(default_factory=list)
    cadence: Told = "instant"
    weekday: Weekday = "mon"
    time_of_day: TimeOfDay = "08:00"
    quiet: Quiet = ""
    zone: Zone = ""
    events: Events = Field(default_factory=list)


class Changes(Form):
    """What of a search is to be other than it is; null: as it is."""

    query: Wished | None = None
    name: Name | None = None
    channels: Channels | None = None
    cadence: Told | None = None
    weekday: Weekday | None = None
    time_of_day: TimeOfDay | None = None
    quiet: Quiet | None = None
    zone: Zone | None = None
    events: Events | None = None


class Saved(BaseModel):
    """A saved search."""

    id: str
    url: str = Field(description="Its own address")
    name: str
    query: str
    channels: list[str]
    cadence: Told
    weekday: str
    time_of_day: str
    quiet: str
    zone: str
    events: list[str]
    created_at: datetime
    paused_at: datetime | None
    trouble: str = Field(description="Why it does not run, and what to write instead; empty where it does")


class SearchList(BaseModel):
    """All searches of a person."""

    next: None = None
    searches: list[Saved]


class Feeds(BaseModel):
    """The addresses of a search as a feed."""

    atom: str
    json_: str = Field(alias="json")


class DaysParameters(Form):
    """Over how long a search is tried."""

    days: Annotated[int, Field(ge=1, le=365, description="So many until now")] = DAYS


class TestParameters(DaysParameters):
    """What is tried."""

    q: Asked


class Tested(BaseModel):
    """What a search would have sent: in all, by week with the newest first, and the newest of it."""

    query: str
    parsed: dict[str, Any]
    cadence: str
    days: int
    total: int
    a_week: float
    weeks: list[int]
    warning: Literal["", "zero", "flood"]
    samples: list[dict[str, Any]]
    wider: list[dict[str, Any]]
    narrower: list[dict[str, Any]]
