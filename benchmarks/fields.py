"""Smaller tags against what the captures state themselves.

    python benchmarks/fields.py [--errors]

- text: words of Ashby's own plain text that ours holds, and bullets kept.
- language: the stop-word vote (600 characters) against a statistical model on the whole text.
- pay: what we read from the board's one-line summary of pay against its fields.
- posted: dates read, by source. Employment type: what title and text say against the board's field.
"""

import json
import sys
from collections import Counter
from datetime import UTC, datetime

import captures
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from models import RawPosting
from pipeline.job.employment import employment_word, tag_employment
from pipeline.pay import tag_pay
from pipeline.pay.said import tag_pay_text
from pipeline.posted import tag_posted
from pipeline.text.language import tag_language
from pipeline.text.plain import one_line, plain_text

NOW = datetime(2026, 12, 31, tzinfo=UTC)


def main() -> None:
    raws = captures.postings("ashby")
    texts = {raw.native_id: plain_text(raw.description) for raw in raws}
    _text(texts)
    _language([text for text in texts.values() if text])
    _pay(raws)
    _posted(captures.postings("ashby", "greenhouse", "lever", "recruitee"))
    _employment(raws, texts)


def _text(texts: dict[str, str]) -> None:
    kept = words = bullets = items = 0
    for path in sorted((captures.CAPTURES / "ashby").glob("*.json")):
        for job in json.loads(path.read_bytes()).get("jobs") or []:
            theirs, ours = job.get("descriptionPlain") or "", texts.get(job.get("id"))
            if not ours or not theirs:
                continue
            counted, wanted = _words(ours), _words(theirs)
            kept += sum((counted & wanted).values())
            words += sum(wanted.values())
            bullets += ours.count("•")
            items += (job.get("descriptionHtml") or "").count("<li")
    print(f"text: word recall {kept / words:.4f} of {words} words; {bullets} bullets for {items} list items")


def _words(text: str) -> Counter:
    """Words, not the marks of lists nor the addresses of links, which plain text need not show."""
    return Counter(word for word in text.lower().split() if word.strip("-•*") and "://" not in word and "@" not in word)


def _language(texts: list[str]) -> None:
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    voted = [(tag_language(text)[0], text) for text in texts if tag_language(text)[1].rule.startswith("language.vote")]
    apart = [(said, model.classify(text)[0], text) for said, text in voted if said != model.classify(text)[0]]
    print(f"language: vote decides {len(voted)} of {len(texts)}, the model agrees on {len(voted) - len(apart)}")
    for said, other, text in apart if "--errors" in sys.argv else []:
        print(f"    {said}, model {other}: {one_line(text)[:50]!r}")


def _pay(raws: list[RawPosting]) -> None:
    tally: Counter = Counter()
    for raw in raws:
        stated = tag_pay(raw.pay)[0]
        if stated is None or not raw.pay_text:
            continue
        read, _, tiers = tag_pay_text(one_line(raw.pay_text), set(), "pay_text", is_about_pay=True)
        ranges = {(tier["min"], tier["max"]) for tier in tiers} | ({(read.min, read.max)} if read else set())
        same = any(_near(low, stated.min) and _near(high, stated.max) for low, high in ranges)
        tally["same" if same else "none" if read is None else "other"] += 1
        if not same and "--errors" in sys.argv:
            print(f"    pay summary {raw.pay_text!r}: fields {stated.min}-{stated.max}, read {ranges}")
    print(f"pay summary against fields: {dict(tally)}")


def _near(one: float | None, other: float | None) -> bool:
    """Summaries are rounded to thousands."""
    return one == other or (one is not None and other is not None and abs(one - other) <= 0.01 * max(one, other))


def _posted(raws: list[RawPosting]) -> None:
    tally = Counter((raw.source, tag_posted(raw.posted, NOW)[1] if raw.posted else "not given") for raw in raws)
    print("posted:", {f"{source} {quality}": count for (source, quality), count in sorted(tally.items())})


def _employment(raws: list[RawPosting], texts: dict[str, str]) -> None:
    tally: Counter = Counter()
    for raw in raws:
        stated = employment_word(raw.employment_type)
        read = tag_employment("", one_line(raw.title), texts[raw.native_id])[0]
        if read is None or stated is None:
            continue
        tally["same" if read == stated else f"read {read}, field {stated}"] += 1
        if read != stated and "--errors" in sys.argv:
            print(f"    employment {raw.title!r}: field {stated}, read {read}")
    print(f"employment type of title and text against the field: {dict(tally.most_common(8))}")


if __name__ == "__main__":
    main()
