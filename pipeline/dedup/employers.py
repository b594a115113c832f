"""Under which key an employer's ads meet: its name's, without what names often drop, and with its parts as one."""

import re
from functools import cache, lru_cache
from pathlib import Path

from cleanco import basename

from pipeline.job.employer import company_key, display_name

_DROPPED = re.compile(
    r"[\s,]+(?:global management|technolog(?:y|ies)|tech|labs?|laborator(?:y|ies)|group|gruppe|holdings?|international|"
    r"global|worldwide|solutions|systems|software|innovations?|motors|studios?|digital|hq|careers?|ai|a\.i\.|"
    r"\(?university\)?|\(?campus\)?|\(?early careers?\)?|usa?|uk|europe|emea|apac|india|deutschland|germany|france|"
    r"americas?|north america|canada)\s*$",
    re.I,
)
# legal forms that cleanco lacks, or has in one spelling
_FORM = re.compile(
    r"[\s,]+(?:p\.?b\.?c\.?|(?:an? )?public benefit corp(?:oration)?|(?:kabushiki|godo) kaisha|g?g?mbh|"
    r"ug(?: ?\(haftungsbeschr(?:ä|ae)nkt\))?|ulc|s\.?l\.?u\.?|s\.? ?à ?r\.?l\.?|eireli|s/a|tbk\.?|co\.,ltd\.?|"
    r"(?:pty|pvt|proprietary|private)\.?|(?:s\.? de r\.?l\.?|s\.?a\.?p\.?i\.?|s\.?a\.?b\.?) de c\.?v\.?|"
    r"ltd\.? ?[sş]ti\.?|sp[óo]łka z o\.? ?o\.?|sp\.? z o\. o\.?|spol\. s r\. ?o\.?)\s*$"
    r"|\s*(?:株式会社|有限会社|合同会社|股份有限公司|有限责任公司|有限公司|주식회사|유한회사|\(주\)|㈜)\s*$"
    r"|^\s*(?:株式会社|有限会社|合同会社|주식회사|유한회사|\(주\)|㈜)\s*"
    r"|^\s*(?:ооо|оао|зао|пао|нао|ао|ип|тоо|тов|прат)(?:\s+|(?=[«\"„“]))(?=\S)|[\s,]+(?:ооо|оао|зао|пао|нао|тоо|тов)\s*$",
    re.I,
)
# what stands behind a name beside it: "(YC S21)", "(acquired by Foo)", "| YC W24", "- Remote"
_BESIDE = re.compile(
    r"(?<=\S)\s*[(\[]\s*(?:yc\b|y combinator|acquired|formerly|ex[- ]|previously|now|part of|hiring|remote)"
    r"[^()\[\]]{0,60}[)\]]\s*$"
    r"|(?<=\S)\s+[-–—|·,]\s*(?:yc\s?[swfx]\d\d|y combinator|remote|hybrid)\s*$",
    re.I,
)
# a Chinese firm's registered name: the seat before it, the trade behind it
_REGISTERED = re.compile(
    r"(?:北京|上海|深圳|广州|杭州|南京|苏州|成都|武汉|西安|天津|重庆|厦门|合肥|长沙|青岛|无锡|宁波|珠海|东莞)市?"
    r"(.{2,}?(?:科技|技术)(?:集团)?(?:股份)?(?:有限公司|有限责任公司))\s*$"
)
_TRADE = re.compile(r"(?<=..)(?:信息|网络|智能|数字|软件|电子)?(?:科技|技术)(?:集团)?$")
# of what names drop, what may name another firm; the rest are places, and trimmings
_FIRM = re.compile(
    r"\b(technolog(?=y|ies)|tech\b|lab(?=s?\b|orator)|grou?p(?=\b|pe)|holding|solution|system|software|innovation|motor|"
    r"studio|digital|ai\b|a\.i\.)",
    re.I,
)
_SHORTEST = 3
_STEPS = 4  # "Acme AI Labs Holding GmbH"


@cache
def _wholes() -> dict[str, str]:
    lines = Path(__file__).with_name("employers.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows}


@lru_cache(maxsize=50_000)
def employer_key(company: str) -> str:
    """The key of the whole that the named employer is part of; empty for no name."""
    name = without_form(_bare(company))
    key = company_key(name)
    if key in _wholes():
        return _wholes()[key]
    short = company_key(_shortened(company))
    return _wholes().get(short, short)


@lru_cache(maxsize=50_000)
def _shortened(company: str) -> str:
    """The name without legal form and what names often drop."""
    name = without_form(_bare(company))
    for _ in range(_STEPS):
        shorter = without_form(_DROPPED.sub("", name))
        if shorter == name or len(company_key(shorter)) < _SHORTEST:
            break
        name = shorter
    return name


def _bare(company: str) -> str:
    """The name without what stands beside it; of a Chinese firm what people call it."""
    name = display_name(company)
    shorter = _BESIDE.sub("", name)
    name = shorter if company_key(shorter) else name
    registered = _REGISTERED.match(name)
    short = _TRADE.sub("", without_form(registered[1] if registered else name))
    return short if "\u4e00" <= name[:1] <= "\u9fff" else name


@lru_cache(maxsize=50_000)
def without_form(name: str) -> str:
    """The name without its legal forms, of which there may be two ("Ltd. Co. KG")."""
    for _ in range(_STEPS):
        shorter = (basename(_FORM.sub("", name)) or name).strip(" ,")
        if shorter == name or not company_key(shorter):
            break
        name = shorter
    return name


@lru_cache(maxsize=50_000)
def dropped_words(company: str) -> frozenset[str]:
    """What a name says of the firm beyond its key: "labs" of Nova Labs."""
    name, short = display_name(company), _shortened(company)
    tail = name[len(short) :] if name.startswith(short) else ""
    return frozenset("tech" if word.startswith("tech") else word for word in _FIRM.findall(tail.casefold()))


def names_itself(company: str, text: str) -> bool:
    """Whether a text holds its employer's name, written as a name is."""
    name = _shortened(company)
    return len(name) >= _SHORTEST and name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
