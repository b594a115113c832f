"""Places as people name them: countries, cities and regions by their other names, and what a remote scope covers."""

import string
from functools import lru_cache

from search.codes import COUNTRIES
from search.tokens import fold

ANYWHERE = "worldwide"

_COUNTRY_ALIASES = """
UK GB|Great Britain GB|Britain GB|England GB|Scotland GB|Wales GB|Northern Ireland GB|USA US|U.S. US|U.S.A. US|
United States of America US|America US|Deutschland DE|Österreich AT|Schweiz CH|Suisse CH|Svizzera CH|España ES|
Italia IT|Brasil BR|Türkiye TR|Turkiye TR|Czech Republic CZ|Holland NL|The Netherlands NL|Nederland NL|
Polska PL|Sverige SE|Norge NO|Danmark DK|Suomi FI|Éire IE|
Republic of Ireland IE|België BE|Belgique BE|Korea KR|Republic of Korea KR|UAE AE|
Emirates AE|Viet Nam VN|Russian Federation RU|Macedonia MK|Burma MM|Swaziland SZ|Ivory Coast CI|Cape Verde CV|
East Timor TL|Macau MO|KSA SA|Nippon JP|Cocos Islands CC|Democratic Republic of the Congo CD|Holy See VA
"""
_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_EEA = _EU + " IS LI NO"
_EUROPE = _EEA + " AD AL AX BA BY CH FO GB GG GI IM JE MC MD ME MK RS SJ SM UA VA"
_BALKANS = "AL BA BG GR HR ME MK RO RS SI"
_CEE = "AL BA BG BY CZ EE HR HU LT LV MD ME MK PL RO RS SI SK UA"
_MIDDLE_EAST = "AE BH CY EG IL IQ IR JO KW LB OM PS QA SA SY TR YE"
_AFRICA = (
    "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG"
    " RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW"
)
_SOUTHEAST_ASIA = "BN ID KH LA MM MY PH SG TH TL VN"
_ASIA = f"{_SOUTHEAST_ASIA} AF AM AZ BD BT CN GE HK IN JP KG KP KR KZ LK MN MO MV NP PK TJ TM TW UZ"
_OCEANIA = "AS AU CK FJ FM GU KI MH MP NC NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS"
_SOUTH_AMERICA = "AR BO BR CL CO EC FK GF GY PE PY SR UY VE"
_CENTRAL_AMERICA = "BZ CR GT HN NI PA SV"
_CARIBBEAN = "AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI"
_NORTH_AMERICA = "US CA MX"
_REGIONS = {
    "EU": _EU,
    "EEA": _EEA,
    "europe": _EUROPE,
    "DACH": "DE AT CH",
    "nordics": "DK FI IS NO SE",
    "benelux": "BE NL LU",
    "iberia": "ES PT",
    "UKI": "GB IE",
    "balkans": _BALKANS,
    "CEE": _CEE,
    "eastern europe": _CEE,
    "central europe": "AT CH CZ DE HU LI PL SI SK",
    "western europe": "AD AT BE CH DE ES FR GB IE IT LI LU MC NL PT",
    "EMEA": f"{_EUROPE} {_MIDDLE_EAST} {_AFRICA}",
    "middle east": _MIDDLE_EAST,
    "GCC": "AE BH KW OM QA SA",
    "MENA": f"{_MIDDLE_EAST} DZ LY MA TN",
    "africa": _AFRICA,
    "asia": f"{_ASIA} {_MIDDLE_EAST}",
    "southeast asia": _SOUTHEAST_ASIA,
    "oceania": _OCEANIA,
    "ANZ": "AU NZ",
    "APAC": f"{_ASIA} {_OCEANIA}",
    "south america": _SOUTH_AMERICA,
    "central america": _CENTRAL_AMERICA,
    "caribbean": _CARIBBEAN,
    "LATAM": f"MX {_SOUTH_AMERICA} {_CENTRAL_AMERICA} CU DO HT PR",
    "NA": _NORTH_AMERICA,  # in `remote:`; Namibia is written out
    "americas": f"{_NORTH_AMERICA} {_SOUTH_AMERICA} {_CENTRAL_AMERICA} {_CARIBBEAN} BM GL PM",
    ANYWHERE: " ".join(COUNTRIES),
}
_REGION_ALIASES = """
European Union EU|Europa europe|European Economic Area EEA|Nordic nordics|Scandinavia nordics|North America NA|NAM NA|
NAMER NA|NORAM NA|Latin America LATAM|America Latina LATAM|AMER americas|
Asia Pacific APAC|Anywhere worldwide|Global worldwide|World worldwide|
Earth worldwide
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


_COUNTRY_CODES = {key(name): code for code, name in COUNTRIES.items()} | _aliases(_COUNTRY_ALIASES)
_COUNTRY_CODES |= {code.lower(): code for code in COUNTRIES}
_SCOPES = _COUNTRY_CODES | _aliases(_REGION_ALIASES) | {key(name): name for name in _REGIONS} | {"namibia": "Namibia"}
_SCOPES |= {
    f"{country}{part}".lower(): f"{country}-{part}" for country, parts in _PARTS.items() for part in parts.split()
}
_MEMBERS = {name: frozenset(codes.split()) for name, codes in _REGIONS.items()} | {"Namibia": frozenset({"NA"})}
_CITY_GROUPS = _groups([line.split("|") for line in _CITIES.strip().split("\n")])
_STATE_NAMES = _groups([list(entry.split(" ", 1)) for entry in _STATES.replace("\n", "").split("|")])


def country_code(name: str) -> str | None:
    """ISO 3166-1 alpha-2 of a code or a common name; None if unknown."""
    return _COUNTRY_CODES.get(key(name))


def scope_name(name: str) -> str | None:
    """The canonical name of what `remote:` can ask for: a country's code or a region; None if unknown."""
    return _SCOPES.get(key(name))


def country_names() -> list[str]:
    """Every key `country_code` knows, for suggestions."""
    return list(_COUNTRY_CODES)


def scope_names() -> list[str]:
    """Every key `scope_name` knows, for suggestions."""
    return list(_SCOPES)


def city_names(city: str) -> tuple[str, ...]:
    """The folded names of a city given by one of them: `munchen` is `munich` too."""
    return _CITY_GROUPS.get(city, (city,))


def region_names(region: str) -> tuple[str, ...]:
    """The folded names of a region given by one of them: `ca` is `california` too."""
    return _STATE_NAMES.get(region, (region,))


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
    return tuple(sorted({f"not{key(name)}" for name in taken}))


def _whole(scope: str) -> str:
    """The country of a region such as US-CA; anything else as it is."""
    return scope.split("-")[0]


def _members(scope: str) -> frozenset[str]:
    return _MEMBERS.get(scope) or frozenset({scope})
