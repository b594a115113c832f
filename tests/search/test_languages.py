"""The names of languages: CLDR's, as Babel has them."""

import pytest

from search import parse


def test_the_table_has_what_languages_call_themselves() -> None:
    locale = pytest.importorskip("babel").Locale
    for code in ("de", "fr", "es", "it", "pt", "nl", "pl", "ja", "zh", "ko", "uk", "tr"):
        for said in ("en", "de", "fr", "es", "pl", "ja", code):
            name = locale.parse(said).languages[code]
            assert str(parse(f'language:"{name}"')) == f"language:{code}", name
