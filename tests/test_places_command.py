"""Addresses that are secrets, from the command line: asked first, confirmed by a code, never shown whole."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alerts.channels import masked

Run = Callable[..., Any]
HOOK = "https://hooks.example.org/jobs/s3cret"


@pytest.fixture
def told(tmp_path: Path, run: Run) -> Callable[..., Any]:
    (tmp_path / "config.toml").write_text('[webhook]\nsecret = "sixteen characters or more"\n')
    assert run("subscribers", "add", "Ada").returncode == 0
    return run


def test_a_webhook_is_asked_before_it_is_used_and_shown_masked(told: Run) -> None:
    done = told("subscribers", "address", "Ada", f"webhook:{HOOK}")
    assert (done.returncode, HOOK in done.stderr + done.stdout) == (0, False)
    assert "is asked to confirm" in done.stderr
    refused = told("searches", "add", "role:ai-engineer", "--subscriber", "Ada", "--channel", "webhook")
    assert "no active webhook address" in refused.stderr
    assert told("subscribers", "confirm", "Ada", "00000000").returncode == 2
    listed = json.loads(told("subscribers", "list", "--format", "json").stdout)
    assert [one["address"] for one in listed[0]["addresses"]] == [masked("webhook", HOOK)]
    exported = json.loads(told("subscribers", "export", "Ada").stdout)
    assert exported["addresses"][0]["address"] == HOOK
    code = re.search(r"/email (\d{8})", exported["messages"][0]["text"])
    assert code is not None
    confirmed = told("subscribers", "confirm", "Ada", code.group(1))
    assert (confirmed.returncode, masked("webhook", HOOK) in confirmed.stderr) == (0, True)
    saved = told("searches", "add", "role:ai-engineer", "--subscriber", "Ada", "--channel", "webhook")
    assert saved.returncode == 0
    gone = told("subscribers", "address", "Ada", f"webhook:{masked('webhook', HOOK)}", "--remove")
    assert gone.returncode == 0
    assert json.loads(told("subscribers", "list", "--format", "json").stdout)[0]["addresses"] == []


def test_its_key_is_printed_and_others_have_none(told: Run) -> None:
    done = told("channels", "key", f"webhook:{HOOK}")
    assert (done.returncode, done.stdout[:6]) == (0, "whsec_")
    assert told("channels", "key", "email:ada@example.org").returncode == 2
    wrong = told("subscribers", "address", "Ada", "slack://TokenA/TokenB/TokenC")
    assert (wrong.returncode, "TokenB" in wrong.stderr) == (2, False)


def test_only_what_can_be_chosen_is_offered(told: Run) -> None:
    shown = told("searches", "add", "--help").stdout
    assert "weekly" in shown
    done = told("searches", "add", "rag", "--subscriber", "Ada", "--cadence", "baseline")
    assert (done.returncode, "baseline" in shown) == (2, False)
