"""The house thermometer: how long functions, spiders, channels and modules are, beside their goals."""

import ast
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("spiders", "pipeline", "search", "alerts", "web", "demo", "commands")
LONGEST_MODULE = 300


def main() -> None:
    files = [*ROOT.glob("*.py"), *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))]
    lengths = sorted(length for path in files for length in function_lengths(path))
    ninety = lengths[int(len(lengths) * 0.9)]
    print(f"functions   {len(lengths)}: median {statistics.median(lengths):.0f} lines (goal 10), "
          f"90% within {ninety} (goal 30), longest {lengths[-1]}")  # fmt: skip
    show("spiders", ROOT.glob("spiders/[a-z]*.py"), "20-60")
    show("channels", ROOT.glob("alerts/channels/[a-z]*.py"), "30-80")
    long = {str(path.relative_to(ROOT)): count for path in files if (count := lines(path)) > LONGEST_MODULE}
    print(f"modules     {len(files)}; over {LONGEST_MODULE} lines (models.py excepted): {long or 'none'}")
    sys.exit(bool(ninety > 30 or set(long) - {"models.py"}))


def show(name: str, paths, goal: str) -> None:
    found = {path.stem: code_lines(path) for path in sorted(paths)}
    print(f"{name:11s} {', '.join(f'{stem} {count}' for stem, count in found.items())} (goal {goal} lines of code)")


def function_lengths(path: Path) -> list[int]:
    tree = ast.parse(path.read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node.end_lineno - node.lineno + 1 for node in ast.walk(tree) if isinstance(node, kinds)]


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def code_lines(path: Path) -> int:
    """Lines without blanks, comments and docstrings."""
    text = path.read_text()
    docs = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, node.end_lineno + 1)
    }
    kept = enumerate(text.splitlines(), 1)
    return sum(1 for number, line in kept if line.strip() and not line.strip().startswith("#") and number not in docs)


if __name__ == "__main__":
    main()
