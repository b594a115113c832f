from pipeline.place.names import country_codes, fold
from pipeline.tools.places import TARGET, build
from pipeline.tools.scripts import is_local

ABROAD = TARGET.with_name("abroad.tsv")


def test_the_shipped_gazetteer_is_what_the_command_makes():
    assert TARGET.read_text(encoding="utf-8") == build()


def test_the_names_of_other_languages_are_well_formed():
    rows = [line.split("\t") for line in ABROAD.read_text(encoding="utf-8").splitlines()]
    assert rows == sorted(rows)
    assert {kind for kind, _, _ in rows} == {"country", "code", "also"}
    for kind, written, meant in rows:
        assert meant.split("|")[0] in country_codes()
        assert written == (written.upper() if kind == "code" else fold(written))


def test_a_name_of_two_countries_is_of_none():
    named = [
        line.split("\t")[1] for line in ABROAD.read_text(encoding="utf-8").splitlines() if line.startswith("country")
    ]
    assert len(named) == len(set(named))
    assert "日本" in named


def test_names_are_kept_in_the_scripts_of_their_country():
    assert is_local("東京", "JP")
    assert is_local("Αθήνα", "GR")
    assert is_local("Київ", "UA")
    assert not is_local("东京", "US")
    assert not is_local("Токио", "JP")
    assert not is_local("Athens", "GR")
    assert not is_local("أثينا، جورجيا", "EG")
