"""The content hash: equal as long as a reader sees the same posting. Runs on every re-crawl, so it parses nothing."""

from hashlib import sha256

from models import RawPosting


def content_hash(raw: RawPosting) -> str:
    """32 hex digits over what a reader sees; dates of edits, ids and URLs do not count."""
    parts = [raw.title, raw.company, raw.description, raw.employment_type, raw.workplace, str(raw.is_remote),
             raw.remote_scope, raw.pay_text, raw.department]  # fmt: skip
    for place in raw.places:
        parts += (place.text, place.city, place.region, place.country)
    parts.append("\x1e")  # so that a place never reads as a pay range
    for pay in raw.pay:
        parts += (pay.low, pay.high, pay.currency, pay.interval, pay.kind, pay.label, str(pay.is_predicted))
    joined = "\x1f".join(parts)
    # Processors have instructions for SHA-256: twice as fast as BLAKE2 here.
    return sha256(joined.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:32]
