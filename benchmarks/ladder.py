"""Rungs from the rules to a model, where the title is silent: `python benchmarks/ladder.py GOLD.jsonl` (a minute).

Each rung decides the postings whose title names no AI subject, so that the rules ask the text
(`pipeline/role/silent.py`); all others keep the rules' role. The model is logistic regression on what the rules see:
concepts of the title, counts of the text's signs, the rules' own verdict; doubtful labels weigh 0.6. Its 300 weights a
role would be a file of 100 kB and no dependency at run time. Printed: right of all postings, in cross-validation over
the employers that may be read, and on the postings that nobody looked at. A rung is kept only where both say so.
Needs scikit-learn (requirements/dev.lock).
"""

import argparse
import math
from pathlib import Path
from typing import Any

import roles
from role_crossval import Row, is_held_out
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline

from pipeline.job.employer import company_key
from pipeline.job.header import without_addresses
from pipeline.job.title import TITLE_LIMIT, fold, without_company
from pipeline.role import tag_role
from pipeline.role.jobs import find_job
from pipeline.role.signs import read_signs
from pipeline.text.plain import one_line, plain_text
from pipeline.tools.reliability import read_postings

SILENT = ("role.text.", "role.title.none", "role.listing.none")
STEPS = (1, 2, 3, 5, 8)
RUNGS = {
    "the rules": (2.0, 2.0), "the model": (0.0, 0.0), "veto at 0.8": (0.8, 2.0), "veto at 0.6": (0.6, 2.0),
    "veto at 0.5": (0.5, 2.0), "rescue at 0.5": (2.0, 0.5), "rescue at 0.7": (2.0, 0.7),
    "both, 0.6 and 0.5": (0.6, 0.5),
}  # fmt: skip
Shares = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    gold = [{**row, "set": "dev", "sure": "yes"} for row in read_postings(parser.parse_args().gold)]
    rows = [_read(row) for row in [*gold, *roles.postings(), *roles.ads()]]
    unread = [row for row in rows if (row["set"] == "dev" and is_held_out(row)) or row["set"] in roles.UNREAD]
    read = [row for row in rows if row not in unread]
    print(
        f"{len(read)} that may be read, {_silent_in(read)} of them silent; {len(unread)} unread, {_silent_in(unread)}"
    )
    crossed, tested = _crossed(read), _shares(read, unread)
    for name, (veto, rescue) in RUNGS.items():
        print(
            f"{name:20s} read {_figures(read, crossed, veto, rescue)}   unread {_figures(unread, tested, veto, rescue)}"
        )


def _read(row: Row) -> dict[str, Any]:
    title, text = one_line(row["title"]), plain_text(row["description"])
    role, evidence = tag_role(title, text, row["company"])
    is_silent = evidence.rule.startswith(SILENT) and bool(text)
    return {**row, "said": role, "features": _features(title, text, row, role, evidence.rule) if is_silent else None}


def _features(title: str, text: str, row: Row, role: str, rule: str) -> dict[str, float]:
    job = find_job(without_addresses(without_company(fold(title[:TITLE_LIMIT]), row["company"])), text)
    signs = read_signs(text)
    found = {f"role={role}": 1.0, f"rule={rule}": 1.0, "short": float(signs.length < 1500)}
    for name in job.reading.everywhere if job.reading else ():
        found[f"title={name}"] = 1.0
    for name in job.reading.main if job.reading else ():
        found[f"main={name}"] = 1.0
    for sign, count in signs.counts.items():
        found[f"count={sign}"] = math.log1p(count)
        found[f"dense={sign}"] = math.log1p(count * 3500 / max(signs.length, 1500))
        found |= {f"{sign}>={step}": 1.0 for step in STEPS if count >= step}
    return found


def _silent_in(rows: list[dict[str, Any]]) -> int:
    return sum(row["features"] is not None for row in rows)


def _shares(read: list[dict[str, Any]], tested: list[dict[str, Any]]) -> list[Shares]:
    """The probability of each role by a model of some rows, for others; empty where the title speaks."""
    chosen = [row for row in read if row["features"] is not None]
    model = make_pipeline(DictVectorizer(), LogisticRegression(max_iter=2_000))
    weights = [1.0 if row["sure"] == "yes" else 0.6 for row in chosen]
    model.fit(
        [row["features"] for row in chosen],
        [row["role"] for row in chosen],
        logisticregression__sample_weight=weights,
    )
    names = model.classes_
    return [
        dict(zip(names, model.predict_proba([row["features"]])[0], strict=True)) if row["features"] is not None else {}
        for row in tested
    ]


def _crossed(read: list[dict[str, Any]]) -> list[Shares]:
    found: list[Shares] = [{} for _ in read]
    groups = [company_key(row["company"]) or row["title"] for row in read]
    for train, test in GroupKFold(5).split(read, groups=groups):
        shares = _shares([read[i] for i in train], [read[i] for i in test])
        for number, one in zip(test, shares, strict=True):
            found[number] = one
    return found


def _decided(row: dict[str, Any], shares: Shares, veto: float, rescue: float) -> str:
    if not shares:
        return str(row["said"])
    if not veto:
        return max(shares, key=lambda role: shares[role])
    best = max((role for role in shares if role != "other"), key=lambda role: shares[role])
    if row["said"] != "other":
        return "other" if shares.get("other", 0.0) > veto else str(row["said"])
    return best if shares[best] > rescue else "other"


def _figures(rows: list[dict[str, Any]], shares: list[Shares], veto: float, rescue: float) -> str:
    pairs = [(row["role"], _decided(row, one, veto, rescue)) for row, one in zip(rows, shares, strict=True)]
    others = [got for gold, got in pairs if gold == "other"]
    wrong = sum(got != "other" for got in others) / len(others)
    return f"{sum(gold == got for gold, got in pairs) / len(pairs):.4f}, other given AI {wrong:.3f}"


if __name__ == "__main__":
    main()
