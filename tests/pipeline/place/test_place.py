import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Place, RawPlace, RawPosting
from pipeline.place import gazetteer, parse_country, parse_location, region_name, scope_of_words, tag_places

CALIFORNIA, NEW_YORK = Place("San Francisco", "California", "US"), Place("New York City", "New York", "US")
LONDON, BERLIN = Place("London", "England", "GB"), Place("Berlin", "Berlin", "DE")

PIECES = [
    "Remote",
    ",",
    "-",
    "CA",
    "US",
    "London",
    "Paris",
    "TX",
    "Georgia",
    "(",
    ")",
    ";",
    "or",
    "New York",
    "UK",
    "/",
]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("San Francisco", [CALIFORNIA]),
        ("SF", [CALIFORNIA]),
        ("San Francisco, CA - US", [CALIFORNIA]),
        ("SF Office - 171 2nd, 4th floor", [CALIFORNIA]),
        ("New York, NY (HQ)", [NEW_YORK]),
        ("NYC", [NEW_YORK]),
        ("New York, New York", [NEW_YORK]),
        ("San Francisco or New York", [CALIFORNIA, NEW_YORK]),
        ("San Francisco, New York, London", [CALIFORNIA, NEW_YORK, LONDON]),
        ("Bay Area", [Place("", "California", "US")]),
        ("London, UK (hybrid)", [LONDON]),
        ("UK, London", [LONDON]),
        ("Berlin, Germany / London", [BERLIN, LONDON]),
        ("Darmstadt, DE", [Place("Darmstadt", "Hesse", "DE")]),
        ("Wilmington, DE", [Place("Wilmington", "Delaware", "US")]),
        ("Dublin - IE", [Place("Dublin", "", "IE")]),
        ("Tel Aviv - IL", [Place("Tel Aviv", "", "IL")]),
        ("Cambridge, MA", [Place("Cambridge", "Massachusetts", "US")]),
        ("Cambridge, UK", [Place("Cambridge", "England", "GB")]),
        ("Cambridge", [Place("Cambridge", "", "")]),
        ("Georgia", []),
        ("Atlanta, Georgia", [Place("Atlanta", "Georgia", "US")]),
        ("Tbilisi, Georgia", [Place("Tbilisi", "", "GE")]),
        ("Greece, Athens", [Place("Athens", "", "GR")]),
        ("Toronto, CA", [Place("Toronto", "Ontario", "CA")]),
        ("Vancouver, BC", [Place("Vancouver", "British Columbia", "CA")]),
        ("Marina del Rey, CA", [Place("Marina del Rey", "California", "US")]),
        ("CA", []),
        ("7 Locations", []),
        ("Remote", []),
        ("India-Karnataka", [Place("", "Karnataka", "IN")]),
        ("Bosnia and Herzegovina", [Place("", "", "BA")]),
        ("Washington, D.C.", [Place("Washington", "District of Columbia", "US")]),
        ("Singapore", [Place("Singapore", "", "SG")]),
        ("Dufferin Mall", []),
        ("United Kingdom or Ireland", [Place("", "", "GB"), Place("", "", "IE")]),
        ("Dallas, TX, United States", [Place("Dallas", "Texas", "US")]),
        ("München", [Place("Munich", "Bavaria", "DE")]),
        ("SF, NY, Seattle", [CALIFORNIA, NEW_YORK, Place("Seattle", "Washington", "US")]),
        ("SF or NY", [CALIFORNIA, NEW_YORK]),
        ("LA", [Place("Los Angeles", "California", "US")]),
        ("WA - Seattle, CA - San Francisco", [Place("Seattle", "Washington", "US"), CALIFORNIA]),
        ("San Francisco, New York, London, UK", [CALIFORNIA, NEW_YORK, LONDON]),
        ("Smallville, NY", [Place("Smallville", "New York", "US")]),
        ("Maple Plain, MN", [Place("Maple Plain", "Minnesota", "US")]),
        ("Remote - AZ", [Place("", "Arizona", "US")]),
        ("Remote - CO", []),
        ("Barcelona", [Place("Barcelona", "Catalonia", "ES")]),
        ("Eaton Centre", []),
        ("CF Polo Park", []),
        ("US-MA-Boston, United States", [Place("Boston", "Massachusetts", "US")]),
        ("Paris | Toulouse", [Place("Paris", "", "FR"), Place("Toulouse", "", "FR")]),
    ],
)
def test_texts(text, places):
    assert parse_location(text).places == places


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Remote - EMEA", "EMEA"),
        ("US Remote", "US"),
        ("Remote (United States | Canada)", "US, CA"),
        ("LatAm", "LATAM"),
        ("Remote (UTC-3..UTC+2)", "UTC-3..UTC+2"),
        ("Remote (CET +/- 2)", "CET +/- 2"),
        ("Remote - APAC", "APAC"),
        ("Remote (CET +/- 2h)", "CET +/- 2h"),
        ("Remote - US time zones", "US time zones"),
        ("Remote (EU or US-friendly timezones)", "EU / US-friendly timezones"),
        ("Worldwide", "worldwide"),
        ("Remote", None),
        ("Berlin", None),
        ("Remote - Ontario, Canada", "CA"),
        ("NYC or Remote US", "US"),
        ("Remote, Europe", "Europe"),
        ("Anywhere", "worldwide"),
    ],
)
def test_scopes(text, scope):
    assert parse_location(text).remote_scope == scope


def tagged(*places, **fields):
    return tag_places(RawPosting("s", "b", "1", "u", "t", places=list(places), **fields))


def test_fields_win_over_text():
    tags = tagged(RawPlace("Dufferin Mall", "Toronto", "Ontario", "Canada"))
    assert tags.places == [Place("Toronto", "Ontario", "CA")]
    assert tags.evidence[0].rule.startswith("place.fields@")


def test_a_city_called_remote_is_none():
    tags = tagged(RawPlace("", "Remote", "", "US"))
    assert tags.places == [Place("", "", "US")]
    assert tags.remote_scope == "US"


def test_a_country_is_not_narrowed_to_the_head_office():
    assert tagged(RawPlace("United States", "San Francisco", "California", "United States")).places == [
        Place("", "", "US")
    ]
    assert tagged(RawPlace("Remote", "Berlin", "", "Germany")).places == [Place("", "", "DE")]


def test_faulty_fields():
    assert tagged(RawPlace("SF Office", "San Francisco, Seattle", "California, Washington", "US")).places == [
        CALIFORNIA
    ]
    assert tagged(RawPlace("", "Berlin / London", "", "")).places == [BERLIN, LONDON]
    assert tagged(RawPlace("", "Dhaka", "Bangladesh", "Bangladesh")).places == [Place("Dhaka", "", "BD")]
    assert tagged(RawPlace("", "Heidelberg", "Baden Würtemberg", "DE")).places[0].region == "Baden-Württemberg"


def test_a_bare_country_field_does_not_hide_the_text():
    assert tagged(RawPlace("London", country="GB")).places == [LONDON]
    assert tagged(RawPlace("London", country="US")).places == [LONDON]
    assert tagged(RawPlace("Cambridge", country="US")).places == [Place("Cambridge", "", "US")]
    assert tagged(RawPlace("", country="DE")).places == [Place("", "", "DE")]


@pytest.mark.parametrize(
    ("title", "text", "scopes"),
    [
        ("ML Engineer (Remote - US)", "", ["US"]),
        ("ML Engineer, Remote, EMEA", "", ["EMEA"]),
        ("ML Engineer", "You work remotely within the EU.", ["EU"]),
        ("ML Engineer", "This is a remote role in Germany or Austria.", ["DE", "AT"]),
        ("ML Engineer", "We are remote first.", []),
        ("Remote Sensing Engineer", "Satellites in Germany", []),
    ],
)
def test_scope_of_words(title, text, scopes):
    found, evidence = scope_of_words(title, text)
    assert found == scopes
    if scopes:
        words = {"title": title, "description": text}[evidence.field]
        assert words[evidence.start : evidence.end] == evidence.quote


def test_each_place_once_and_the_scope_field():
    tags = tagged(RawPlace("NYC"), RawPlace("New York, NY"), remote_scope="USA, Canada")
    assert tags.places == [NEW_YORK]
    assert tags.remote_scope == "US, CA"


def test_names():
    assert [parse_country(text) for text in ("Germany", "de", "UK", "USA", "U.S.A.", "Deutschland", "x", "")] == [
        "DE",
        "DE",
        "GB",
        "US",
        "US",
        "DE",
        "",
        "",
    ]
    assert region_name("CA", "US") == "California"
    assert region_name("california") == "California"


@given(st.text(max_size=300))
def test_any_text_gives_places_with_spans(text):
    tags = parse_location(text)
    for place, evidence in zip(tags.places, tags.evidence, strict=True):
        assert place.city or place.region or place.country
        assert text[evidence.start : evidence.end] == evidence.quote


@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=25,
    )
)
def test_any_mix_of_names_is_read(parts):
    for place in parse_location(" ".join(parts)).places:
        assert place.country == "" or len(place.country) == 2


def test_hostile_texts_end():
    for text in ("New York " * 20_000, "(" * 100_000, "A, " * 50_000, "Remote or " * 10_000):
        assert len(parse_location(text).places) <= 60


def test_each_name_of_the_table_is_found_where_it_stands():
    """Lines are halved until one is found: so they stand in the order of their names, and each name once."""
    lines = gazetteer._table().splitlines()
    names = [line.partition("\t")[0] for line in lines]
    assert names == sorted(set(names))
    for line in [*lines[::997], lines[0], lines[-1]]:
        name, _, cells = line.partition("\t")
        assert gazetteer._cells(name) == cells
    for name in ("", "~", "\n", "a\nb", "berlin\t", "zzzzzz", "berlinx", "x" * 100_000):
        assert gazetteer._cells(name) == ""
