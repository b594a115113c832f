"""Places as people name them: countries, cities and regions by their other names, and what a remote scope covers."""

import string
from functools import lru_cache
from pathlib import Path

from search.cities import shown_as
from search.codes import COUNTRIES
from search.tokens import fold

ANYWHERE = "worldwide"
NORTH_AMERICA = "north america"  # as country: calls the group NA, which is Namibia's code there
_REGIONS_FILE = Path(__file__).parent / "data" / "regions.tsv"
_ANYWHERE_ALIASES = "Anywhere worldwide|Global worldwide|World worldwide|Earth worldwide"

_COUNTRY_ALIASES = """
UK GB|Great Britain GB|Britain GB|England GB|Scotland GB|Wales GB|Northern Ireland GB|USA US|U.S. US|U.S.A. US|
United States of America US|America US|Deutschland DE|Österreich AT|Schweiz CH|Suisse CH|Svizzera CH|España ES|
Italia IT|Brasil BR|Türkiye TR|Turkiye TR|Czech Republic CZ|Holland NL|The Netherlands NL|Nederland NL|
Polska PL|Sverige SE|Norge NO|Danmark DK|Suomi FI|Éire IE|
Republic of Ireland IE|België BE|Belgique BE|Korea KR|Republic of Korea KR|UAE AE|
Emirates AE|Viet Nam VN|Russian Federation RU|Macedonia MK|Burma MM|Swaziland SZ|Ivory Coast CI|Cape Verde CV|
East Timor TL|Macau MO|KSA SA|Nippon JP|Cocos Islands CC|Democratic Republic of the Congo CD|Holy See VA
"""
_CITIES = """
new york|new york city|nyc
san francisco|sf
los angeles|la
washington|washington dc|dc|washington d c
saint louis|st louis
saint petersburg|st petersburg
mexico city|ciudad de mexico|cdmx
quebec|quebec city
munich|munchen|muenchen
cologne|koln|koeln
frankfurt|frankfurt am main
nuremberg|nurnberg|nuernberg
dusseldorf|duesseldorf
zurich|zuerich
geneva|geneve|genf
basel|basle
bern|berne
vienna|wien
brussels|bruxelles|brussel
antwerp|antwerpen
the hague|den haag
luxembourg|luxembourg city|luxemburg
copenhagen|kobenhavn|kopenhagen
gothenburg|goteborg
warsaw|warszawa
krakow|cracow
prague|praha
bucharest|bucuresti
belgrade|beograd
athens|athina
kyiv|kiev
lisbon|lisboa
seville|sevilla
milan|milano
rome|roma
turin|torino
florence|firenze
bengaluru|bangalore
mumbai|bombay
gurugram|gurgaon
delhi|new delhi
ho chi minh city|saigon
beijing|peking
tel aviv|tel aviv yafo|tel aviv jaffa
"""
_STATES = """
al alabama|ak alaska|az arizona|ar arkansas|ca california|co colorado|ct connecticut|de delaware|fl florida|ga georgia|
hi hawaii|id idaho|il illinois|in indiana|ia iowa|ks kansas|ky kentucky|la louisiana|me maine|md maryland|
ma massachusetts|mi michigan|mn minnesota|ms mississippi|mo missouri|mt montana|ne nebraska|nv nevada|nh new hampshire|
nj new jersey|nm new mexico|ny new york|nc north carolina|nd north dakota|oh ohio|ok oklahoma|or oregon|
pa pennsylvania|ri rhode island|sc south carolina|sd south dakota|tn tennessee|tx texas|ut utah|vt vermont|
va virginia|wa washington|wv west virginia|wi wisconsin|wy wyoming|dc district of columbia|ab alberta|
bc british columbia|mb manitoba|nb new brunswick|nl newfoundland and labrador|ns nova scotia|on ontario|
pe prince edward island|qc quebec|sk saskatchewan|nsw new south wales|qld queensland|vic victoria|bayern bavaria|
hessen hesse
"""

# The parts of countries that remote work is opened to or withheld from by themselves.
_PARTS = {
    "US": "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH"
    " OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY",
    "CA": "AB BC MB NB NL NS NT NU ON PE QC SK YT",
    "AU": "ACT NSW NT QLD SA TAS VIC WA",
    "DE": "BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH",
    "GB": "ENG NIR SCT WLS",
}
_SCOPE_CHARACTERS = {ord(char): ord(char.lower()) for char in string.ascii_uppercase} | dict.fromkeys(map(ord, " -."))


def key(name: str) -> str:
    """What names are looked up by: folded, without blanks."""
    return fold(name).replace(" ", "")


def _aliases(text: str) -> dict[str, str]:
    pairs = (entry.rpartition(" ") for entry in text.replace("\n", "").split("|"))
    return {key(name): code for name, _, code in pairs}


def _groups(groups: list[list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(group) for group in groups for name in group}


def _regions() -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    """The groups of the table and of the whole world, and their other names."""
    groups: dict[str, frozenset[str]] = {}
    names = _aliases(_ANYWHERE_ALIASES)
    for line in _REGIONS_FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, members, *others = line.split("\t")
            parts = (groups[one[1:].replace("_", " ")] if one[0] == "+" else {one} for one in members.split())
            groups[name] = frozenset().union(*parts)
            names |= {key(other): name for one in others for other in one.split("|")}
    return groups | {ANYWHERE: frozenset(COUNTRIES)}, names


_GROUPS, _GROUP_NAMES = _regions()
_COUNTRY_CODES = {key(name): code for code, name in COUNTRIES.items()} | _aliases(_COUNTRY_ALIASES)
_COUNTRY_CODES |= {code.lower(): code for code in COUNTRIES}
_SCOPES = _COUNTRY_CODES | _GROUP_NAMES | {key(name): name for name in _GROUPS} | {"namibia": "Namibia"}
_SCOPES |= {
    f"{country}{part}".lower(): f"{country}-{part}" for country, parts in _PARTS.items() for part in parts.split()
}
_MEMBERS = _GROUPS | {"Namibia": frozenset({"NA"})}
_CITY_GROUPS = _groups([line.split("|") for line in _CITIES.strip().split("\n")])
_STATE_NAMES = _groups([list(entry.split(" ", 1)) for entry in _STATES.replace("\n", "").split("|")])


def country_code(name: str) -> str | None:
    """ISO 3166-1 alpha-2 of a code or a common name; None if unknown."""
    return _COUNTRY_CODES.get(key(name))


def scope_name(name: str) -> str | None:
    """The canonical name of what `remote:` can ask for: a country's code or a region; None if unknown."""
    return _SCOPES.get(key(name))


def country_group(name: str) -> str | None:
    """The canonical name of a group of countries; None if there is none of that name, or if it is a country's."""
    found = _SCOPES.get(key(name))
    if found is None or found not in _GROUPS or found == ANYWHERE:
        return None
    return NORTH_AMERICA if found == "NA" else found


def countries_of(name: str) -> tuple[str, ...]:
    """The codes of a group of countries; of a country, its own."""
    group = "NA" if name == NORTH_AMERICA else name
    return tuple(sorted(_GROUPS[group])) if group in _GROUPS and name not in COUNTRIES else (name,)


def country_names() -> list[str]:
    """Every key that `country_code` or `country_group` knows, for suggestions."""
    return [*_COUNTRY_CODES, *(name for name in _SCOPES if country_group(name))]


def scope_names() -> list[str]:
    """Every key `scope_name` knows, for suggestions."""
    return list(_SCOPES)


def city_names(city: str) -> tuple[str, ...]:
    """The folded names of a city given by one of them: `munchen` is `munich` too."""
    return _CITY_GROUPS.get(city) or (city, *shown_as(city))


def region_names(region: str) -> tuple[str, ...]:
    """The folded names of a region given by one of them: `ca` is `california` too."""
    return _STATE_NAMES.get(region, (region,))


def region_names_known() -> tuple[str, ...]:
    """All names of states and provinces."""
    return tuple(_STATE_NAMES)


def is_region(name: str) -> bool:
    """Whether it is a state or province by one of its names."""
    return fold(name) in _STATE_NAMES


def scope_parts(scope: str) -> list[str]:
    """A `remote_scope` ("US, not CA") cut at commas: ASCII lower case without " ", "-" and ".", as SQL can do too."""
    return scope.translate(_SCOPE_CHARACTERS).split(",")


@lru_cache(maxsize=1024)
def covering(scope: str) -> tuple[str, ...]:
    """Every spelling, as `scope_parts` gives it, of the scopes that cover this one: Germany is covered by DE, EU, …"""
    wanted = _members(_whole(scope))
    covers = {scope} | {name for name in _SCOPES.values() if _members(name) >= wanted}
    return tuple(sorted(spelling for spelling, name in _SCOPES.items() if name in covers))


@lru_cache(maxsize=1024)
def withholding(scope: str) -> tuple[str, ...]:
    """Every part of a `remote_scope`, as `scope_parts` gives it, that takes this scope or some of it away: "not DE".

    A country from which a region is taken stays open: `remote:US` finds what is not open to California.
    """
    wanted = _members(_whole(scope))
    taken = {scope} | {name for name in _SCOPES.values() if "-" not in name and _members(name) & wanted}
    return tuple(sorted(f"not{spelling}" for spelling, name in _SCOPES.items() if name in taken))


def _whole(scope: str) -> str:
    """The country of a region such as US-CA; anything else as it is."""
    return scope.split("-")[0]


def _members(scope: str) -> frozenset[str]:
    return _MEMBERS.get(scope) or frozenset({scope})
