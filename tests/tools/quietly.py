"""Run what may fail without a word: another attempt may cure it."""

import os
import subprocess


def run(*command: str) -> list[str]:
    """Run a command; returns what it said if it failed, else nothing."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=900)
    except (OSError, subprocess.TimeoutExpired) as error:
        return [f"{' '.join(command)}: {error}"]
    return [f"{' '.join(command)}: exit code {done.returncode}", done.stdout, done.stderr] if done.returncode else []
