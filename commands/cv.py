"""Reads a CV file: JSON Resume, plain text, or PDF. What a stranger's file can do is bounded: its size, and for a PDF
the time and memory of a process of its own, which is all that opens it."""

import json
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from alerts.cv import MOST_TEXT, from_resume, from_text
from commands.common import FailureError, MisuseError
from search.profile import Profile

MOST_BYTES = 5_000_000
PAGES, SECONDS, MEMORY = 20, 15, 768 * 1024 * 1024
_READER = f"""
import io, sys
from pypdf import PdfReader
size = 0
for number, page in enumerate(PdfReader(io.BytesIO(sys.stdin.buffer.read())).pages):
    text = page.extract_text() or ""
    sys.stdout.buffer.write(text[:{MOST_TEXT}].encode("utf-8", "replace") + b"\\n")
    size += len(text)
    if number + 1 >= {PAGES} or size >= {MOST_TEXT}:
        break
"""


def read_cv(file: Path, held: Profile) -> Profile:
    """The profile with what the file says. Raises MisuseError on a file of another kind, FailureError on a bad PDF."""
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise MisuseError(f"{file} cannot be read: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise MisuseError(f"{file.name} is larger than {MOST_BYTES // 1_000_000} MB")
    if content.startswith(b"%PDF-"):
        return from_text(pdf_text(content), held)
    text = content.decode("utf-8-sig", "replace")
    if not text.lstrip().startswith(("{", "[")):
        return from_text(_printable(text, file), held)
    try:
        resume = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MisuseError(f"{file.name} is no JSON: {str(error)[:200]}") from None
    return from_resume(resume if isinstance(resume, dict) else {}, held, datetime.now(UTC).date())


def _printable(text: str, file: Path) -> str:
    """Words, not the bytes of another kind of file."""
    odd = sum(not (char.isprintable() or char.isspace()) or char == "\ufffd" for char in text[:10_000])
    if odd * 20 > len(text[:10_000]):
        raise MisuseError(f"{file.name} is neither JSON Resume nor PDF nor plain text: save it as one of these")
    return text


def pdf_text(content: bytes) -> str:
    """The words of a PDF. Raises FailureError where there are none, or it takes too long or too much memory."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words, and the file on standard input
            [sys.executable, "-I", "-c", _READER], input=content, capture_output=True, timeout=SECONDS,
            preexec_fn=_bound, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise FailureError(f"the PDF could not be read within {SECONDS} s: save it as text") from None
    if b"No module named 'pypdf'" in done.stderr:
        raise FailureError("reading a PDF needs pypdf: `pip install 'rolewire[cv]'`, or save the CV as text")
    text = done.stdout[: 4 * MOST_TEXT].decode("utf-8", "replace")
    if not text.strip():
        raise FailureError("no words were found in the PDF: it may be pictures, or broken; save it as text")
    return text


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
