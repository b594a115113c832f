"""The language a text is written in: a vote of stop words, and a statistical model where the vote is weak."""

import re
from array import array
from collections import Counter
from copy import copy
from functools import cache
from typing import TYPE_CHECKING

from models import Basis, Evidence

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SAMPLE = 600
_SHORT = 150  # characters
_LAST_LATIN = "\u0250"
_WORD = re.compile(r"[^\W\d_]+")
_STOP_WORDS = {
    "en": "the and of to in for with you our we are is your on will as be that or have an by at from this",
    "de": "und die der den mit wir für ein eine das du zu von im ist auf bei deine oder dich sie als nicht dein unser",
    "fr": "et les des le la vous nous pour une dans avec sur votre est du au notre que aux qui ou par êtes vos",
    "es": "y el los las en con para una del que un por tu nuestro más es se como nuestra tus su al experiencia",
    "pt": "e os em com para uma do da que um você não por mais nossa nosso são como ou das dos ao sua experiência",
    "it": "e il gli con per una del della che di nel un sono siamo alla le dei delle più nostro come è tua",
    "nl": "en het een van je de voor met wij ons bij op zijn aan als onze te jij dat die niet ben om",
    "sv": "och att som för med du vi är av en på till våra oss det har ett vår dig eller om den hos",
    "da": "og at som for med du vi er af en på til vores os det har et dig eller om den hos ikke",
    "no": "og å som for med du vi er av en på til våre oss det har et deg eller om den hos ikke",
    "pl": "i w z na do się oraz dla że jest nie w od pracy przez lub jako po nas naszych ze",
    "fi": "ja on se että olet sinulla tai meidän kanssa ovat sekä joka työ mukaan ole",
    "cs": "a v na se je s že pro jsme do nebo které si jako máme také od ve pracovat",
    "tr": "ve bir bu için ile olarak da de çok veya en gibi olan",
    "ro": "și în de la cu pe pentru care este sau ai vei din o un mai să noastre",
}
_VOTES: dict[str, tuple[str, ...]] = {}
for _language, _words in _STOP_WORDS.items():
    for _word in set(_words.split()):
        _VOTES[_word] = (*_VOTES.get(_word, ()), _language)


def is_plainly_english(text: str, language: str | None) -> bool:
    """Whether readers of other languages may pass over a text; a few words may be of two languages."""
    return language == "en" and len(text) > _SAMPLE


def tag_language(text: str) -> tuple[str | None, Evidence]:
    """The ISO 639-1 code of the text's language; None where there is no text to tell it by."""
    sample = _sample(text)
    words = _WORD.findall(sample.lower())
    if len(sample) < 12 or not words:
        return None, Evidence(Basis.UNKNOWN, "language.vote@1")
    counts, votes = Counter(words), dict[str, int]()
    for word in counts.keys() & _VOTES.keys():
        for language in _VOTES[word]:
            votes[language] = votes.get(language, 0) + counts[word]
    (best, winner), (second, _) = sorted([(0, ""), (0, ""), *((count, name) for name, count in votes.items())])[:-3:-1]
    if best >= 8 and best >= 2 * second and best >= len(words) / 8:
        return winner, Evidence(Basis.INFERRED, "language.vote@1", "description")
    return _by_model(sample), Evidence(Basis.INFERRED, "language.langid@1", "description")


def _sample(text: str) -> str:
    """600 characters from a third into the text: the first lines are often names and slogans."""
    start = max(0, len(text) // 3 - _SAMPLE // 2)
    return text[start : start + _SAMPLE]


@cache
def _models() -> "tuple[LanguageIdentifier, LanguageIdentifier]":
    """Of all languages with a code of two letters, and of those of many ads; they share the tables of the automaton."""
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier  # only here: mostly it is not needed

    from pipeline.text.tables import mapped

    held = mapped(MODEL_DIR / MODEL_FILE)
    labels, rows = held["classes"].tolist(), held["nextmove_row"].tolist()
    model = LanguageIdentifier(held["ptc"], held["pc"], labels, held["nextmove"].data, [], tk_row=rows)
    model._rowbase, model.tk_output = array("I", model._rowbase), array("i", held["out_feat"].tolist())
    return _of(model, [label for label in labels if len(label) == 2]), _of(model, list(_STOP_WORDS))


def _of(model: "LanguageIdentifier", languages: list[str]) -> "LanguageIdentifier":
    """The model of some languages, its table mapped."""
    from pipeline.text.tables import columns

    found, whole = copy(model), model.nb_ptc
    found._full_model = (whole[:0].copy(), model.nb_pc, model.nb_classes)
    found.set_languages(languages)
    found.nb_ptc = columns(whole, [number for number, label in enumerate(model.nb_classes) if label in languages])
    return found


def _by_model(sample: str) -> str:
    """A few words in Latin letters look like Latin or Frisian ("Value Architect"): only languages of many ads count."""
    is_short = len(sample) < _SHORT and max(sample) < _LAST_LATIN
    return str(_models()[is_short].classify(sample)[0])
