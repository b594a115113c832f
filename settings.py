"""config.toml and the environment, checked. Flag > `ROLEWIRE_…` > file > default; an unknown key is an error."""

import difflib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

import packs
import places
from packs import BoardRow as BoardRow  # the rows of a configuration are those of its packs

ENVIRONMENT_PREFIX = "ROLEWIRE_"
SECRETS = "secrets.toml"  # beside the configuration: [telegram] token, [email] password, for its owner alone
# the registry: a table of config.toml and a file of alerts/channels each
CHANNELS = ("telegram", "email", "apprise", "webhook")
M = TypeVar("M", bound=BaseModel)


class SettingsError(Exception):
    """The configuration cannot be used; the message says which key, what is wrong and what to do. Raised by `load`."""


class Section(BaseModel):
    """A table of config.toml; keys it does not know are errors."""

    model_config = ConfigDict(extra="forbid")


class DatabaseSettings(Section):
    url: str = "sqlite:///rolewire.db"

    @field_validator("url")
    @classmethod
    def _known_engine(cls, url: str) -> str:
        if url.startswith("postgres://"):
            url = "postgresql://" + url.removeprefix("postgres://")
        if url.startswith("postgresql://"):
            url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("start it with sqlite:/// or postgresql://")
        return url


class PipelineSettings(Section):
    keep: Literal["ai", "all"] = "ai"


_WORDS = {  # pydantic's kinds of mistakes
    "int_parsing": "needs a whole number", "int_type": "needs a whole number", "int_from_float": "needs a whole number",
    "float_parsing": "needs a number", "float_type": "needs a number", "bool_parsing": "needs true or false",
    "bool_type": "needs true or false", "string_type": "needs a text in quotes", "missing": "is needed",
    "list_type": 'needs a list, as ["a", "b"]', "dict_type": "needs a table", "model_type": "needs a table",
    "model_attributes_type": "needs a table", "greater_than": "needs more than {gt}",
    "greater_than_equal": "needs {ge} at least", "less_than": "needs less than {lt}",
    "less_than_equal": "needs {le} at most", "literal_error": "needs one of {expected}",
}  # fmt: skip


class NetworkSettings(Section):
    user_agent: str = "rolewire/0.1 (+https://github.com/rolewire/rolewire)"
    contact: str = ""  # added to the user agent: whom a board's operator can write to
    replay: str = ""
    pace_replay: bool = False
    timeout: float = Field(default=30.0, gt=0, le=600)  # seconds for one response
    delay: float = Field(default=1.0, ge=0, le=600)  # seconds between two requests to one host
    max_size_mb: int = Field(default=32, ge=1, le=512)
    browser: str = ""  # path of a Chromium; empty: Playwright's own, else the system's
    sandbox: bool = True  # the browser's own; root has none either way

    @field_validator("user_agent", "contact")
    @classmethod
    def _one_line(cls, said: str) -> str:
        if not said.isprintable():
            raise ValueError("write it in one line: every request carries it")
        return said

    @field_validator("replay")
    @classmethod
    def _http_origin(cls, url: str) -> str:
        if url and urlsplit(url).scheme != "http":
            raise ValueError('give an address as "http://127.0.0.1:PORT"')
        return url.rstrip("/")


class CrawlSettings(Section):
    interval_minutes: int = Field(default=60, ge=5)  # how often a board is due
    longest_minutes: int = Field(default=180, ge=5)  # and at most, where it changes seldom
    concurrency: int = Field(default=16, ge=1, le=256)  # boards under way at once; slow ones do not count
    deadline_minutes: float = Field(default=15.0, gt=0, le=1440)  # what one crawl of a board may take


class WebSettings(Section):
    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str = ""
    hosts: list[str] = []  # names it is asked by besides, where a proxy has others


class ApiSettings(Section):
    """What programs may do at /api/v1, at feeds and at /mcp."""

    reading: Literal["open", "keys"] = "open"  # "keys": who reads by program shows a key too, as all do who write
    reads_per_minute: int = Field(default=600, ge=0, le=1_000_000)  # of one client; 0: no limit
    writes_per_minute: int = Field(default=60, ge=0, le=1_000_000)
    origins: list[str] = []  # of pages elsewhere that may read: CORS
    mcp: bool = False  # serve the tools for language models at /mcp


class SearchSettings(Section):
    rates: str = ""  # a file of exchange rates; empty: the shipped one


class AccessSettings(Section):
    mode: Literal["open", "invite", "list"] = "invite"
    allowed: list[int] = []  # Telegram ids, for mode = "list"


class OperatorSettings(BaseModel):
    """Who is told of trouble. `addresses` are written as "CHANNEL:ADDRESS"; the channels know which of them exist."""

    model_config = ConfigDict(extra="allow")
    addresses: list[str] = []
    canary: str = ""  # a query: its digest must arrive daily on every channel
    gather_minutes: int = Field(default=10, ge=0, le=1440)  # trouble of boards waits this long, to be told in one

    @model_validator(mode="after")
    def _join(self) -> "OperatorSettings":
        """A key of a channel's name is the older way to say `addresses`."""
        for name, value in (self.__pydantic_extra__ or {}).items():
            if not isinstance(value, str | int):
                raise ValueError(f"unknown key {name!r}; known here: addresses, canary, gather_minutes")  # noqa: TRY004
            written = f"{name}:{value}"
            if value not in ("", None) and written not in self.addresses:
                self.addresses = [*self.addresses, written]
        return self


class AlertSettings(Section):
    batch_seconds: int = Field(default=30, ge=0, le=3600)  # instant matches wait this long for company
    daily_messages: int = Field(default=40, ge=0, le=1000)  # at once, to one person; the rest is the next day's digest
    baseline_minutes: int = Field(default=10, ge=0, le=1440)  # what is open already waits this long, then one message
    lease_seconds: int = Field(default=120, ge=5, le=3600)
    max_attempts: int = Field(default=12, ge=1, le=100)


class RetentionSettings(Section):
    """How many days what is over is kept; 0: for ever."""

    events: int = Field(default=365, ge=0)  # what happened to postings that are closed, and changes of open ones
    deliveries: int = Field(default=365, ge=0)  # what was told, with its messages and matches
    closed_text: int = Field(default=365, ge=0)  # the text of closed postings
    crawls: int = Field(default=365, ge=0)  # the log of crawls


class BackupSettings(Section):
    """Copies of the database that the daemon makes."""

    folder: str = ""  # beside the configuration, if it is no whole path; empty: none are made
    every_hours: int = Field(default=24, ge=1, le=8760)
    keep: int = Field(default=7, ge=1, le=1000)


class LogSettings(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"
    file: str = ""  # of the daemon, beside the configuration if it is no whole path; empty: standard error
    max_mb: int = Field(default=10, ge=1, le=10_000)  # a file this large is put aside, and a new one begun
    keep: int = Field(default=5, ge=1, le=1000)  # files put aside


class Settings(Section):
    """All of config.toml, its packs among its boards.

    `path` is the file it came from, if any; `origins` maps each key set to where it was set.
    """

    packs: list[str] = []  # names of shipped packs, or paths of files
    leave_out: list[str] = []  # boards of the packs, as "source/board"
    database: DatabaseSettings = DatabaseSettings()
    pipeline: PipelineSettings = PipelineSettings()
    network: NetworkSettings = NetworkSettings()
    crawl: CrawlSettings = CrawlSettings()
    web: WebSettings = WebSettings()
    api: ApiSettings = ApiSettings()
    search: SearchSettings = SearchSettings()
    access: AccessSettings = AccessSettings()
    operator: OperatorSettings = OperatorSettings()
    alerts: AlertSettings = AlertSettings()
    retention: RetentionSettings = RetentionSettings()
    backup: BackupSettings = BackupSettings()
    log: LogSettings = LogSettings()
    channels: dict[str, dict[str, Any]] = Field(default={}, repr=False)  # by name, checked by `channel`
    keys: dict[str, SecretStr] = {}  # of sources that ask for one, by the source's name
    boards: list[BoardRow] = []
    path: Path | None = Field(default=None, exclude=True)
    origins: dict[str, str] = Field(default={}, exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _gather_channels(cls, values: Any) -> Any:
        """A channel's table stands at the top, by its name."""
        if not isinstance(values, dict) or not isinstance(values.get("channels", {}), dict):
            return values
        found = {name: values[name] for name in CHANNELS if name in values}
        rest = {name: value for name, value in values.items() if name not in found}
        return rest | {"channels": {**rest.get("channels", {}), **found}} if found else rest

    def beside(self, path: str) -> Path:
        """A path of the configuration: from its folder, if it is no whole one."""
        return (self.path.parent if self.path else Path()) / Path(path).expanduser()

    def channel(self, name: str, model: type[M]) -> M:
        """The table of a channel, checked by its own model. Raises SettingsError."""
        return _checked(model, self.channels.get(name, {}), self.path, at=name)


def find_config() -> Path | None:
    """The configuration file in force: `ROLEWIRE_CONFIG`, else ./config.toml, else the platform's place, else none."""
    named = os.environ.get(ENVIRONMENT_PREFIX + "CONFIG", "")
    if named:
        return Path(named)
    folders = [Path(), *filter(None, [places.config_folder()])]
    return next((folder / "config.toml" for folder in folders if (folder / "config.toml").exists()), None)


def load(path: Path | None = None, overrides: dict[str, Any] | None = None) -> Settings:
    """Read and check the configuration; `overrides` holds dotted keys from flags. Raises SettingsError."""
    path = path or find_config()
    values = _read(path)
    origins = {key: str(path) for key, _ in _flat(values)}
    for key, value in _flat(_read_secrets(path)):
        _set(values, key, value)
        origins[key] = str(secrets_of(path))
    for key, value in _from_environment().items():
        _set(values, key, value)
        origins[key] = ENVIRONMENT_PREFIX + key.upper().replace(".", "__")
    for key, value in (overrides or {}).items():
        _set(values, key, value)
        origins[key] = "flag"
    for key in ("path", "origins"):
        if key in values:
            raise SettingsError(_unknown(Settings, (key,), path))
    settings = _checked(Settings, values, path, origins=origins)
    if "database.url" not in origins and (folder := places.data_folder()):
        settings.database.url = f"sqlite:///{folder / 'rolewire.db'}"
    settings.path, settings.origins = path, origins
    settings.boards = _all_boards(settings)
    return settings


def _checked(
    model: type[M], values: dict[str, Any], path: Path | None, at: str = "", origins: dict[str, str] | None = None
) -> M:
    """The values as the model takes them; `at`: the table they stand in; `origins`: who said each."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise SettingsError(
            "\n".join(_explain(model, one, path, at, origins or {}) for one in error.errors())
        ) from None


def pack_rows(name: str, folder: Path) -> list[BoardRow]:
    """The rows of a pack. Raises PackError where there is none, SettingsError where it cannot be read."""
    file = packs.find(name, folder)
    return _checked(packs.Pack, _read(file), file).boards


def _all_boards(settings: Settings) -> list[BoardRow]:
    """The rows of the configuration and of its packs."""
    folder = settings.path.parent if settings.path else Path()
    try:
        taken = [(name, pack_rows(name, folder)) for name in settings.packs]
        return packs.join(settings.boards, taken, settings.leave_out)
    except packs.PackError as error:
        raise SettingsError(f"{settings.path or 'configuration'}: {error}") from None


def _read(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors put a mark before it
    except FileNotFoundError:
        raise SettingsError(f"{path}: no such file; name one with --config, or run where config.toml lies") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: is not written in UTF-8; save it as UTF-8 in your editor") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        told = str(error).replace("Cannot overwrite a value", "a key stands twice")
        raise SettingsError(f"{path}: not valid TOML: {told}") from None


def secrets_of(path: Path | None) -> Path:
    """The file of secrets beside a configuration, there or not."""
    return (path.parent if path else Path()) / SECRETS


def _read_secrets(path: Path | None) -> dict[str, Any]:
    """What stands in the file of secrets, which says more than the configuration beside it."""
    beside = secrets_of(path)
    return _read(beside) if path is not None and beside.is_file() else {}


def _flat(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, value) of nested tables."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _from_environment() -> dict[str, Any]:
    """`ROLEWIRE_EMAIL__PASSWORD` as `email.password`; only two-part names, so that others can share the prefix."""
    found = {}
    for name, value in os.environ.items():
        if name.startswith(ENVIRONMENT_PREFIX) and "__" in name:
            found[name.removeprefix(ENVIRONMENT_PREFIX).lower().replace("__", ".")] = value
    return found


def _set(values: dict[str, Any], dotted: str, value: Any) -> None:
    *parents, key = dotted.split(".")
    for parent in parents:
        values = values.setdefault(parent, {})
    values[key] = value


def _explain(model: type[BaseModel], problem: ErrorDetails, path: Path | None, at: str, origins: dict[str, str]) -> str:
    where = problem["loc"]
    if problem["type"] == "extra_forbidden":
        return _unknown(model, where, path, at)
    message = _plain(problem)
    shown = "" if _is_secret(where) else f" (it is {problem['input']!r})"
    name = _name((at, *where))
    origin = origins.get(name, "")
    said = origin if origin.startswith(ENVIRONMENT_PREFIX) else f"{path or 'configuration'}: {name}"
    return f"{said}: {message}{shown}"


def _plain(problem: ErrorDetails) -> str:
    """What is wrong with a value, without pydantic's words."""
    if problem["type"] == "list_type" and problem["loc"] == ("boards",):
        return "write [[boards]], in two brackets, for each"
    told = _WORDS.get(problem["type"])
    return told.format(**problem.get("ctx", {})) if told else problem["msg"].removeprefix("Value error, ")


def _unknown(model: type[BaseModel], where: tuple[int | str, ...], path: Path | None, at: str = "") -> str:
    known = _keys_at(model, where[:-1])
    guess = difflib.get_close_matches(str(where[-1]), known, n=1, cutoff=0.5)
    hint = f"did you mean {guess[0]!r}?" if guess else f"known here: {', '.join(sorted(known))}"
    return f"{path or 'configuration'}: unknown key {_name((at, *where))!r}; {hint}"


def _keys_at(model: type[BaseModel], where: tuple[int | str, ...]) -> list[str]:
    at: Any = model
    for part in where:
        if isinstance(part, int):
            continue
        annotation = at.model_fields[part].annotation
        at = get_args(annotation)[0] if get_origin(annotation) is list else annotation
    found = [name for name in at.model_fields if name not in ("path", "origins")]
    return [*found, *CHANNELS] if at is Settings else found


def _name(where: tuple[int | str, ...]) -> str:
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in where).strip(".")


def _is_secret(where: tuple[int | str, ...]) -> bool:
    return where[-1:] in (("token",), ("password",), ("secret",), ("webhook_secret",)) or where[:1] == ("keys",)
