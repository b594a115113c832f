"""Builds pipeline/pay/cldr.tsv and pipeline/posted.tsv from CLDR's tables: `python -m pipeline.tools.cldr`.
Babel is needed for this only; what it makes is committed, and read without it.

pay/cldr.tsv: `currency  code  names`, `label  period  phrases` ("pro Monat") and `country  code  currency`.
posted.tsv, a line a language: its order of day and month in figures, its months' names, and how it says that so many
hours, days, weeks, months or years have passed.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import get_territory_currencies

from pipeline.text.wordlists import words

PAY = Path(__file__).parents[1] / "pay" / "cldr.tsv"
POSTED = Path(__file__).parents[1] / "posted.tsv"
_BANDS = Path(__file__).parents[1] / "pay" / "bands.tsv"
LANGUAGES = words(
    """en de fr es pt it nl sv da nb fi is pl cs sk hu ro bg sr hr sl mk ru uk be el tr et lv lt ca eu gl sq
    id ms vi th fil ja ko zh zh_Hant he ar fa ur hi bn mr ta te kk az uz ka hy sw af"""
)
_HOME = {
    "de": "EUR CHF", "fr": "EUR CHF CAD", "es": "EUR MXN COP CLP ARS PEN", "pt": "EUR BRL", "it": "EUR CHF",
    "nl": "EUR", "sv": "SEK EUR", "da": "DKK EUR", "nb": "NOK EUR", "fi": "EUR", "is": "ISK", "pl": "PLN EUR",
    "cs": "CZK EUR", "sk": "EUR CZK", "hu": "HUF EUR", "ro": "RON EUR", "bg": "BGN EUR", "sr": "RSD EUR", "hr": "EUR",
    "sl": "EUR", "ru": "RUB KZT", "uk": "UAH", "be": "BYN", "el": "EUR", "tr": "TRY", "et": "EUR", "lv": "EUR",
    "lt": "EUR",
    "id": "IDR", "ms": "MYR", "vi": "VND", "th": "THB", "fil": "PHP", "ja": "JPY", "ko": "KRW", "zh": "CNY USD",
    "zh_Hant": "TWD HKD", "he": "ILS", "ar": "AED SAR EGP QAR KWD MAD", "hi": "INR", "bn": "BDT", "ur": "PKR",
    "kk": "KZT", "az": "AZN", "uz": "UZS", "ka": "GEL", "hy": "AMD", "sw": "KES TZS", "af": "ZAR",
}  # fmt: skip
_PERIODS = ("hour", "day", "week", "month", "year")
_AGO = ("minute", *_PERIODS)


def main() -> None:
    """Writes both tables."""
    PAY.write_text("".join(f"{line}\n" for line in pay_lines()), encoding="utf-8")
    POSTED.write_text("".join(f"{line}\n" for line in posted_lines()), encoding="utf-8")


def pay_lines() -> Iterator[str]:
    """The lines of pay/cldr.tsv."""
    codes = [line.split("\t")[0] for line in _BANDS.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    for code in codes:
        names = sorted({name for language in LANGUAGES for name in _names(language, code)})
        yield f"currency\t{code}\t{'|'.join(names)}"
    for period in _PERIODS:
        yield f"label\t{period}\t{'|'.join(sorted(_phrases(period)))}"
    for country in sorted(Locale("en").territories):
        current = get_territory_currencies(country) if re.fullmatch("[A-Z]{2}", country) else []
        if current and current[-1] in codes:
            yield f"country\t{country}\t{current[-1]}"


def _names(language: str, code: str) -> Iterator[str]:
    """The names of a currency in English and where it is at home, and the sign that is only there its own."""
    if code in _HOME.get(language, "").split() or language == "en":
        data = Locale.parse(language)._data
        found = dict(data["currency_names_plural"]).get(code, {})
        yield from (name.lower() for name in dict(found).values() if len(name) > 2)
        sign = Locale.parse(language).currency_symbols.get(code, "")
        if len(sign) > 1 and not sign.endswith("$") and "." not in sign and sign != code:
            yield sign


def _phrases(period: str) -> Iterator[str]:
    """ "pro Monat", "par mois": where the language says it with a word before it, not with a stroke."""
    for language in LANGUAGES:
        units = Locale.parse(language)._data["unit_patterns"]
        said = dict(dict(units.get(f"duration-{period}", {})).get("long", {})).get("per", "")
        phrase = said.replace("{0}", "").replace("\xa0", " ").strip().lower()
        if "/" not in phrase and len(phrase) > 3:
            yield phrase


def posted_lines() -> Iterator[str]:
    """The lines of posted.tsv."""
    for language in LANGUAGES:
        locale = Locale.parse(language)
        cells = [language.replace("zh_Hant", "zh-tw"), _order(locale), ",".join(_months(locale))]
        yield "\t".join([*cells, *(_ago(locale, unit) for unit in _AGO)])


def _order(locale: Locale) -> str:
    pattern = re.sub("'[^']*'", "", locale.date_formats["short"].pattern).lower()
    return "".join(sorted("ymd", key=pattern.index))


def _months(locale: Locale) -> Iterator[str]:
    """The names of each month, wide and short, in the cases a date puts them in; figures are no names."""
    kinds = [locale.months[form][width] for form in ("format", "stand-alone") for width in ("wide", "abbreviated")]
    for month in range(1, 13):
        names = {str(kind[month]).lower().strip(". ") for kind in kinds}
        yield "|".join(sorted(name for name in names if not re.search(r"\d", name) and len(name) > 1))


def _ago(locale: Locale, unit: str) -> str:
    fields: Any = locale._data["date_fields"]
    told = dict(dict(fields.get(unit, {})).get("past", {}))
    return "|".join(sorted({said.lower().replace("\xa0", " ") for said in told.values() if "{0}" in said}))


if __name__ == "__main__":
    main()
