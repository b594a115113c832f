"""My profile: what a person says of themselves, to change and to forget; and the searches that follow from it."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from alerts.profiles import Profile, forget_profile, profile_of, save_profile
from database import transaction
from search.facts import FactError
from search.profile import SAYINGS, proposed, said
from web.site import OfSite, only
from web.visitor import Form, OfVisitor, Visitor, field

router = APIRouter(prefix="/profile", include_in_schema=False)
PROPOSED = 3
LONGEST = 2_000  # characters of one saying
_PAUSED = " Those of your searches that ask for eligible: are paused, since there is nothing to go by."
TOLD = {
    "noted": "Noted.", "noted-paused": "Noted." + _PAUSED,
    "forgotten": "Your profile is deleted.", "forgotten-paused": "Your profile is deleted." + _PAUSED,
}  # fmt: skip


@router.api_route("", methods=["GET", "HEAD"], dependencies=[only("told")])
def page(site: OfSite, who: OfVisitor, told: str = "") -> Response:
    """What is said, and what it proposes."""
    with site.read() as connection:
        held = profile_of(connection, who.subscriber) or Profile()
    return _page(who, held, told=TOLD.get(told, ""))


@router.post("")
def say(site: OfSite, who: OfVisitor, form: Form) -> Response:
    """Say all of it anew; what is empty is taken back, what is not in the form stays."""
    own, wanted = who.subscriber, {name: field(form, name, LONGEST) for name in form}
    with transaction(site.engine) as connection:
        held = profile_of(connection, own) or Profile()
        changed, errors = _said(held, wanted)
        paused = [] if errors else save_profile(connection, own, changed, site.clock())
    if errors:
        return _page(who, held, 400, wanted=wanted, errors=errors)
    return _told("noted", paused)


@router.post("/forget")
def forget(site: OfSite, who: OfVisitor, _form: Form) -> Response:
    """Delete it."""
    own = who.subscriber
    with transaction(site.engine) as connection:
        paused = forget_profile(connection, own, site.clock())
    return _told("forgotten", paused)


def _said(held: Profile, wanted: dict[str, str]) -> tuple[Profile, dict[str, str]]:
    """The profile with what was written otherwise, and by name what could not be read."""
    changed, errors, lines = held, {}, dict(held.lines)
    for name, words in wanted.items():
        try:
            changed = changed if words == lines.get(name, "") else said(changed, name, words)
        except FactError as error:
            errors[name] = str(error)
    return changed, errors


def _page(
    who: Visitor,
    held: Profile,
    status: int = 200,
    *,
    told: str = "",
    wanted: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    return who.page(
        "profile.html", status, held=held, lines=dict(held.lines) | (wanted or {}), hints=SAYINGS, told=told,
        errors=errors or {}, longest=LONGEST, proposed=proposed(held)[:PROPOSED],
    )  # fmt: skip


def _told(what: str, paused: list[str]) -> Response:
    return RedirectResponse(f"/profile?told={what}{'-paused' if paused else ''}", 303)
