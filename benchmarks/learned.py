"""Would a learned model help? A learning curve: `python benchmarks/learned.py GOLD.jsonl` (two minutes).

Logistic regression on n-grams of title and text, trained on growing shares of the postings whose errors may be read
(dev set and `benchmarks/roles.py`), tested on those nobody looked at: the held-out employers of the dev set and the
sets b and m. "alone": the model by itself; "with the rules": it also sees what the rules say, which of them and with
what probability. Needs scikit-learn (requirements/dev.lock).
"""

import argparse
import random
from pathlib import Path

import roles
import scipy.sparse as sparse
from role_crossval import Pair, Row, accuracy, is_held_out, macro_f1, wrongly_ai
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.role import tag_role
from pipeline.text.plain import one_line, plain_text
from pipeline.tools.reliability import read_postings

SHARES = (0.25, 0.5, 0.75, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    gold = [{**row, "set": "dev"} for row in read_postings(parser.parse_args().gold)]
    rows = [*gold, *roles.postings(), *roles.ads()]
    unread = [row for row in rows if (row["set"] == "dev" and is_held_out(row)) or row["set"] in roles.UNREAD]
    read = [row for row in rows if row not in unread]
    random.Random(7).shuffle(read)
    rules = [_by_rules(row) for row in unread]
    _report("rules", len(read), [(row["role"], found[0]) for row, found in zip(unread, rules, strict=True)])
    for share in SHARES:
        _curve(read[: int(share * len(read))], unread, rules)


def _by_rules(row: Row) -> tuple[str, str, float]:
    role, evidence = tag_role(one_line(row["title"]), plain_text(row["description"]), row["company"])
    return role, evidence.rule, evidence.probability or 0.0


def _curve(read: list[Row], unread: list[Row], rules: list[tuple[str, str, float]]) -> None:
    said = [_by_rules(row) for row in read]
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, max_features=60_000, sublinear_tf=True)
    titles = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, max_features=60_000, sublinear_tf=True)
    marks = DictVectorizer()

    def features(rows: list[Row], found: list[tuple[str, str, float]], is_first: bool) -> tuple[object, object]:
        texts = [plain_text(row["description"])[:5_000] for row in rows]
        names = [one_line(row["title"]) for row in rows]
        facts = [{f"role={role}": 1.0, f"rule={rule}": 1.0, f"sure={role}": share} for role, rule, share in found]
        made = [
            vectorizer.fit_transform(values) if is_first else vectorizer.transform(values)
            for vectorizer, values in ((titles, names), (words, texts), (marks, facts))
        ]
        return sparse.hstack(made[:2]).tocsr(), sparse.hstack([made[0], made[1], made[2] * 3]).tocsr()

    trained, tested = features(read, said, True), features(unread, rules, False)
    wanted = [row["role"] for row in read]
    for number, name in enumerate(("alone", "with the rules")):
        got = LogisticRegression(C=20, max_iter=2_000).fit(trained[number], wanted).predict(tested[number])
        _report(name, len(read), [(row["role"], str(role)) for row, role in zip(unread, got, strict=True)])


def _report(name: str, trained: int, pairs: list[Pair]) -> None:
    figures = (
        f"accuracy {accuracy(pairs):.3f}  macro-F1 {macro_f1(pairs)[0]:.3f}  other given AI {wrongly_ai(pairs):.3f}"
    )
    print(f"{name:16s} {trained:5d} labelled postings, tested on {len(pairs)}: {figures}")


if __name__ == "__main__":
    main()
