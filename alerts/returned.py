"""Mail that came back: read from its mailbox, each report recorded before it is taken out."""

from collections import Counter
from datetime import datetime

import structlog
from sqlalchemy import Engine

from alerts.channels import email
from alerts.channels.smtp import EmailSettings
from alerts.consequences import take_back
from alerts.notices import clear_notice, raise_notice
from database import secret_key, transaction
from settings import Settings

NOTICE_KEY = "bounces"
log = structlog.get_logger(__name__)


def has_mailbox(settings: Settings) -> bool:
    """Whether mail comes back to where we can read it."""
    keys = settings.channel("email", EmailSettings)
    return bool(keys.host and keys.bounce_mailbox)


def read_returned(engine: Engine, settings: Settings, now: datetime) -> Counter[str]:
    """Draw the consequences of what came back; how many addresses were disabled, delayed or ignored.

    A mailbox that cannot be read is the operator's trouble, and read again at the next turn.
    """
    with transaction(engine) as connection:
        key = secret_key(connection)
    done: Counter[str] = Counter()
    trouble = ""
    try:
        for bounce in email.came_back(settings, key):
            if bounce is None:
                done["ignored"] += 1
                continue
            with transaction(engine) as connection:
                done[take_back(connection, bounce, now)] += 1
    except OSError as error:
        trouble = f"The mailbox of returned mail cannot be read: {error}"
    with transaction(engine) as connection:
        if trouble:
            raise_notice(connection, NOTICE_KEY, trouble, now)
        else:
            clear_notice(connection, NOTICE_KEY, now)
    if done:
        log.info("bounces.read", **done)
    return done
