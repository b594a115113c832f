"""The folder that the demo leaves behind, and the guard that it never deletes one that is not its own."""

import shutil
from dataclasses import dataclass
from pathlib import Path

MARK = ".rolewire-demo"
NOTE = "Made by `rolewire demo`, which deletes this folder and makes it anew whenever it runs.\n"


class FolderError(Exception):
    """The folder cannot be used; the message says why and what to do. Raised by `prepare`."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the demo's artefacts lie."""

    path: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / "rolewire.db"

    @property
    def emails(self) -> Path:
        """The e-mails as they arrived (.eml), and as HTML and text pages."""
        return self.path / "emails"

    @property
    def chat(self) -> Path:
        """The bot chat, as a page to read."""
        return self.path / "telegram.html"

    @property
    def telegram_log(self) -> Path:
        """What the Bot API accepted, as JSON lines."""
        return self.path / "telegram.jsonl"

    @property
    def config(self) -> Path:
        """A config.toml that names this database, for the commands that go on from here."""
        return self.path / "config.toml"


def prepare(path: Path) -> Folder:
    """An empty folder at `path`; one that an earlier demo made is deleted first. Raises FolderError."""
    try:
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            raise FolderError(f"{path} is not a folder; name another one with --folder")
        if path.exists() and any(path.iterdir()):
            _delete_own(path)
        path.mkdir(parents=True, exist_ok=True)
        (path / MARK).write_text(NOTE, encoding="utf-8")
        folder = Folder(path.resolve())
        folder.emails.mkdir()
    except OSError as error:
        raise FolderError(f"{path} cannot be written ({error.strerror}); name another folder with --folder") from None
    return folder


def _delete_own(path: Path) -> None:
    mark = path / MARK
    if not (mark.is_file() and mark.read_text(encoding="utf-8", errors="replace") == NOTE):
        raise FolderError(f"{path} holds files that no demo made; empty it, or name another folder with --folder")
    shutil.rmtree(path)
