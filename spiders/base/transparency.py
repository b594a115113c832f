"""Pay transparency as Greenhouse has it: ranges in the API's fields, or printed in a part of the text."""

import html
import re
from typing import Any

from models import RawPay
from spiders.base.values import fields, hundredth, rows, text

AMOUNT = r"<span>[^<\d]{0,8}([\d.,]{1,20})\s?([A-Z]{3})?</span>"
TITLE = r'(?:<div class="title">([^<]{1,200})</div>)?'
SHOWN = re.compile(r"\b(?:pay|salary|compensation|post|posting) range", re.IGNORECASE)  # names of fields
KEPT_BACK = re.compile(r"budget|baseline|internal", re.IGNORECASE)
PAY = re.compile(rf'{TITLE}<div class="pay-range">{AMOUNT}<span[^>]{{0,40}}>[^<]{{1,20}}</span>{AMOUNT}')


def ranges(item: dict[str, Any]) -> list[RawPay]:
    """The pay ranges that the API states, in cents there."""
    pays = []
    for row in rows(item.get("pay_input_ranges")):
        low, high = hundredth(row.get("min_cents")), hundredth(row.get("max_cents"))
        pays.append(RawPay(low, high, text(row.get("currency_type")), label=text(row.get("title"))))
    return pays


def own_ranges(item: dict[str, Any]) -> list[RawPay]:
    """The ranges in the employer's own fields that are meant to be shown; a budget is not."""
    pays = []
    for row in rows(item.get("metadata")):
        name, value = text(row.get("name")), fields(row.get("value"))
        low, high = (said if (said := text(value.get(key))).strip("0.") else "" for key in ("min_value", "max_value"))
        if (low or high) and SHOWN.search(name) and not KEPT_BACK.search(name):
            pays.append(RawPay(low, high, text(value.get("unit")), label=name))
    return pays


def printed(content: str) -> list[RawPay]:
    """The pay ranges of the pay-transparency part of the text."""
    return [
        RawPay(low, high, after or before, kind="ote" if "OTE" in label else "base", label=html.unescape(label))
        for label, low, before, high, after in PAY.findall(content)
    ]
