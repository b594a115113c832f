"""Which scripts a country's own boards are written in: of a city's many names, these are kept."""

import unicodedata

_SCRIPTS = {
    "AE": "ARABIC", "AM": "ARMENIAN", "BD": "BENGALI", "BG": "CYRILLIC", "BH": "ARABIC", "BY": "CYRILLIC",
    "CN": "CJK", "CY": "GREEK", "DZ": "ARABIC", "EG": "ARABIC", "GE": "GEORGIAN", "GR": "GREEK", "HK": "CJK",
    "IL": "HEBREW", "IN": "DEVANAGARI", "IQ": "ARABIC", "IR": "ARABIC", "JO": "ARABIC", "JP": "CJK HIRAGANA KATAKANA",
    "KG": "CYRILLIC", "KR": "HANGUL", "KW": "ARABIC", "KZ": "CYRILLIC", "LB": "ARABIC", "LY": "ARABIC", "MA": "ARABIC",
    "ME": "CYRILLIC", "MK": "CYRILLIC", "MN": "CYRILLIC", "MO": "CJK", "NP": "DEVANAGARI", "OM": "ARABIC",
    "PK": "ARABIC", "PS": "ARABIC", "QA": "ARABIC", "RS": "CYRILLIC", "RU": "CYRILLIC", "SA": "ARABIC", "SD": "ARABIC",
    "SG": "CJK", "SY": "ARABIC", "TH": "THAI", "TJ": "CYRILLIC", "TN": "ARABIC", "TW": "CJK", "UA": "CYRILLIC",
    "UZ": "CYRILLIC", "YE": "ARABIC",
}  # fmt: skip


def is_local(name: str, country: str) -> bool:
    """Whether a name is written in a script of the country alone; one with a comma adds its region and is not."""
    scripts = _SCRIPTS.get(country)
    if scripts is None or name.isascii() or "," in name or "،" in name:
        return False
    letters = [letter for letter in name if letter.isalpha()]
    return all(unicodedata.name(letter, "").split(" ")[0] in scripts.split(" ") for letter in letters)
