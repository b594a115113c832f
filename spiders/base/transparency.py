"""Pay transparency as Greenhouse has it: ranges in the API's fields, or printed in a part of the text."""

import html
import re
from typing import Any

from models import RawPay
from spiders.base.values import rows, text

AMOUNT = r"<span>[^<\d]{0,8}([\d.,]{1,20})\s?([A-Z]{3})?</span>"
TITLE = r'(?:<div class="title">([^<]{1,200})</div>)?'
PAY = re.compile(rf'{TITLE}<div class="pay-range">{AMOUNT}<span[^>]{{0,40}}>[^<]{{1,20}}</span>{AMOUNT}')


def ranges(item: dict[str, Any]) -> list[RawPay]:
    """The pay ranges that the API states, in cents there."""
    pays = []
    for row in rows(item.get("pay_input_ranges")):
        low, high = cents(row, "min_cents"), cents(row, "max_cents")
        pays.append(RawPay(low, high, text(row.get("currency_type")), label=text(row.get("title"))))
    return pays


def cents(row: dict[str, Any], key: str) -> str:
    """An amount in cents as one in whole units."""
    value = row.get(key)
    return text(value / 100) if isinstance(value, int) else ""


def printed(content: str) -> list[RawPay]:
    """The pay ranges of the pay-transparency part of the text."""
    return [
        RawPay(low, high, after or before, kind="ote" if "OTE" in label else "base", label=html.unescape(label))
        for label, low, before, high, after in PAY.findall(content)
    ]
