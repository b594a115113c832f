"""What the operator's chat may do: have a board watched, by an address of it."""

import boards
import finding
from alerts.channels import read_address
from alerts.desk import Asked, Desk, Reply
from alerts.wording import clean, plural
from finding import Finding, FindingError, Prospect
from settings import Settings

COMMAND = "board"
USAGE = (
    "Write an address behind the command: a careers page, a posting or an employer's home page, as\n/board acme.example"
)
YES = "yes"


def board(desk: Desk, asked: Asked) -> Reply:
    """Show what stands behind an address; with "yes" behind it, have it watched."""
    url, _, word = asked.argument.partition(" ")
    if not url:
        return Reply(USAGE)
    try:
        (found,) = finding.ask(desk.settings, [url])
    except FindingError as error:
        return Reply(f"That did not work: {clean(str(error), 300)}")
    best = found.best
    if best is None or not best.is_good():
        return Reply(f"Nothing to watch there: {clean(_why(found), 300)}")
    if word.strip().lower() != YES:
        return Reply(f"{_shown(best)}\n\nTo watch it:\n/board {url} {YES}")
    with desk.write() as connection:
        is_new = boards.add(connection, best.row())
    return Reply(f"{best.name}: {'added; it is crawled next.' if is_new else 'it is watched already.'}")


def is_operators(settings: Settings, channel: str, chat: str) -> bool:
    """Whether a chat is one that the configuration names as the operator's."""
    return (channel, chat) in [read_address(one) for one in settings.operator.addresses]


def _why(found: Finding) -> str:
    return (found.best.reason if found.best else "") or found.problem


def _shown(one: Prospect) -> str:
    head = f"{one.name}: {clean(one.company, 80)}, {plural(one.count, 'posting')}"
    titles = [f"· {clean(title, 80)}" for title in one.titles]
    return "\n".join([f"{head}, {one.ai} of {one.read} read with AI roles", *titles])
