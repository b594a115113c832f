"""What a newcomer meets first: files, links and commands that the front door names are there."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} +(.+)$", DOCKERFILE, re.M)


def test_pages_are_there() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "Dockerfile", "compose.yaml"):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", ".github/workflows/ci.yml", ".ci/run"])
def test_named_targets_of_make_exist(page: str) -> None:
    text = (ROOT / page).read_text()
    named = set(re.findall(r"(?:^ *|- run: |`)make\s+([a-z]+)(?=`|\s*$|  )", text, re.M))
    assert named
    assert named <= TARGETS


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md"])
def test_named_files_exist(page: str) -> None:
    named = re.findall(r"`((?:[\w.]+/)*[\w.]+\.(?:py|md|toml)|(?:\w+/)+)`", (ROOT / page).read_text())
    named = [name for name in named if not re.search(r"NAME|NNNN|CASE", name)]
    assert len(named) > 2 or page == "SECURITY.md"
    assert [name for name in named if not any(ROOT.glob(f"**/{name}" if "/" not in name[:-1] else name))] == []


def test_lock_files_are_those_that_make_and_image_install() -> None:
    locks = {f"requirements/{path.name}" for path in (ROOT / "requirements").glob("*.lock")}
    named = set(re.findall(r"requirements/\w+\.lock", (ROOT / "Makefile").read_text()))
    assert named == locks
    assert set(re.findall(r"requirements/\w+\.lock", DOCKERFILE)) <= locks
    for name in locks:
        rows = [line for line in (ROOT / name).read_text().splitlines() if re.match(r"[a-z]", line)]
        assert rows, name
        assert all("==" in row and row.endswith("\\") for row in rows), name  # pinned, and hashes follow


def test_locks_hold_every_dependency_that_is_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for lock, wanted in (("run", declared["project"]["dependencies"]), ("dev", declared["dependency-groups"]["dev"])):
        text = (ROOT / "requirements" / f"{lock}.lock").read_text()
        pinned = set(re.findall(r"^([a-z0-9.-]+)(?:\[[^\]]*\])?==", text, re.M))
        assert {re.split(r"[\[><=~ ]", name)[0] for name in wanted} <= pinned


def test_image_copies_what_is_there_and_installs_only_what_has_hashes() -> None:
    copied = [line.split()[:-1] for line in instructions("COPY") if not line.startswith("--from")]
    sources = [[word for word in words if not word.startswith("--chown=")] for words in copied]
    assert all((ROOT / path).exists() for paths in sources for path in paths)
    installs = re.findall(r"pip install[^&\n]*", DOCKERFILE)
    assert all("--require-hashes" in call or "--no-deps" in call for call in installs)
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert not {*wheel["only-include"], "README.md", "LICENSE", "requirements", "config.toml"} & set(ignored)
    assert {".git", ".venv", ".env*"} <= set(ignored)


def test_image_runs_as_nobody_in_particular_and_its_environment_is_known() -> None:
    (user,) = instructions("USER")
    assert user != "root"
    assert f"--create-home {user}" in DOCKERFILE
    (environment,) = instructions("ENV")
    names = re.findall(r"(ROLEWIRE_\w+)=(\S+)", environment)
    code = "import settings; found = settings.load(); print(found.web.host, found.network.sandbox, found.database.url)"
    values = {**dict(names), "ROLEWIRE_CONFIG": str(ROOT / "config.toml")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=values, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["0.0.0.0", "False", "sqlite:////data/rolewire.db"]


def test_the_image_says_whether_it_answers_and_its_log_is_rotated() -> None:
    (check,) = re.findall(r"^HEALTHCHECK .*?CMD (\[.*\])$", DOCKERFILE, re.M)
    assert "/healthz" in check
    assert "print" not in check
    assert COMPOSE["services"]["rolewire"]["logging"]["options"].keys() == {"max-size", "max-file"}


def test_compose_fits_the_image() -> None:
    service = COMPOSE["services"]["rolewire"]
    assert set(service["build"]["args"]) <= {argument.split("=")[0] for argument in instructions("ARG")}
    mounts = [volume.split(":") for volume in service["volumes"]]
    named = {source for source, *_ in mounts if not source.startswith("./")}
    named |= {volume.split(":")[0] for volume in COMPOSE["services"]["postgres"]["volumes"]}
    assert named == set(COMPOSE["volumes"])
    assert all((ROOT / source).exists() for source, *_ in mounts if source.startswith("./"))
    targets = {target for _, target, *_ in mounts}
    assert set(instructions("VOLUME")) <= targets
    (environment,) = instructions("ENV")
    assert f"ROLEWIRE_CONFIG={next(target for target in targets if target.endswith('.toml'))} " in environment
    assert COMPOSE["services"]["postgres"]["profiles"] == ["postgres"]


def test_workflow_runs_the_tests() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    assert [step["run"] for step in workflow["jobs"]["test"]["steps"] if "run" in step] == ["make test"]
    assert workflow["permissions"] == {"contents": "read"}


def test_the_container_can_be_set_up_in_the_browser() -> None:
    """What /setup writes lies in the volume, where the user that runs it may write."""
    assert "--chown=rolewire config.toml /data/config.toml" in instructions("COPY")
    assert {"/data"} == set(instructions("VOLUME"))
    assert "ROLEWIRE_CONFIG=/data/config.toml" in (ROOT / "compose.yaml").read_text()


@pytest.mark.parametrize("name", ["secrets.toml", "config.toml.before", "backups/rolewire-1.db", "rolewire.db-wal"])
def test_what_a_set_up_writes_beside_the_configuration_is_no_part_of_the_repository(name: str) -> None:
    done = subprocess.run(["git", "check-ignore", "--no-index", name], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
