"""What the demo leaves to look at: each e-mail as a page, and the bot chat as one."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.mailserver import Arrived

CHAT_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; padding: 2rem 1rem; background: #dfe7ee; color: #14202b; font: 16px/1.45 system-ui, sans-serif; }}
main {{ max-width: 44rem; margin: 0 auto; }}
h1 {{ font-size: 1rem; font-weight: 600; text-align: center; color: #46586a; margin: 0 0 1.5rem; }}
.bubble {{ width: fit-content; max-width: 85%; margin: .5rem 0; padding: .6rem .9rem; border-radius: .9rem;
  background: #fff; white-space: pre-wrap; overflow-wrap: anywhere; box-shadow: 0 1px 1px #0002; }}
.person {{ margin-left: auto; background: #d5f0c4; }}
.day {{ text-align: center; color: #46586a; font-size: .85rem; margin: 1.2rem 0 .4rem; }}
pre {{ margin: .3rem 0; overflow-x: auto; font-size: .85em; }}
a {{ color: #0b61a4; }}
@media (prefers-color-scheme: dark) {{
  body {{ background: #10181f; color: #e8edf2; }} .bubble {{ background: #1d2a35; }} .person {{ background: #2d4a2b; }}
  h1, .day {{ color: #9db0c2; }} a {{ color: #7cc0f5; }}
}}
</style></head><body><main>
<h1>{title}</h1>
{bubbles}
</main></body></html>
"""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of the chat; `markup` is Bot API HTML, `day` a heading above it where a new day begins."""

    is_person: bool
    markup: str
    day: str = ""


def write_chat(path: Path, title: str, bubbles: Sequence[Bubble]) -> None:
    """The chat as a page. The bot's markup was checked by the Bot API server, and is HTML as it stands."""
    made = "\n".join(_bubble(bubble) for bubble in bubbles)
    path.write_text(CHAT_PAGE.format(title=html.escape(title), bubbles=made), encoding="utf-8")


def typed(text: str, day: str = "") -> Bubble:
    """A bubble of what a person typed."""
    return Bubble(True, html.escape(text), day)


def write_emails(folder: Path, arrived: Sequence[Arrived]) -> list[Path]:
    """Each e-mail's HTML part beside its .eml (its text where there is none); returns the pages in order."""
    return [_page(folder / f"{number:04d}.html", message) for number, message in enumerate(arrived, 1)]


def _page(path: Path, message: Arrived) -> Path:
    plain = html.escape(message.part("plain"))
    page = message.part("html") or f"<!doctype html><meta charset='utf-8'><pre>{plain}</pre>"
    path.write_text(page, encoding="utf-8")
    return path


def _bubble(bubble: Bubble) -> str:
    day = f'<p class="day">{html.escape(bubble.day)}</p>\n' if bubble.day else ""
    return f'{day}<div class="bubble{" person" if bubble.is_person else ""}">{bubble.markup}</div>'
