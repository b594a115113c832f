"""The role where the title names no AI subject: what the description says decides, and `other` unless it says enough.

The numbers are counts of signs (`signs.py`) in a text of some 3,000 characters; they were set on labelled postings.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.role.signs import SHORT, Signs, read_signs

_LENGTH = 3500  # characters that the numbers are for
_LEAST_LENGTH = 1500
_STUB = 100  # characters; a shorter text names a team, a board or a place, and tells nothing
_INTRO = 400  # characters in which a firm says what its product is
_DEPLOYED = 1  # mentions of AI where engineers are sent to customers
_DENSE = 6  # mentions of AI
_RARE = 0.9  # mentions of AI in 1,000 characters, below which a few are every firm's
_FIRST_WORDS = 150  # characters in which a firm whose product is AI says so
_NO_AI_PRODUCT = frozenset({"infra", "hardware", "hwonly"})
_DESK = frozenset({"sales", "desk", "analyst", "hardware", "notpeople", "notpm"})
_RATERS = frozenset({"sme", "tutor", "softnoun", "analyst", "datacollect", "evalwork"})
_NO_TRAINER = frozenset(
    {"people", "notpeople", "engineer", "sales", "pm", "solutions", "datascience", "dsnoun", "rscientist"}
)
_SCIENCE = frozenset({"othersci", "sales", "desk", "analyst", "people"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What the cases look at: concepts of the title and of its main part, signs of the text.

    `own`: the signs of what the text says of this job, where it tells of several; else those of the whole text.
    """

    everywhere: set[str]
    main: set[str]
    signs: Signs
    own: Signs

    @property
    def is_product(self) -> bool:
        """True if the text says, early or often, that the product is AI."""
        product = self.signs["product"]
        if self.signs.length < SHORT:
            return product >= 2
        place = self.signs.places["product"][0] if product else 0
        return product >= 5 or (product >= 4 and place < 3 * _INTRO) or (product >= 3 and place < _INTRO)


def _forward_deployed(facts: Facts) -> bool:
    if "fde" in facts.main:
        return facts.signs.length < SHORT or facts.signs["product"] >= 1
    return "fde" in facts.everywhere and (not facts.signs.length or facts.signs["product"] >= 5)


def _trainer(facts: Facts) -> bool:
    if facts.everywhere & _NO_TRAINER or not facts.everywhere & _RATERS:
        return False
    return facts.signs["rate"] >= 3


def _product_manager(facts: Facts) -> bool:
    product = facts.signs["product"]
    if "pm" not in facts.main or facts.everywhere & (_NO_AI_PRODUCT | {"notpm"}) or not product:
        return False
    if product < 8 and product * 1000 < _RARE * facts.signs.length:
        return False
    place = facts.signs.places["product"][0]
    return product >= 8 or (product >= 6 and place < _INTRO) or (product >= 3 and place < _FIRST_WORDS)


def _solutions(facts: Facts) -> bool:
    return "solutions" in facts.main and facts.is_product and not facts.main & {"notpeople", "desk"}


def _consultant(facts: Facts) -> bool:
    """A consultant whose firm, or whose work, is of AI; a word or two are said by every consultancy."""
    least = 3 if facts.signs.length < SHORT else 6
    barred = (_DESK - {"analyst"}) | {"people", "topic"}
    return "consultant" in facts.main and facts.signs["product"] >= least and not facts.everywhere & barred


def _research(facts: Facts, noun: str) -> bool:
    if noun not in facts.main or facts.everywhere & _SCIENCE:
        return False
    signs = facts.signs
    # a postdoc without a subject may be of any science
    is_told = signs.length > _STUB or "academic" in facts.everywhere
    if noun == "rengineer" and signs.length < SHORT:
        return not is_told or signs["product"] >= 1
    return not is_told or signs["product"] >= 3 or (signs["product"] >= 2 and signs["research"] >= 3)


def _research_software(facts: Facts) -> bool:
    return "rse" in facts.main and facts.signs["product"] >= 4


def _leader_of_research(facts: Facts) -> bool:
    is_research = facts.main & {"study", "rscientist"} and not facts.everywhere & (_SCIENCE - {"people"})
    return "people" in facts.main and bool(is_research) and facts.signs["product"] >= 5


def _plain_staff(facts: Facts) -> bool:
    return "mts" in facts.everywhere and not facts.everywhere & _DESK and facts.signs["product"] >= 4


def _staff_of_research(facts: Facts) -> bool:
    signs = facts.signs
    return _plain_staff(facts) and signs["research"] + signs["train"] >= 2 and signs["research"] >= signs["serve"]


def _staff_of_serving(facts: Facts) -> bool:
    return _plain_staff(facts) and facts.signs["serve"] >= 2


def _staff_of_product(facts: Facts) -> bool:
    return _plain_staff(facts) and facts.signs["product"] >= 6 and "engineer" not in facts.main


def _staff_of_lab(facts: Facts) -> bool:
    """Technical staff, of what the title does not say, at a firm that does research."""
    return _plain_staff(facts) and facts.signs["lab"] >= 5 and not facts.main & {"engineer", "swadj"}


def _robot_control(facts: Facts) -> bool:
    if facts.signs["plant"] or "hardware" in facts.everywhere:
        return False  # the controls of a plant
    return "drive" in facts.everywhere and "engineer" in facts.main and facts.signs["robot"] >= 2


def _engineer(facts: Facts, barred: frozenset[str]) -> bool:
    if "screen" in facts.everywhere and "stack" not in facts.everywhere:
        return False  # what is built for the screen is the product around the AI
    return bool(facts.main & {"engineer", "swadj"}) and not facts.everywhere & (
        _DESK | {"people", "topic", "qa", "architect", "othersci"} | barred
    )


def _share(signs: Signs) -> float:
    """The length of the text against the length that the numbers are for."""
    return max(signs.length, _LEAST_LENGTH) / _LENGTH


def _software(facts: Facts) -> bool:
    signs, share = facts.own, _share(facts.own)
    if not _engineer(facts, frozenset({"techtopic", "infra"})):
        return False
    build, product = signs["build"], signs["product"]
    return build >= 3 * share or (build >= 2 * share and product >= 5 * share) or (build >= 1 and product >= 8 * share)


def _software_of_agents(facts: Facts) -> bool:
    """A short comment tells of the firm's agents where a long posting tells of duties."""
    signs = facts.own
    if signs.length > SHORT or not _engineer(facts, frozenset({"techtopic", "infra"})):
        return False
    return signs["agents"] >= 2 or (signs["agents"] >= 1 and signs["product"] >= 3)


def _software_of_ai_firm(facts: Facts) -> bool:
    """A text that speaks of nothing but AI: what is built there is AI."""
    signs = facts.own
    is_dense = signs["product"] >= _DENSE and signs["product"] * 1000 >= 4 * signs.length
    return is_dense and signs.length >= SHORT and _engineer(facts, frozenset({"techtopic", "infra"}))


def _software_of_serving(facts: Facts) -> bool:
    signs = facts.own
    is_both = signs["serve"] >= 4 and signs["train"] + signs["build"] >= 3
    return is_both and _engineer(facts, frozenset({"techtopic"}))


def _infrastructure_of_lab(facts: Facts) -> bool:
    """Infrastructure at a firm that trains models: what is run there are models."""
    signs = facts.own
    return signs["serve"] >= 3 and signs["lab"] >= 3 and _engineer(facts, frozenset({"techtopic"}))


def _mostly(sign: str, least: int) -> Callable[[Facts], bool]:
    """A case of engineers whose text is of one subject."""

    def holds(facts: Facts) -> bool:
        wanted = least if facts.own.length >= SHORT else min(least, 2)
        return facts.own[sign] >= wanted and _engineer(facts, frozenset({"techtopic", "infra"}))

    return holds


# name, role, does it hold?, the sign that is its evidence
Case = tuple[str, str, Callable[[Facts], bool], str]
_CASES: tuple[Case, ...] = (
    ("trainer", "ai-trainer", _trainer, "rate"),
    ("product-manager", "ai-product-manager", _product_manager, "product"),
    ("forward-deployed", "ai-solutions-engineer", _forward_deployed, "product"),
    ("solutions", "ai-solutions-engineer", _solutions, "product"),
    ("consultant", "ai-solutions-engineer", _consultant, "product"),
    ("research-engineer", "research-engineer", lambda facts: _research(facts, "rengineer"), "research"),
    ("research-software", "research-engineer", _research_software, "product"),
    ("research-scientist", "research-scientist", lambda facts: _research(facts, "rscientist"), "research"),
    ("leader-of-research", "ai-leader", _leader_of_research, "product"),
    ("staff-of-research", "research-engineer", _staff_of_research, "research"),
    ("staff-of-serving", "mlops-engineer", _staff_of_serving, "serve"),
    ("staff-of-lab", "research-engineer", _staff_of_lab, "lab"),
    ("staff-of-product", "ai-engineer", _staff_of_product, "product"),
    ("robot-control", "robotics-engineer", _robot_control, "robot"),
    ("software-of-serving", "mlops-engineer", _software_of_serving, "serve"),
    ("infrastructure-of-lab", "mlops-engineer", _infrastructure_of_lab, "serve"),
    ("software", "ai-engineer", _software, "build"),
    ("software-of-agents", "ai-engineer", _software_of_agents, "agents"),
    ("software-of-ai-firm", "ai-engineer", _software_of_ai_firm, "product"),
    ("software-of-models", "ml-engineer", _mostly("train", 3), "train"),
    ("software-of-vision", "computer-vision-engineer", _mostly("vision", 4), "vision"),
    ("software-of-robots", "robotics-engineer", _mostly("robot", 6), "robot"),
    ("software-of-data", "data-engineer", _mostly("data", 4), "data"),
)
_TELLING = (
    frozenset(
        {"pm", "people", "fde", "solutions", "consultant", "rengineer", "rscientist", "mts", "rse", "engineer", "swadj"}
    )
    | _RATERS
)


def deploys_ai(text: str) -> bool:
    """True if the text, of one or of several jobs, says that what is deployed is AI."""
    return read_signs(text)["product"] >= _DEPLOYED


def role_of_text(
    everywhere: set[str], main: set[str], text: str, own: tuple[int, int] | None = None
) -> tuple[str, str, tuple[int, int] | None]:
    """Role, name of the case and place of its evidence in the text (None: it rests on the title).

    `own`: the part of the text that is about this job, where it tells of several.
    """
    if not main & _TELLING and not everywhere & ({"fde", "mts"} | _RATERS):
        return "other", "none", None
    signs = read_signs(text)
    facts = Facts(everywhere, main, signs, read_signs(text, *own) if own else signs)
    for name, role, holds, sign in _CASES:
        if holds(facts):
            places = (facts.own if name.startswith(("software", "infra")) else facts.signs).places
            return role, name, places.get(sign) or places.get("product")
    return "other", "none", None
