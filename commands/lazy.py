"""The commands by name, each imported when it is asked for: `rolewire tag` needs neither Telegram nor a database."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperGroup

from commands.helping import make_plain

# name -> (module, what it is called there, what --help says of it)
COMMANDS = {
    "demo": ("commands.demo", "demo", "Show the main job end to end: no network, no accounts."),
    "init": ("commands.init", "init", "Begin: a few questions, each answer tried at once."),
    "run": ("commands.service", "run", "Run the daemon: crawl, match, deliver, bot and web page."),
    "crawl": ("commands.service", "crawl", "Crawl what is due once, and say how each board ended."),
    "search": ("commands.postings", "search", "Query the postings that are stored."),
    "show": ("commands.showing", "show", "Show one posting: where it was seen, its history, what to weigh."),
    "stats": ("commands.stats", "stats", "Tell of the market: trends, pay, skills, how long openings live."),
    "sql": ("commands.sql", "sql", "Ask the database in SQL, read-only."),
    "export": ("commands.exporting", "export", "Write postings to a file."),
    "retag": ("commands.service", "retag", "Tag the stored postings anew after a rule change."),
    "parse": ("commands.data", "parse", "Turn a saved response of a board into postings."),
    "tag": ("commands.data", "tag", "Tag postings: JSON lines in, the same with tags out."),
    "dedup": ("commands.dedup", "dedup", "Tell openings apart: postings in, groups out."),
    "merges": ("commands.merges", "merges", "What is held to be one opening, why, and apart again."),
    "match": ("commands.matching", "match", "Match tagged postings against searches."),
    "status": ("commands.health", "status", "Health of sources, queue and channels."),
    "doctor": ("commands.doctor", "doctor", "Look for every misconfiguration, and say the cure."),
    "boards": ("commands.hunting", "boards", "Boards, their verdicts and health."),
    "packs": ("commands.packs", "packs", "Employers by theme, switched on and off."),
    "channels": ("commands.channels", "channels", "Channels, and whether a message gets through."),
    "new-spider": ("commands.newspider", "new_spider", "Write what a new source begins with."),
    "searches": ("commands.reasons", "searches", "Saved searches."),
    "why": ("commands.reasons", "why", "Why a posting matches a search, or why not."),
    "subscribers": ("commands.subscribers", "subscribers", "People, and where they are reached."),
    "keys": ("commands.keys", "keys", "Keys for programs that use the API."),
    "mcp": ("commands.mcp", "mcp", "Serve the tools for language models."),
    "profile": ("commands.profile", "profile", "What a person looks for and where they may work."),
    "outbox": ("commands.outbox", "outbox", "Messages: what waits, what failed and why."),
    "digest": ("commands.digests", "digests", "Digests, before they go."),
    "config": ("commands.configuration", "configuration", "The configuration in force."),
    "db": ("commands.databases", "databases", "The database: upgrade, backup, restore, check."),
}


class LazyGroup(TyperGroup):
    """Knows its commands by COMMANDS."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """The names, in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Import the command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        found: typer.Typer | Callable[..., None] = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            found.rich_markup_mode = None  # one look for all, and no [words] taken for markup
            command: Any = typer.main.get_group(found)
        else:
            alone = typer.Typer(rich_markup_mode=None, add_completion=False)
            alone.command(cmd_name)(found)
            command = typer.main.get_command(alone)
        command.name = cmd_name
        make_plain(command)
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """A misspelt one is answered with the one that is meant."""
        self.commands = cast(Any, dict.fromkeys(COMMANDS))  # only their names are compared
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """The list in `rolewire --help`."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, _, told) in COMMANDS.items()])
