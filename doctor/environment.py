"""Variables of the environment that look like ours and are not read."""

import difflib
import os
from collections.abc import Iterator

from doctor.finding import Finding, problem, warning
from doctor.keys import known_keys
from settings import ENVIRONMENT_PREFIX, Settings

OURS = {"ROLEWIRE_CONFIG", "ROLEWIRE_HOME"}
OF_TESTS = ("ROLEWIRE_TEST_", "ROLEWIRE_MUTATIONS")
OTHERS = {  # what other programs call them, and the key that is meant
    "TELEGRAM_TOKEN": "telegram.token", "TELEGRAM_BOT_TOKEN": "telegram.token", "BOT_TOKEN": "telegram.token",
    "SMTP_HOST": "email.host", "SMTP_SERVER": "email.host", "EMAIL_HOST": "email.host", "MAIL_SERVER": "email.host",
    "SMTP_PASSWORD": "email.password", "EMAIL_PASSWORD": "email.password", "MAIL_PASSWORD": "email.password",
    "EMAIL_HOST_PASSWORD": "email.password", "SMTP_USER": "email.username", "SMTP_USERNAME": "email.username",
    "EMAIL_HOST_USER": "email.username", "DATABASE_URL": "database.url",
}  # fmt: skip


def check_environment(settings: Settings) -> Iterator[Finding]:
    """`ROLEWIRE_TELEGRAM_TOKEN` is not `ROLEWIRE_TELEGRAM__TOKEN`; `TELEGRAM_TOKEN` is neither."""
    for name in sorted(os.environ):
        if name.upper().startswith(ENVIRONMENT_PREFIX):
            yield from _like_ours(name)
        elif name in OTHERS and OTHERS[name] not in settings.origins:
            cure = f"call it {variable(OTHERS[name])}, if it is meant for rolewire"
            yield warning(f"{name} is set, which rolewire does not read", f"environment {name}", cure)


def variable(key: str) -> str:
    """The variable of a key: `telegram.token` is ROLEWIRE_TELEGRAM__TOKEN."""
    return ENVIRONMENT_PREFIX + key.upper().replace(".", "__")


def _like_ours(name: str) -> Iterator[Finding]:
    if name in OURS or name.startswith(OF_TESTS) or (name.isupper() and "__" in name):
        return
    meant = {variable(key): key for key in known_keys()}
    folded = {_folded(one): one for one in [*meant, *OURS]}
    near = difflib.get_close_matches(_folded(name), list(folded), n=1, cutoff=0.75)
    if not near:
        cure = f"take it out, or write it as {ENVIRONMENT_PREFIX}TABLE__KEY, with two underscores"
        yield warning(f"{name} is set, which rolewire does not read", f"environment {name}", cure)
        return
    yield problem(f"{name} is set, which rolewire does not read", f"environment {name}",
                  f"call it {folded[near[0]]}, with two underscores between table and key")  # fmt: skip


def _folded(name: str) -> str:
    return name.upper().replace("__", "_")
