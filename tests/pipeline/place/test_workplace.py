import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import WORKPLACES, RawPlace, RawPosting
from pipeline.place.workplace import tag_workplace


def raw(place="", workplace="", is_remote=None):
    return RawPosting(
        "ashby", "acme", "1", "u", "t", places=[RawPlace(place)], workplace=workplace, is_remote=is_remote
    )


def test_field_wins_over_flag_and_words():
    assert tag_workplace(raw("Remote", "Hybrid", True), "Engineer (Remote)", "fully remote")[0] == "hybrid"
    assert tag_workplace(raw(workplace="OnSite", is_remote=True), "", "")[0] == "onsite"
    assert tag_workplace(raw(workplace="on_site"), "", "")[0] == "onsite"
    assert tag_workplace(raw(workplace="TELECOMMUTE"), "", "")[0] == "remote"


@pytest.mark.parametrize(
    ("place", "title", "value"),
    [
        ("Remote - US", "", "remote"),
        ("London, UK (hybrid)", "", "hybrid"),
        ("San Francisco-Onsite", "", "onsite"),
        ("Berlin", "ML Engineer (Remote)", "remote"),
        ("Berlin", "Remote Sensing Scientist", None),
        ("Berlin", "Hybrid Cloud Engineer", None),
        ("Berlin", "Remote Support Engineer", None),
        ("Berlin", "ML Engineer", None),
        ("US Hybrid/Remote", "", "hybrid"),
        ("Berlin", "ML Engineer (not remote)", "onsite"),
        ("Office-based / Taipei", "", "onsite"),
        ("Home based - Americas", "", "remote"),
        ("Distributed", "", "remote"),
        ("Distributed; Hybrid", "", "hybrid"),
        ("Zdalnie, Polska", "", "remote"),
        ("リモート(日本)", "", "remote"),
        ("Berlin", "Distributed Systems Engineer", None),
    ],
)
def test_place_and_title(place, title, value):
    assert tag_workplace(raw(place), title, "")[0] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("This is a fully remote position.", "remote"),
        ("We are remote-first, but this role sits in our Bristol lab and needs you on site every day.", "onsite"),
        ("Onsite daily standup, then deep work.", None),
        ("We meet in our Paris office 4–5 days per week.", "hybrid"),
        ("This role requires 4 onsite days.", "hybrid"),
        ("Mobiles Arbeiten und Homeoffice bis zu 60 %.", "hybrid"),
        ("Zu 100 % remote.", "remote"),
        ("30 Tage Urlaub und ein Zuschuss zum Homeoffice.", None),
        ("Télétravail possible jusqu’à 2 jours par semaine.", "hybrid"),
        ("Poste 100 % en présentiel.", "onsite"),
        ("Smart working fino a 3 giorni a settimana.", "hybrid"),
        ("Modalidad: 100 % presencial", "onsite"),
        ("Praca w 100% zdalna.", "remote"),
        ("Полностью удалённая работа.", "remote"),
        ("週2日出社、その他はリモート勤務です。", "hybrid"),
        ("フルリモート勤務可", "remote"),
        ("Remote eligible: No", "onsite"),
        ("You can work remotely within the EU.", "remote"),
        ("This role is not remote.", "onsite"),
        ("We do not offer remote work. This is an on-site role.", "onsite"),
        ("You will be in the office 3 days a week in the office in Berlin.", "hybrid"),
        ("This is a hybrid role.", "hybrid"),
        ("We run a hybrid cloud and remote sensing satellites.", None),
        ("Work with remote teams across the world.", None),
        ("Die Stelle ist vollständig remote.", "remote"),
        ("Poste en full remote.", "remote"),
        ("Modalidad: trabajo remoto", "remote"),
        ("Modelo híbrido en Madrid.", "hybrid"),
        ("Location type: Hybrid", "hybrid"),
        ("Build something great.", None),
        ("We are in office 3 days a week.", "hybrid"),
        ("This role is office based (3 days onsite in Beijing / 2 days remote).", "hybrid"),
        ("Able to work in-person 2 or 3 days per week", "hybrid"),
        ("You must work onsite Monday-Friday", "onsite"),
        ("This is an in-person role. In-person team events every month.", "onsite"),
        ("Regular in-person team events", None),
        ("Work from home support and a work from anywhere month", None),
        ("Some employees work from home on their designated work from home day", None),
        ("Experiments with hybrid model systems, cloud and hybrid environments", None),
        ("This role is a hybrid of engineer and manager", None),
        ("Opportunities to work in-person with customers", None),
        ("You will be in our Bellevue office a minimum of 4 days per week.", "hybrid"),
        ("Working in-person in San Francisco at least three days a week", "hybrid"),
        ("A vibrant culture in a beautiful office (at least 3 days/week)", "hybrid"),
        ("Be in our office 4-5 days a week.", "hybrid"),
        ("Location: Denver, CO (Hybrid)\nHours: full-time", "hybrid"),
        ("The role may be fully remote or hybrid.", "hybrid"),
        ("Ability to work out of our headquarters 5 days a week", "onsite"),
        ("This position requires 5-days on-site in Austin.", "onsite"),
        ("We’re an in-office company.", "onsite"),
        ("We are committed to being an on-site, in-person team", "onsite"),
        ("In-office lunch (5 days per week)", None),
        ("Contract (Full-time), Remote\nWe pay well.", "remote"),
        ("We enjoy a remote-first work environment.", "remote"),
        ("Some roles are being hired for hybrid work in Toronto.", None),
        ("We enjoy lunch in the office. #LI-Remote", "remote"),
        ("All roles are in person, in Boston", "onsite"),
        ("\U0001f4cd Berlin (On-site) · Full-time", "onsite"),
        ("Join us onsite in our office", "onsite"),
        ("All roles are in the Acme office in Boston.", "onsite"),
        ("Where: In-person in Boston", "onsite"),
        ("Based in Boston, in person 6 days per week.", "onsite"),
        ("You love working in-person with us", None),
        ("You love working in-person, and meet us 3 days a week", "hybrid"),
        ("Based in Boston with Tuesday, Wednesday, and Thursday required in office.", "hybrid"),
        ("This is a work-from-home setup.", "remote"),
        ("We pay a work-from-home setup stipend.", None),
        ("A remote-first company. #LI-Hybrid", "hybrid"),
    ],
)
def test_text(text, value):
    found, evidence = tag_workplace(raw("Berlin"), "Engineer", text)
    assert found == value
    if value:
        assert text[evidence.start : evidence.end] == evidence.quote


def test_flag_alone():
    assert tag_workplace(raw("Berlin Office", is_remote=True), "", "")[0] is None
    assert tag_workplace(raw("Berlin", is_remote=True), "", "")[0] == "remote"
    assert tag_workplace(raw("Berlin", is_remote=False), "", "")[0] is None


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=300))
def test_any_text_gives_a_known_value_or_none(place, title, text):
    assert tag_workplace(raw(place), title, text)[0] in (*WORKPLACES, None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Kontoret har kaffe och frukt.", None), ("Nous proposons un bureau moderne.", None),
        ("Nowoczesne biuro w centrum, kawa i owoce.", None), ("Home office möglich, kein Dresscode.", None),
        ("Pracujemy zdalnie.", "remote"), ("2 dny v týdnu z domova.", "hybrid"), ("Ei etätyötä.", "onsite"),
        ("Práce na dálku není možná.", "onsite"), ("재택근무는 불가합니다.", "onsite"),
        ("Homeoffice-Anteil 50 %", "hybrid"),
        ("5 days work from office", "onsite"), ("In our Boston office on Mondays and Tuesdays.", "hybrid"),
    ],
)  # fmt: skip
def test_sentences_built_from_the_words_of_a_language(text, value):
    found, evidence = tag_workplace(raw("Berlin"), "Engineer", text)
    assert found == value
    assert found is None or text[evidence.start : evidence.end] == evidence.quote


def test_hostile_sentences_of_other_languages_end():
    for text in ("hjemmefra kontor 2-3 dage ", "출근 재택 3일 ", "zdalnie w biurze nie 2 dni "):
        tag_workplace(raw("Berlin"), "Engineer", text * (100_000 // len(text)))
