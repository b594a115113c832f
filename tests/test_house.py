"""The house holds: who may import whom, and nothing of the rooms is undocumented."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = {
    "models",
    "settings",
    "boards",
    "locks",
    "logs",
    "rolling",
    "worker",
    "crawling",
    "scheduler",
    "cli",
    "environment",
    "finding",
    "pulse",
    "condition",
    "places",
    "egress",
}
ROOMS = {"database", "spiders", "pipeline", "search", "alerts", "web", "demo", "commands", "migrations", "packs"}
ROOMS |= {"doctor", "begin", "tables"}

# Longest prefix wins; what a room may import of ours, besides itself.
SHELL = {"models", "settings", "database", "boards", "locks", "logs"}
MAY_IMPORT: dict[str, set[str]] = {
    "models": {"tables"},
    "tables": {"models"},
    "packs": set(),
    "places": set(),
    "egress": set(),
    "settings": {"packs", "places"},
    "logs": {"settings"},
    "locks": set(),
    "environment": set(),
    "finding": {"models", "settings", "environment", "packs", "spiders", "pipeline"},
    "search": {"models"},
    "spiders": {"models", "settings", "egress"},
    "pipeline": {"models"},
    "pipeline.text": {"models"},
    "pipeline.job": {"models", "pipeline.text"},
    "pipeline.role": {"models", "pipeline.text", "pipeline.job"},
    "pipeline.level": {"models", "pipeline.text", "pipeline.job", "pipeline.role"},
    "pipeline.pay": {"models", "pipeline.text"},
    "pipeline.place": {"models", "pipeline.text"},
    "pipeline.asks": {"models", "pipeline.text", "pipeline.level"},
    "pipeline.dedup": {
        "models",
        "pipeline.canonical",
        "pipeline.text",
        "pipeline.job",
        "pipeline.level",
        "pipeline.pay",
        "pipeline.place",
        "pipeline.posted",
    },
    "pipeline.tools": {"models", "pipeline"},
    "pipeline.ingest": {"pipeline", "database", "models", "settings"},
    "database": {"models", "settings", "search", "places"},
    "boards": {"models", "settings", "database"},
    "alerts": {"search", "database", "models", "settings"},
    "alerts.watching": {"alerts", "boards", "finding", "models", "settings"},
    "alerts.naming": {"alerts", "database", "models", "pipeline.canonical", "spiders"},
    "alerts.channels": {"models", "settings", "egress", "alerts.outgoing", "alerts.render", "alerts.wording"},
    "alerts.cadence": {"models", "alerts.wording", "alerts.zones"},
    "alerts.digest": {"models", "search", "alerts"},
    "alerts.render": {"models", "search", "alerts"},
    "alerts.wording": {"models", "search", "alerts"},
    "alerts.outgoing": {"models"},
    "web": {"database", "boards", "search", "alerts", "models", "settings", "condition"},
    "migrations": {"tables"},
    "rolling": {"models"},
    "worker": {"pipeline", "spiders", "rolling", *SHELL},
    "crawling": {"pipeline.ingest", "environment", *SHELL},
    "pulse": {"alerts", *SHELL},
    "condition": {"alerts", *SHELL},
    "scheduler": {"alerts", "web", "crawling", "pulse", "pipeline.ingest", "places", *SHELL},
    "doctor": {"alerts", "search", "spiders", "finding", "packs", *SHELL},
    "begin": {"alerts", "doctor", "search", "finding", "packs", "places", *SHELL},
    "web.setup": {"web", "begin", "database", "alerts", "settings"},
    "web.watching": {"web", "alerts", "begin", "boards", "spiders", "database", "settings"},
    "web.steps": {"begin", "packs", "database", "alerts", "settings"},
    "commands": {"alerts", "pipeline", "search", "spiders", "web", "crawling", "scheduler", "finding", "packs", *SHELL}
    | {"doctor", "condition", "places", "begin"},
    "commands.demo": {"demo"},
    "cli": {"commands", "alerts", "search", *SHELL},
    "demo": {"alerts", "pipeline", "search", "spiders", "web", "crawling", *SHELL},
}
CLOCK = re.compile(r"\b(?:datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
PURE = ("search", "pipeline", "alerts.digest", "alerts.render", "alerts.wording", "alerts.cadence")


def modules() -> list[Path]:
    files = [ROOT / f"{name}.py" for name in sorted(FILES)]
    return files + [path for room in sorted(ROOMS) for path in sorted((ROOT / room).rglob("*.py"))]


def name_of(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.split(".")[0] in FILES | ROOMS}


def rule_for(module: str) -> tuple[str, set[str]]:
    prefix = max((key for key in MAY_IMPORT if f"{module}.".startswith(f"{key}.")), key=len)
    return prefix, MAY_IMPORT[prefix]


def breaches(module: str, names: set[str]) -> list[str]:
    prefix, allowed = rule_for(module)
    allowed = allowed | {prefix}
    return sorted(name for name in names if not any(f"{name}.".startswith(f"{room}.") for room in allowed))


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_module_imports_only_what_its_room_may(path: Path) -> None:
    # `from alerts import channels` also names the package `alerts` itself: a package stands for what is taken from it
    found = imported(path)
    names = {name for name in found if not any(other.startswith(f"{name}.") for other in found)}
    assert not breaches(name_of(path), names)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("spiders.greenhouse", "database"), ("pipeline.role", "search"), ("pipeline.role.jobs", "database"),
        ("pipeline.role.jobs", "pipeline.level"), ("pipeline.text.plain", "pipeline.job.title"),
        ("alerts.channels.email", "database"), ("alerts.render", "database"), ("models", "settings"),
        ("web.app", "spiders"), ("search.matcher", "pipeline"), ("database", "alerts"), ("worker", "demo"),
    ],
)  # fmt: skip
def test_planted_breach_is_caught(module: str, name: str) -> None:
    assert breaches(module, {name}) == [name]


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_pure_rooms_do_not_ask_the_clock(path: Path) -> None:
    module = name_of(path)
    is_pure = any(f"{module}.".startswith(f"{room}.") for room in PURE) and not module.startswith("pipeline.ingest")
    is_command = '__name__ == "__main__"' in path.read_text()
    if is_pure and not is_command:
        assert not CLOCK.search(path.read_text())


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_every_module_says_what_it_is(path: Path) -> None:
    text = path.read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text))
