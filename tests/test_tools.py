"""The set-up of browser and database says nothing of attempts that another one cured."""

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from spiders.base.errors import BoardFailure, Verdict
from tests.tools.dealing import dealt

TOOLS = Path(__file__).parent / "tools"


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Every command fails with a download error; the commands are kept."""
    asked: list[tuple[str, ...]] = []

    def run(command: tuple[str, ...], **_: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 100, "", "E: could not download")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}" if name != "chromium" else None)
    monkeypatch.setattr(sys, "path", [str(TOOLS), *sys.path])
    return asked


def browser_after(monkeypatch: pytest.MonkeyPatch, refusing: list[tuple[str, ...]], attempts: int) -> None:
    def installed(_configured: str) -> str:
        if len(refusing) < attempts:
            raise BoardFailure(Verdict.ERROR, "no browser was found")
        return "/bin/chromium"

    monkeypatch.setattr("spiders.base.browser.installed_browser", installed)


def test_an_attempt_that_another_cures_says_nothing(
    refusing: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    browser_after(monkeypatch, refusing, attempts=4)
    runpy.run_path(str(TOOLS / "ensure_browser.py"), run_name="__main__")
    assert capfd.readouterr() == ("browser: /bin/chromium\n", "")
    assert "playwright" in refusing[-1]


def test_what_went_wrong_is_said_where_nothing_cures_it(
    refusing: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    browser_after(monkeypatch, refusing, attempts=1000)
    with pytest.raises(SystemExit, match="no browser to be had"):
        runpy.run_path(str(TOOLS / "ensure_browser.py"), run_name="__main__")
    assert "E: could not download" in capfd.readouterr().err


def test_nothing_is_asked_where_all_is_there(
    refusing: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    browser_after(monkeypatch, refusing, attempts=0)
    runpy.run_path(str(TOOLS / "ensure_browser.py"), run_name="__main__")
    assert refusing == []
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(("long", "count", "workers"), [(7, 100, 3), (3, 0, 3), (1, 10, 4), (5, 6, 2), (9, 1, 3)])
def test_every_worker_begins_with_its_share_of_what_takes_long(long: int, count: int, workers: int) -> None:
    first, rest = [-number for number in range(1, long + 1)], list(range(count))
    order, at = dealt(first, rest, workers), 0
    assert sorted(order) == sorted([*first, *rest])
    for worker in range(workers):  # as pytest-xdist shares them out
        size = (len(order) - at) // (workers - worker)
        share, at = order[at : at + size], at + size
        begun = [one for one in share if one < 0]
        assert share[: len(begun)] == begun
        assert long // workers <= len(begun) <= -(-long // workers) or size == len(begun)
