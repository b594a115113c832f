"""Keys from the command line."""

import json


def test_a_key_is_made_shown_once_and_revoked(run):
    run("subscribers", "add", "Ada", "--email", "ada@example.org")
    made = run("keys", "add", "my laptop", "--subscriber", "Ada")
    assert (made.returncode, made.stdout[:3]) == (0, "rw_")
    assert "may change the searches of Ada" in made.stderr
    assert "only reads" in run("keys", "add", "dashboard").stderr
    listed = run("keys", "list", "--format", "jsonl")
    rows = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [(row["name"], row["subscriber"], row["revoked_at"]) for row in rows] == [
        ("my laptop", "Ada", None), ("dashboard", None, None),
    ]  # fmt: skip
    assert made.stdout.strip().rpartition("_")[2] not in listed.stdout
    assert run("keys", "revoke", rows[0]["public_id"]).returncode == 0
    assert json.loads(run("keys", "list", "--format", "json").stdout)[0]["revoked_at"]
    refused = run("keys", "revoke", "nosuch")
    assert (refused.returncode, "keys list" in refused.stderr) == (2, True)
    assert run("keys", "add", " ").returncode == 2
    assert run("keys", "add", "x", "--subscriber", "Bea").returncode == 2
