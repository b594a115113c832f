import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from pipeline.text.language import _models, tag_language

SAMPLES = {
    "en": "We are looking for an engineer to build with our team the systems that customers use.",
    "de": "Wir suchen für unser Team eine Person, die mit uns die Plattform baut. Du bist nicht allein.",
    "fr": "Nous recherchons une personne pour rejoindre notre équipe et construire avec nous des produits utiles.",
    "es": "Buscamos una persona para nuestro equipo que quiera construir con nosotros los productos del futuro y más.",
    "pt": "Procuramos uma pessoa para a nossa equipe que queira construir com a gente os produtos do futuro.",
    "it": "Cerchiamo una persona per il nostro team che voglia costruire con noi i prodotti del futuro.",
    "nl": "Wij zoeken een collega voor ons team die met ons de producten van de toekomst bouwt.",
    "pl": "Szukamy osoby do naszego zespołu, która wraz z nami zbuduje produkty przyszłości oraz systemy.",
    "ja": "私たちは、機械学習エンジニアを募集しています。東京のチームで一緒に働きましょう。",
    "ko": "우리는 서울에서 함께 일할 머신러닝 엔지니어를 찾고 있습니다.",
    "zh": "我们正在招聘机器学习工程师，加入我们在上海的团队，一起打造未来的产品。",
    "ru": "Мы ищем инженера в нашу команду, который будет создавать вместе с нами продукты будущего.",
}


@pytest.mark.parametrize(("language", "text"), SAMPLES.items())
def test_languages(language, text):
    assert tag_language(text)[0] == language


@pytest.mark.parametrize("text", ["Value Architect", "Team: Applied AI Infrastructure", "Team: Technical Success"])
def test_a_few_english_words_are_no_rare_language(text):
    assert tag_language(text)[0] == "en"


@pytest.mark.parametrize("text", ["", "   ", "1234 5678 90", "•\n•"])
def test_nothing_to_tell_by(text):
    language, evidence = tag_language(text)
    assert language is None
    assert evidence.basis == "unknown"


@given(st.text(max_size=1_000))
def test_any_text_gives_a_code_or_none(text):
    language, evidence = tag_language(text)
    assert language is None or (len(language) == 2 and language.islower())
    assert evidence.rule.startswith("language.")


def test_no_tables_are_kept_for_languages_that_are_never_told():
    for model in _models():
        assert model._full_model[0].nbytes == 0
        assert all(len(label) == 2 for label in model.labels)


def test_the_tables_in_files_are_those_of_the_library():
    theirs = LanguageIdentifier.from_model_file(MODEL_FILE)
    ours = _models()
    assert np.array_equal(np.asarray(ours[0].tk_nextmove), np.asarray(theirs.tk_nextmove))
    assert (list(ours[0]._rowbase), list(ours[0].tk_output)) == (list(theirs._rowbase), list(theirs.tk_output))
    for model in ours:
        theirs.set_languages(model.labels)
        assert (model.nb_classes, model._alias_pairs) == (theirs.nb_classes, theirs._alias_pairs)
        assert np.array_equal(model.nb_ptc, theirs.nb_ptc)
        assert np.array_equal(model.nb_pc, theirs.nb_pc)


def test_to_load_the_model_takes_no_more_than_to_hold_it():
    """A process of its own, whose peak is not another test's."""
    told = subprocess.run([sys.executable, "-c", GROWS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(told.stdout) < 60  # MB; the library's own way takes 104


ROOT = Path(__file__).parents[3]
GROWS = """
import resource
import numpy, py3langid.langid
from pipeline.text.language import _models
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
_models()
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
