"""The role of a posting, by rules a person can read: title first, description where the title is silent.

Sources: the guide (docs/taxonomy), `data/role_rules.tsv` (the rules), `data/role_lexicon.tsv` (the words).
"""

import re
from pathlib import Path

from models import Basis, Evidence
from pipeline.role_rules import RULES, Rule, concepts
from pipeline.role_text import describes_ai_product, describes_ai_work
from pipeline.title_text import TITLE_LIMIT, Hit, fold, parts, read_lexicon, without_company

VERSION = 1
_LEXICON = read_lexicon(Path(__file__).with_name("data") / "role_lexicon.tsv")
_NOUNS = concepts(
    "engineer scientist rscientist rengineer datascience dataengineer architect dataarch analyst pm people notpeople "
    "solutions consultant trainer fde mts intern"
)
_HEADS = _NOUNS | {"sales", "backoffice", "swadj"}
_FIRM_NOUNS = concepts("engineer scientist rscientist rengineer datascience dataengineer architect dataarch analyst")
_TRUNK = concepts(
    "people engineer scientist rscientist architect solutions analyst sales backoffice swadj intern trainer consultant"
)
_SUBJECTS = concepts("ai genai agentic ml mltask dl nlp cv robotics edge mlops dataeng safety")
_JOINT = re.compile(r" ?/ ?| & | \+ | or | and | und | oder | et | ou | y | e ")


def _inside(hit: Hit, other: Hit) -> bool:
    longer = other.end - other.start > hit.end - hit.start and other.concept not in _SUBJECTS
    return longer and other.start <= hit.start and hit.end <= other.end and other.concept != hit.concept


def _evident(hits: list[Hit]) -> list[Hit]:
    """The hits without job nouns that are only a piece of a longer one ("manager" in "product manager")."""
    return [hit for hit in hits if hit.concept not in _TRUNK or not any(_inside(hit, other) for other in hits)]


def _main_part(hits: list[Hit], spans: list[tuple[int, int]]) -> tuple[int, int]:
    """The part with the job noun; a noun proper is preferred to a word such as "marketing"."""
    for wanted in (_NOUNS - {"intern", "mts"}, _HEADS):
        for start, end in spans:
            if any(start <= hit.start < end and hit.concept in wanted for hit in hits):
                return start, end
    return spans[0] if spans else (0, 0)


def _first_of_joined(folded: str, hits: list[Hit]) -> list[Hit]:
    """Of two whole roles joined by "/", "&" or "or", the hits of the first."""
    for joint in _JOINT.finditer(folded):
        left = [hit for hit in hits if hit.end <= joint.start()]
        right = [hit for hit in hits if joint.end() <= hit.start < joint.end() + 25]
        if any(h.concept in _FIRM_NOUNS for h in left) and any(h.concept in _FIRM_NOUNS for h in right):
            return left
    return hits


def _by_title(folded: str) -> tuple[Rule | None, list[Hit], set[str], set[str]]:
    hits = _evident(_LEXICON.find(folded))
    start, end = _main_part(hits, parts(folded))
    joined = _first_of_joined(folded[:end], [hit for hit in hits if start <= hit.start < end])
    rest = [hit for hit in hits if not start <= hit.start < end]
    main = {hit.concept for hit in joined}
    everywhere = main | {hit.concept for hit in rest}
    rule = next((rule for rule in RULES if rule.fits(everywhere, main)), None)
    return rule, joined + rest, everywhere, main


def _span(rule: Rule, hits: list[Hit]) -> tuple[int, int]:
    """The run of the title that holds the first hit of each group of the rule."""
    chosen = [next((h for h in hits if h.concept in group), None) for group in (*rule.main, *rule.anywhere)]
    starts = [hit.start for hit in chosen if hit]
    ends = [hit.end for hit in chosen if hit]
    return (min(starts), max(ends)) if starts else (0, 0)


def _stated(title: str, rule: Rule, hits: list[Hit]) -> Evidence:
    start, end = _span(rule, hits)
    return Evidence(Basis.STATED, f"role.title.{rule.name}@{VERSION}", "title", start, end, title[start:end])


def _silent(everywhere: set[str], main: set[str], text: str) -> tuple[str, Evidence]:
    """The role where the title names no AI subject: what the description says."""
    product, work = describes_ai_product(text), describes_ai_work(text)
    role, name, found = "other", "none", None
    if "pm" in main and product:
        role, name, found = "ai-product-manager", "product-manager", product
    elif "fde" in everywhere and (product or not text):
        role, name, found = "ai-solutions-engineer", "forward-deployed", product
    elif "solutions" in main and product and not main & {"sales", "backoffice", "people"}:
        role, name, found = "ai-solutions-engineer", "solutions", product
    elif "rengineer" in main and (product or not text):
        role, name, found = "research-engineer", "research-engineer", product
    elif "rscientist" in main and (product or not text) and not main & {"backoffice", "analyst", "people", "sales"}:
        role, name, found = "research-scientist", "research-scientist", product
    elif "mts" in main and product:
        role, name, found = "research-engineer", "technical-staff", product
    elif main & {"engineer", "swadj"} and work and not everywhere & {"people", "sales", "backoffice", "analyst"}:
        role, name, found = "ai-engineer", "software", work
    if found:
        quote = text[found[0] : found[1]]
        return role, Evidence(Basis.INFERRED, f"role.text.{name}@{VERSION}", "description", *found, quote)
    basis = Basis.UNKNOWN if role == "other" else Basis.INFERRED
    return role, Evidence(basis, f"role.title.{name}@{VERSION}")


def tag_role(title: str, text: str, company: str = "") -> tuple[str, Evidence]:
    """The role's slug and why.

    `title` and `text` (plain text, may be empty or cut) are as posted; spans of the evidence count their characters.
    `company` is left out of account where the title repeats it. Never fails; what is not known for an AI role is
    `other`.
    """
    folded = without_company(fold(title[:TITLE_LIMIT]), company)
    rule, hits, everywhere, main = _by_title(folded)
    if rule is not None:
        return rule.role, _stated(title, rule, hits)
    return _silent(everywhere, main, text)
