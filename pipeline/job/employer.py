"""The employer's name as people write it, and the key under which its postings meet across boards."""

import re
import unicodedata
from functools import lru_cache

from cleanco import basename

from pipeline.text.plain import one_line

_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{0,80}[)\]]\s*$")
_OWNER = re.compile(r",?\s+(?:via|powered by)\s+.{1,60}$", re.I)
_OWNED = re.compile(r",\s+(?:an?|part of|member of)\s+.{1,60}\b(?:company|group|brand|business|subsidiary)\b.*$", re.I)
_EXTRA = re.compile(
    r"\s+(?:careers?|jobs?|job board|hiring|recruit(?:ing|ment)|gmbh & co\.? kg\w*|gmbh & co\b.*|international inc|"
    r"external|talent community)\s*$",
    re.I,
)
_DOMAIN = re.compile(r"(?<=\w)\.(?:com|org|net|co|inc|de|fr|eu)$", re.I)
_NOT_WORD = re.compile(r"[\W_]+")
_ALIASES = {
    "abbottlaboratories": "abbott", "amazoncom": "amazon", "amazonwebservices": "amazon", "aws": "amazon",
    "boschgroup": "bosch", "characterai": "character", "citibank": "citi", "codeium": "windsurf", "ernstyoung": "ey",
    "facebook": "meta", "fidelityinvestments": "fidelity", "googledeepmind": "deepmind", "heretechnologies": "here",
    "hewlettpackardenterprise": "hpe", "huggingfaceco": "huggingface", "imctrading": "imc",
    "internationalbusinessmachines": "ibm", "jpmorganchase": "jpmorgan", "jpmorganchaseandco": "jpmorgan",
    "konradgroup": "konrad", "metaplatforms": "meta", "msft": "microsoft", "nvidiaai": "nvidia",
    "oscarhealth": "oscar", "pricewaterhousecoopers": "pwc", "robertbosch": "bosch", "samsungelectronics": "samsung",
    "scale": "scaleai", "square": "block", "squareup": "block", "tdbank": "td", "theboeing": "boeing",
    "thewaltdisney": "disney", "twitter": "x", "walmartglobaltech": "walmart", "waltdisney": "disney",
    "weightsandbiases": "wandb", "weightsbiases": "wandb",
}  # fmt: skip


def display_name(company: str) -> str:
    """The name on one line, without a career page's trimmings."""
    name = one_line(company)
    shorter = _EXTRA.sub("", name).strip(" -–|,")
    return shorter or name


@lru_cache(maxsize=50_000)
def company_key(company: str) -> str:
    """Lower-case letters and digits that name the employer, whatever its legal form; empty for no name."""
    name = unicodedata.normalize("NFKC", display_name(company))
    name = _BRACKETS.sub("", name) or name
    name = _OWNED.sub("", name) or name
    if " via " in name.lower():
        name = _OWNER.sub("", name) or name
    name = basename(name) or name
    name = _DOMAIN.sub("", name)
    key = _NOT_WORD.sub("", _fold(name).replace("&", "and")) or _NOT_WORD.sub("", _fold(company))
    return _ALIASES.get(key, key)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
