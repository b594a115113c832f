"""How much processor time a start takes, as a ratio to that of `python -c pass`: the least of several.

python -m benchmarks.startup [--times 7]
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
POSTING = {
    "title": "Senior ML Engineer", "company": "Acme", "location": "Berlin, Germany",
    "description": "<p>We are building agents for the teams of our customers, and you will own the platform that they"
    " run on. You have 5 years of experience with Python and PyTorch, and you like to work with people. We offer a"
    " salary of $150,000 to $180,000 and a visa for those who need one. You will be part of a team of ten that is based"
    " in Berlin, and you are free to work from home.</p>",
}  # fmt: skip
COMMANDS = (
    "--help", "search --help", "search agents", "status", "searches list", "boards list",
    "doctor --offline", "tag", "dedup",
)  # fmt: skip
MODULES = ("models", "tables", "settings", "database", "pipeline.tagging", "spiders", "web.app", "scheduler", "worker")
WITHOUT_DATABASE = ("tag", "dedup")


def seconds(command: list[str], folder: Path, times: int, stdin: str = "") -> float:
    """The least processor time of a process and its children, user and system."""
    found = []
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, input=stdin, text=True, cwd=folder, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    rolewire = str(Path(sys.executable).with_name("rolewire"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text("")
        subprocess.run([rolewire, "subscribers", "add", "Ada", "--email", "ada@example.org"], cwd=folder, check=True)
        least = seconds([sys.executable, "-c", "pass"], folder, times)
        print(f"{'python -c pass':28}{least:8.3f} s")
        for command in COMMANDS:
            stdin = json.dumps(POSTING) + "\n" if command in WITHOUT_DATABASE else ""
            taken = seconds([rolewire, *command.split()], folder, times, stdin)
            print(f"{'rolewire ' + command:28}{taken:8.3f} s  x{taken / least:.0f}")
        for module in MODULES:
            taken = seconds([sys.executable, "-c", f"import {module}"], ROOT, times)
            print(f"{'import ' + module:28}{taken:8.3f} s  x{taken / least:.0f}")


if __name__ == "__main__":
    main()
