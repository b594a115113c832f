"""Places, pay and times as people say them, in the languages that the rest knows: what to write instead."""

import re

import pytest

from search import QueryError, parse

SAID = [
    # what is written, the words that are marked, what to write
    ("ai engineer in München", "in München", "city:munchen"),
    ("in Mu\u0308nchen rag", "in Mu\u0308nchen", "city:munchen"),
    ("ingénieur à Genève", "à Genève", "city:geneve"),
    ("en Málaga python", "en Málaga", "city:malaga"),
    ("rag em São Paulo", "em São Paulo", 'city:"sao paulo"'),
    ("dans Paris", "dans Paris", "city:paris"),
    ("60 000 € python", "60 000 €", "salary>=60kEUR"),
    ("80.000 €", "80.000 €", "salary>=80kEUR"),
    ("100 000 USD rag", "100 000 USD", "salary>=100kUSD"),
    ("100k USD", "100k USD", "salary>=100kUSD"),
    ("EUR 80k rag", "EUR 80k", "salary>=80kEUR"),
    ("120'000 CHF rag", "120'000 CHF", "salary>=120kCHF"),
    ("USD100k rag", "USD100k", "salary>=100kUSD"),
    ("100kUSD rag", "100kUSD", "salary>=100kUSD"),
    ("20 000 zł", "20 000 zł", "salary>=20kPLN"),
    ("80k to 120k eur", "80k to 120k eur", "salary>=80kEUR salary<=120kEUR"),
    ("python ab 80k", "ab 80k", "salary>=80k"),
    ("más de 60k python", "más de 60k", "salary>=60k"),
    ("from 80k rag", "from 80k", "salary>=80k"),
    ("under 120k rag", "under 120k", "salary<=120k"),
    ("年収800万円 python", "年収800万円", "salary>=8000kJPY"),
    ("£90k rag", "£90k", "salary>=90kGBP"),
    ("100k+ rag", "100k+", "salary>=100k"),
    ("last 24h rag", "last 24h", "posted:<24h"),
    ("24h rag", "24h", "posted:<24h"),
    ("this week rag", "this week", "posted:<7d"),
    ("rag today", "today", "posted:<1d"),
    ("since monday rag", "since monday", "posted:<7d"),
    ("newer than 7 days rag", "newer than 7 days", "posted:<7d"),
    ("older than 2 weeks rag", "older than 2 weeks", "posted:>14d"),
    ("seit 7 Tagen rag", "seit 7 Tagen", "posted:<7d"),
    ("vor 3 Tagen", "vor 3 Tagen", "posted:<3d"),
    ("innerhalb von zwei Wochen", "innerhalb von zwei Wochen", "posted:<14d"),
    ("diese Woche python", "diese Woche", "posted:<7d"),
    ("les 7 derniers jours rag", "les 7 derniers jours", "posted:<7d"),
    ("la semaine dernière", "la semaine dernière", "posted:<7d"),
    ("moins de 7 jours rag", "moins de 7 jours", "posted:<7d"),
    ("il y a 3 jours", "il y a 3 jours", "posted:<3d"),
    ("últimos 7 días rag", "últimos 7 días", "posted:<7d"),
    ("hace 7 días", "hace 7 días", "posted:<7d"),
    ("esta semana", "esta semana", "posted:<7d"),
    ("ostatnie 7 dni", "ostatnie 7 dni", "posted:<7d"),
    ("od 7 dni", "od 7 dni", "posted:<7d"),
    ("過去7日 python", "過去7日", "posted:<7d"),
    ("過去24時間", "過去24時間", "posted:<24h"),
]


@pytest.mark.parametrize(("text", "marked", "said"), SAID)
def test_it_is_refused_with_what_to_write(text: str, marked: str, said: str) -> None:
    with pytest.raises(QueryError, match=re.escape(f"written {said};") + "|" + re.escape(f"written {said}")) as caught:
        parse(text)
    assert text[caught.value.position :][: caught.value.length] == marked
    assert parse(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rag posted since 2026-11-01", "posted:< and the number of days since 2026-11-01"),
        ("before:2026-11-01 rag", "posted:> and the number of days since 2026-11-01"),
        ("before 2026-11-01 rag", "posted:> and the number"),
        ("since:2026-11-19", "posted:< and the number"),
        ("posted:2026-11-20", "posted:< and the number"),
    ],
)
def test_a_day_is_asked_for_by_days(text: str, said: str) -> None:
    with pytest.raises(QueryError, match=re.escape(said)):
        parse(text)


@pytest.mark.parametrize(
    "text", ["in vitro", "python 3 days", "24 agents", "a m b", "week one", "k8s from zero", "min max"]
)
def test_words_that_only_look_so_are_words(text: str) -> None:
    assert parse(text)
