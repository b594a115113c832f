import pytest

from models import Place
from pipeline.place import parse_location
from pipeline.place.zips import is_of_state


@pytest.mark.parametrize(
    ("text", "places"),
    [
        # a code is what its town makes of it
        ("Belo Horizonte - MG", [Place("Belo Horizonte", "Minas Gerais", "BR")]),
        ("Rio de Janeiro/RJ", [Place("Rio de Janeiro", "Rio de Janeiro", "BR")]),
        ("Bari, BA, Italy", [Place("Bari", "Apulia", "IT")]),
        ("Salvador, BA", [Place("Salvador", "Bahia", "BR")]),
        ("Leipzig, SN", [Place("Leipzig", "Saxony", "DE")]),
        ("Milan, TN", [Place("Milan", "Tennessee", "US")]),
        ("Toronto, CA", [Place("Toronto", "Ontario", "CA")]),
        ("CA-Toronto", [Place("Toronto", "Ontario", "CA")]),
        ("Xaporã do Sul, RS, BR, 97390-000", [Place("Xaporã do Sul", "Rio Grande do Sul", "BR")]),
        ("Munich/CA", [Place("Munich", "Bavaria", "DE")]),
        # of two readings the postcode has the word
        ("Marktstadt, DE, 68789", [Place("Marktstadt", "", "DE")]),
        ("Newark, DE 19702", [Place("Newark", "Delaware", "US")]),
        ("Austin, TX 78701", [Place("Austin", "Texas", "US")]),
        ("Remote USA (PT)", [Place("", "", "US")]),
        ("Marktstadt, DE, 19801", [Place("Marktstadt", "Delaware", "US")]),
        # the layouts of Workday, SuccessFactors and ADP
        ("USA-OR-Lebanon", [Place("Lebanon", "Oregon", "US")]),
        ("TX | Frisco", [Place("Frisco", "Texas", "US")]),
        ("CA | NY | TX", [Place("", region, "US") for region in ("California", "New York", "Texas")]),
        ("Kansas-Smallville", [Place("Smallville", "Kansas", "US")]),
        ("TX | Frisco (2600 Main Pkwy L7QN) | L7QN, United States", [Place("Frisco", "Texas", "US")]),
        # towns named as countries, and countries that are none
        ("Lebanon, NH", [Place("Lebanon", "New Hampshire", "US")]),
        ("Beirut, Lebanon", [Place("Beirut", "", "LB")]),
        ("Nevada, MO", [Place("Nevada", "Missouri", "US")]),
        ("Mexico, CA", [Place("", "", "MX"), Place("", "California", "US")]),
        ("Georgia", []),
        ("Mexico", [Place("", "", "MX")]),
        # counties and states
        ("Guildford, Surrey", [Place("Guildford", "England", "GB")]),
        ("Surrey, BC", [Place("Surrey", "British Columbia", "CA")]),
        ("Fairfax County, Virginia", [Place("", "Virginia", "US")]),
        ("Washington State", [Place("", "Washington", "US")]),
        ("Bristol Office, Bristol", [Place("Bristol", "England", "GB")]),
        # scripts
        ("東京都渋谷区", [Place("Tokyo", "Tokyo", "JP")]),
        ("神奈川県横浜市西区", [Place("Yokohama", "Kanagawa", "JP")]),
        ("서울특별시 강남구", [Place("Seoul", "", "KR")]),
        ("Москва или Минск", [Place("Moscow", "", "RU"), Place("Minsk", "", "BY")]),
        # zones and streets are no places
        ("Remote USA (EST/CST)", [Place("", "", "US")]),
        ("Remote - PT", []),
        ("Lisbon, PT", [Place("Lisbon", "", "PT")]),
        ("WEST VALLEY CITY, UT 84044", [Place("West Valley City", "Utah", "US")]),
    ],
)
def test_texts(text, places):
    assert parse_location(text).places == places


def test_postcodes():
    assert is_of_state("19801", "DE")
    assert not is_of_state("68789", "DE")
    assert is_of_state("00000", "XX")


@pytest.mark.parametrize("piece", ["Lebanon, ", "東京都", "SP/", "(", "not in CA, ", "A-", "12 ", "DE, 1"])
def test_long_and_strange_texts_are_read(piece):
    assert len(parse_location(piece * 30_000).places) <= 60
