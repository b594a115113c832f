"""The command `rolewire`: data on standard output, progress on standard error; exits 0 done, 1 failed, 2 misused."""

import atexit
import gc
import os
import sys
from itertools import pairwise
from typing import Annotated

import typer
from typer.exceptions import TyperException

from commands.lazy import LazyGroup

# What is imported stays, so that looking for cycles is a fifth of a start; as the process ends, nothing is looked at.
gc.set_threshold(500_000, 20, 20)  # who serves lowers it again
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # there are none, and looking for them reads every package
atexit.register(gc.freeze)

STOPPED = 130  # as shells say of Ctrl-C

app = typer.Typer(
    name="rolewire",
    help="Watch the boards where AI-engineering jobs are posted, and tell people whose saved searches match.",
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version  # only here: it reads e-mail headers

        typer.echo(f"rolewire {version('rolewire')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Entry point: every foreseen error is one clear message."""
    try:
        code = app(prog_name="rolewire", standalone_mode=False)
        sys.stdout.flush()
    except SystemExit as leaving:
        if not isinstance(leaving.__context__, BrokenPipeError):
            raise
        _drop_output()  # the reader has had enough: Typer takes it for a failure
        sys.exit(0)
    except TyperException as error:
        _reword(error)
        error.show()  # type: ignore[attr-defined]
        if _is_single_dashed(getattr(error, "option_name", "")):
            sys.stderr.write("A query that begins with - stands after --: rolewire search -- '-title:lead agents'\n")
        sys.exit(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.stderr.write("\n")
        _leave("stopped", STOPPED)
    except Exception as error:
        code = _exit_code(error)
        if code is None:
            raise
        _leave(_message(error), code)
    sys.exit(code if isinstance(code, int) else 0)


def _reword(error: TyperException) -> None:
    """Say what is wrong with a value without pydantic's words."""
    from commands.helping import plain

    error.message = plain(getattr(error, "message", ""), _typed(error))


def _typed(error: TyperException) -> str:
    """What was typed for the option that the error is about."""
    names = getattr(getattr(error, "param", None), "opts", ())
    typed = sys.argv[1:]
    return next((value for name, value in pairwise(typed) if name in names), "")


def _is_single_dashed(option: str) -> bool:
    return option.startswith("-") and not option.startswith("--")


def _exit_code(error: Exception) -> int | None:
    """1 or 2 for an error that was foreseen, else None. The rooms that raise them are imported only now."""
    from sqlalchemy.exc import DBAPIError

    from alerts.searches import SubscriberError
    from boards import UnknownBoardError
    from commands.common import FailureError, MisuseError
    from database import DatabaseError
    from search import QueryError
    from settings import SettingsError

    misuse = (MisuseError, SettingsError, DatabaseError, QueryError, UnknownBoardError, SubscriberError)
    if isinstance(error, misuse):
        return 2
    return 1 if isinstance(error, (FailureError, DBAPIError, OSError)) else None


def _message(error: Exception) -> str:
    from sqlalchemy.exc import DBAPIError

    from database import first_line

    if isinstance(error, DBAPIError):
        return f"the database refuses: {first_line(error)}; `rolewire doctor` looks at it"
    if isinstance(error, OSError):
        _drop_output()
        return f"{error.filename or 'the output'}: {error.strerror or error}"
    return str(error)


def _drop_output() -> None:
    """Let nothing that is still buffered fail again when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave(message: str, code: int) -> None:
    sys.stderr.write(f"rolewire: {message}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
