"""Signing in by Telegram: what it says of a person counts where it is signed with the bot's token; pure.

https://core.telegram.org/widgets/login: the hash is HMAC-SHA256 of the sorted fields, by the SHA-256 of the token.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

VALID = timedelta(minutes=10)
FIELDS = ("id", "first_name", "last_name", "username", "photo_url", "auth_date")
MAX_FIELD = 500


class LoginError(ValueError):
    """It is not what Telegram says of somebody, or not any more. Raised by `verify`."""


@dataclass(frozen=True, slots=True)
class Login:
    """Whom Telegram vouches for."""

    user: int
    name: str


def verify(token: str, given: Mapping[str, str], now: datetime) -> Login:
    """Whom these fields speak of. Raises LoginError."""
    fields = {name: given[name] for name in FIELDS if given.get(name)}
    if not token or any(len(value) > MAX_FIELD for value in given.values()):
        raise LoginError("this is no sign-in by Telegram")
    told = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    wanted = hmac.new(hashlib.sha256(token.encode()).digest(), told.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), given.get("hash", "").encode()):
        raise LoginError("this was not signed by Telegram for this site")
    if not abs(now - _since(fields)) <= VALID:
        raise LoginError("this sign-in is too old; begin again")
    name = " ".join(filter(None, (fields.get("first_name"), fields.get("last_name")))) or fields.get("username", "")
    return Login(int(fields["id"]), name)


def _since(fields: Mapping[str, str]) -> datetime:
    when, user = fields.get("auth_date", ""), fields.get("id", "")
    if not (when.isascii() and when.isdigit() and len(when) < 12 and user.isascii() and user.isdigit()):
        raise LoginError("this is no sign-in by Telegram")
    return datetime.fromtimestamp(int(when), UTC)


def login_url(token: str, origin: str) -> str:
    """Telegram's own page, which leads back to ours; empty without a bot or a public address."""
    number = token.partition(":")[0]
    if not origin or not number.isdigit():
        return ""
    asked = {"bot_id": number, "origin": origin, "request_access": "write", "return_to": f"{origin}/signin/telegram"}
    return "https://oauth.telegram.org/auth?" + urlencode(asked)
