"""Ads that hide their employer: by who placed them, or by what they say ("our client is looking for")."""

import re
from functools import cache
from pathlib import Path

from pipeline.dedup.employers import without_form
from pipeline.job.employer import company_key
from pipeline.text.windows import Hints, windows

_READ = 3_000  # characters: who the job is with stands at the top
_CLIENT = re.compile(
    r"\b(?:(?:for|on behalf of|with|at|by) (?:our|a|an|one of our|one of my|my) (?:[\w-]+ ){0,3}clients?\b(?! (?:"
    r"facing|side|base|projects?|engagements?|teams?|success|services?|relationships?|needs|portfolio))"
    r"|(?:our|my) (?:[\w-]+ ){0,2}client(?:,? (?:is|are|an?|the|who|which|based|one of|has|seeks?|needs|requires)\b|,)"
    r"|client of ours|(?:für|bei|im auftrag) (?:einen?|einem|eines|unseren?|unserem|unseres) (?:\w+ ){0,3}(?:kunden?|"
    r"mandanten?|auftraggebers?)\b|unser(?:e)? (?:kunde|mandant(?:in)?|auftraggeber)\b"
    r"|notre client\b|pour (?:l'un de nos|un de nos|le compte de notre) clients?"
    r"|(?:nuestro|uno de nuestros|para un) clientes?\b|(?:nosso|um dos nossos) clientes?\b"
    r"|(?:il nostro|per un nostro|azienda nostra) cliente\b"
    r"|(?:onze|voor een van onze) (?:klant|opdrachtgever)(?:en)?\b)"
)
_HINTS = Hints("client|kunde|mandant|auftrag|cliente|klant|opdrachtgever")
# names that are none, in the languages of the sources
_NAMELESS = re.compile(
    r"^(?:(?:company |client |employer )?(?:name )?(?:is )?(?:strictly )?(?:confidential|stealth|anonym(?:ous|es?)?|"
    r"undisclosed|not disclosed|withheld|hidden|private|unknown|vertraulich|confidentiel(?:le)?|confidenziale|"
    r"riservat[oa]|confidencial|vertrouwelijk|poufn[ae]|nieujawnion\w+|gizli|конфиденциальн\w+))\b"
    r"|^(?:azienda|societ[àa]|soci[ée]t[ée]|entreprise|empresa|firma|bedrijf|компания) (?:strettamente )?"
    r"(?:riservat[oa]|anonim[ae]|anonyme|confiden\w+|poufna|vertrouwelijk|конфиденциальн\w+)\b"
    r"|^importante (?:azienda|empresa|societ[àa])\b"
    r"|^(?:a|an|our|one of our|the|my) (?:[\w-]+ ){0,3}clients?\b|^clients? (?:of|confidential)\b"
    r"|^(?:notre|un) client\b|^(?:unser|ein) kunde\b|^(?:nuestro|nosso|um?) cliente\b|^onze klant\b"
    r"|^(?:client|klient|kunde|cliente|n ?/ ?a|n\.a\.?|none|null|tbd|tba|nicht angegeben|keine angabe|non précisé|"
    r"no especificado|не указан[оа]?)$"
    r"|^非公開|^非公开|^비공개|^某.{0,20}(?:公司|企业|企業|集团|集團|厂|大厂)$",
    re.I,
)
_TRADE = re.compile(
    r"\b(?:recruit(?:ment|ing|ers?)|staffing|headhunt\w*|personal(?:beratung|vermittlung|dienstleistungen?)|zeitarbeit|"
    r"talent (?:solutions|partners|acquisition)|executive search|interim)\b",
    re.I,
)


@cache
def agencies() -> frozenset[str]:
    """The keys of agencies that are known."""
    lines = Path(__file__).with_name("agencies.tsv").read_text(encoding="utf-8").splitlines()
    return frozenset(line.partition("\t")[0] for line in lines if line and not line.startswith("#"))


def hides_employer(company: str, text: str) -> bool:
    """Whether the name over an ad is not, or may not be, who the job is with."""
    keys = {company_key(company), company_key(without_form(company))}
    if "" in keys or keys & agencies() or _NAMELESS.match(company.strip()) or _TRADE.search(company):
        return True
    lowered = text[:_READ].lower()
    return any(_CLIENT.search(lowered, start, end) for start, end in windows(lowered, _HINTS, 70, 60))
