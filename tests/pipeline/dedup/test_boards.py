"""Two ids of one board are two openings, whatever their words: over every captured board."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.mark.long
@pytest.mark.usefixtures("shared")
def test_no_two_ids_of_a_captured_board_are_merged() -> None:
    command = [sys.executable, "benchmarks/dedup_captures.py", "--boards"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.fullmatch(r"(\d+) boards, (\d+) postings: 0 merged on one board", done.stdout.strip())
    assert found, done.stdout
    assert int(found[1]) > 200
    assert int(found[2]) > 7_000
