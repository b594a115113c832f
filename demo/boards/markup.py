"""The few marks of the sample ads (`## heading`, `- item`, blank lines between paragraphs) as HTML."""

from dataclasses import dataclass
from html import escape
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a list or a paragraph."""

    kind: str
    lines: list[str]

    def html(self) -> str:
        """The block as an element."""
        if self.kind == "list":
            return "<ul>" + self.items() + "</ul>"
        tag = "h3" if self.kind == "heading" else "p"
        return f"<{tag}>{escape(' '.join(self.lines), quote=False)}</{tag}>"

    def items(self) -> str:
        """A list's items without the list."""
        return "".join(f"<li>{escape(line, quote=False)}</li>" for line in self.lines)


def blocks(text: str) -> list[Block]:
    """Split an ad's text into its blocks."""
    lines = [line.strip() for line in text.splitlines()]
    groups = [(kind, list(group)) for kind, group in groupby(lines, _kind)]
    return [Block(kind, [line.lstrip("#- ") for line in group]) for kind, group in groups if kind]


def html(text: str) -> str:
    """An ad's text as HTML."""
    return "\n".join(block.html() for block in blocks(text))


def plain(text: str) -> str:
    """An ad's text as vendors give it beside the HTML."""
    return "\n\n".join("\n".join(block.lines) for block in blocks(text))


def _kind(line: str) -> str:
    if not line:
        return ""
    return {"#": "heading", "-": "list"}.get(line[0], "paragraph")
