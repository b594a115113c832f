"""The package as it is installed: every room with its data, and the packs are found from any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.test_daemon import free_port

ROOT = Path(__file__).parent.parent
BESIDE = {"tests", "docs", "benchmarks", "requirements"}  # of the repository, not of the package
TERMS = "licenses"  # it goes where a package keeps its terms


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "installed")
    return folder / "installed"


def test_every_file_of_the_rooms_is_in_the_package(installed: Path) -> None:
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = [path for path in map(Path, told.splitlines()) if not path.parts[0].startswith(".")]
    rooms = [path for path in paths if path.parts[0] not in BESIDE | {TERMS}]
    wanted = [path for path in rooms if len(path.parts) > 1 or path.suffix == ".py"]
    assert len(wanted) > 200
    assert [str(path) for path in wanted if (ROOT / path).exists() and not (installed / path).exists()] == []


def test_the_terms_of_its_data_are_in_the_package(installed: Path) -> None:
    (kept,) = installed.glob("*.dist-info/licenses")
    terms = ["LICENSE", "NOTICE.md", *(f"{TERMS}/{path.name}" for path in (ROOT / TERMS).iterdir())]
    assert len(terms) > 3
    for name in terms:
        assert (kept / name).read_bytes() == (ROOT / name).read_bytes()


def test_an_installed_package_keeps_its_files_where_the_platform_wants_them(installed: Path, tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(installed)!r}); import cli; sys.argv[0] = 'rolewire'; cli.main()"
    kept = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

    def run(*arguments: str, **more: str) -> str:
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, cwd="/", env=kept | more, check=True, capture_output=True, text=True)
        return done.stdout + done.stderr

    answers = ("--no-input", "--packs", "robotics", "--port", str(free_port()))
    told = run("init", *answers)
    assert str(tmp_path / ".config" / "rolewire" / "config.toml") in told
    assert (tmp_path / ".local" / "share" / "rolewire" / "rolewire.db").exists()
    assert "--config" not in told  # it is found there
    written = (tmp_path / ".config" / "rolewire" / "config.toml").read_text()
    assert f'folder = "{tmp_path / ".local" / "share" / "rolewire" / "backups"}"' in written
    assert "robotics" in run("packs", "list", "--format", "csv")
    run("init", *answers, ROLEWIRE_HOME=str(tmp_path / "mine"))
    assert sorted(path.name for path in (tmp_path / "mine").iterdir() if "lock" not in path.name)[0] == "config.toml"
    assert (tmp_path / "mine" / "rolewire.db").exists()


def test_the_installed_command_starts(installed: Path, tmp_path: Path) -> None:
    """As pipx and uv install it; `tests/tools/try_install.sh` has them do so."""
    (wheel,) = installed.parent.glob("*.whl")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(tmp_path)]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True)
    kept = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)}
    code = [str(tmp_path / "bin" / "rolewire"), "packs", "list", "--format", "csv"]
    done = subprocess.run(code, cwd="/", env=kept, check=True, capture_output=True, text=True)
    assert "robotics" in done.stdout


def test_packs_are_found_from_any_folder(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('packs = ["europe"]')
    code = "import settings, pathlib; print(settings.__file__, len(settings.load(pathlib.Path('mine.toml')).boards))"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(installed)!r}); {code}"]
    file, count = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.split()
    assert Path(file).is_relative_to(installed)
    assert int(count) > 10
