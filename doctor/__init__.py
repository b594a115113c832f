"""The doctor: what is wrong with an installation, where, and how to mend it. It asks those whom it is about."""

from doctor.boards import check_boards
from doctor.configuration import (
    check_boards_as_written,
    check_channels,
    check_keys,
    check_network,
    check_rates,
    check_secrets,
    check_version,
)
from doctor.data import check_database, check_work
from doctor.domain import check_sender_domain
from doctor.environment import check_environment
from doctor.examination import examine
from doctor.finding import Check, Finding, State
from doctor.machine import (
    check_backups,
    check_browser,
    check_clock,
    check_disk,
    check_log,
    check_port,
    check_public_url,
    check_rights,
)
from doctor.mail import check_mail
from doctor.telegram import check_telegram

OFFLINE: tuple[Check, ...] = (
    check_version, check_boards_as_written, check_keys, check_network, check_environment, check_secrets, check_rates,
    check_database, check_work, check_channels, check_disk, check_port, check_browser, check_rights, check_log,
    check_backups,
)  # fmt: skip
ONLINE: tuple[Check, ...] = (
    check_telegram, check_mail, check_sender_domain, check_public_url, check_clock, check_boards,
)  # fmt: skip

__all__ = ["OFFLINE", "ONLINE", "Check", "Finding", "State", "examine"]
