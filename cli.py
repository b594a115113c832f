"""The command `rolewire`: data on standard output, progress on standard error; exits 0 done, 1 failed, 2 misused."""

import os
import sys

import typer

from alerts.channels import ChannelSetupError
from alerts.searches import SubscriberError
from boards import UnknownBoardError
from commands import data, health, people, postings, service
from commands.common import FailureError, MisuseError
from commands.demo import demo
from database import DatabaseError
from search import QueryError
from settings import SettingsError

MISUSE = (MisuseError, SettingsError, DatabaseError, QueryError, UnknownBoardError, SubscriberError, ChannelSetupError)

app = typer.Typer(
    name="rolewire",
    help="Watch the boards where AI-engineering jobs are posted, and tell people whose saved searches match.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    demo, service.run, service.crawl, postings.search, postings.export,
    service.retag, data.parse, data.tag, data.dedup, data.match, health.status, health.doctor,
):  # fmt: skip
    app.command()(command)
app.add_typer(health.boards, name="boards")
app.add_typer(people.searches, name="searches")
app.add_typer(people.subscribers, name="subscribers")


def main() -> None:
    """Entry point: every foreseen error is one clear message."""
    try:
        app()
    except MISUSE as error:
        _leave(str(error), 2)
    except FailureError as error:
        _leave(str(error), 1)
    except BrokenPipeError:  # the reader of our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _leave(message: str, code: int) -> None:
    sys.stderr.write(f"rolewire: {message}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
