"""The page /setup, while nothing is set up: the questions of `rolewire init`, each answer tried at once.

A link with a one-time token is printed at the start; the browser that opens it first is known by a cookie from then on.
Once the answers are written, the page is closed, and the daemon begins anew with them.
"""

import hmac
import secrets
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Engine
from starlette.background import BackgroundTask

import database as db
from alerts import searches as people
from alerts.channels.smtp import is_loopback
from alerts.channels.telegram import keys
from alerts.subscribers import is_anybody
from begin import ending
from begin.plan import configuration
from begin.taking import NotGoodError, PartlyTakenError
from settings import Settings, SettingsError, load
from web.site import OfSite, Site, unstored
from web.steps import STEPS, Answers, Form

router = APIRouter(include_in_schema=False)
COOKIE = "rolewire_setup"
MAX_FIELDS = 100
ORDER = [*STEPS, "check"]


@dataclass
class Setup:
    """One first start. `on_done` is called once the answers are written; `path`: where they are."""

    settings: Settings
    engine: Engine
    path: Path
    on_done: Callable[[], None]
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    known: str = ""  # the browser that opened the link
    form_key: str = field(default_factory=lambda: secrets.token_urlsafe(24))  # what its forms carry
    is_done: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)  # one answer at a time
    answers: Answers = field(init=False)

    def __post_init__(self) -> None:
        is_heard = bool(keys(self.settings).token.get_secret_value())
        self.answers = Answers(self.engine, ending.in_force(), self.port, is_heard)

    def offer(self, site: FastAPI) -> None:
        """Have the site serve the page, and print the link: not into the log, which others may read."""
        site.state.setup = self
        site.include_router(router)
        web = self.settings.web
        host = "127.0.0.1" if web.host in ("0.0.0.0", "::") else f"[{web.host}]" if ":" in web.host else web.host  # noqa: S104
        base = web.public_url or f"http://{host}:{self.port}"
        sys.stderr.write(
            f"\nrolewire is not set up yet: nobody is told of anything. Open this link in a browser to begin; it works"
            f" once:\n\n  {base}/setup?token={self.token}\n\nOr answer in a terminal: rolewire init\n\n"
        )

    def is_open(self) -> bool:
        """Whether it is still to be set up: nobody was meanwhile added by another way."""
        if self.is_done:
            return False
        with db.read(self.engine) as connection:
            return not is_anybody(connection, but=self.answers.person)


def _open(request: Request) -> Setup:
    """The setup of this site. Raises HTTPException where it is closed."""
    setup: Setup | None = getattr(request.app.state, "setup", None)
    if setup is None or not setup.is_open():
        raise HTTPException(404, "Setup is closed: rolewire is set up. `rolewire init` asks anew, in a terminal.")
    return setup


def _known(request: Request, setup: Annotated[Setup, Depends(_open)]) -> Setup:
    """The setup, for the browser that opened the link. Raises HTTPException for any other."""
    if not setup.known or not _is_same(request.cookies.get(COOKIE, ""), setup.known):
        raise HTTPException(403, "Open the link that rolewire printed when it started: it holds a token.")
    return setup


async def _form(request: Request, setup: Annotated[Setup, Depends(_known)]) -> Form:
    """What a form of ours says. Raises HTTPException for one that is not."""
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as sent:
        form = {name: [str(value) for value in sent.getlist(name)] for name in sent}
    if not _is_same((form.get("key") or [""])[0], setup.form_key):
        raise HTTPException(403, "This form is not of this page: go back to it, and try again.")
    return form


def _is_same(given: str, meant: str) -> bool:
    return hmac.compare_digest(given.encode(), meant.encode())


Opened = Annotated[Setup, Depends(_open)]
Known = Annotated[Setup, Depends(_known)]
Sent = Annotated[Form, Depends(_form)]


@router.api_route("/setup", methods=["GET", "HEAD"])
def enter(request: Request, setup: Opened, site: OfSite) -> Response:
    """The first page: of the link, a button, for previews of links must not use it up."""
    if setup.known and _is_same(request.cookies.get(COOKIE, ""), setup.known):
        return RedirectResponse(f"/setup/{ORDER[0]}", 303)
    token = request.query_params.get("token", "")
    _check_token(setup, token)
    return unstored(site.page("setup.html", step="enter", token=token, is_plain=_is_plain(request)))


@router.post("/setup")
def begin(request: Request, setup: Opened) -> Response:
    """Takes the token, once, for the browser that has it."""
    with setup.lock:
        _check_token(setup, request.query_params.get("token", ""))
        setup.known, setup.token = secrets.token_urlsafe(32), ""
    answer = RedirectResponse(f"/setup/{ORDER[0]}", 303)
    is_secure = urlsplit(str(request.url)).scheme == "https"
    answer.set_cookie(COOKIE, setup.known, path="/setup", httponly=True, samesite="strict", secure=is_secure)
    return answer


def _check_token(setup: Setup, token: str) -> None:
    if not setup.token:
        raise HTTPException(403, "This link was used already, and it works once. Start rolewire again for another.")
    if not _is_same(token, setup.token):
        raise HTTPException(403, "Open the link that rolewire printed when it started, as a whole: it holds a token.")


@router.api_route("/setup/{step}", methods=["GET", "HEAD"])
def ask(step: str, request: Request, setup: Known, site: OfSite) -> Response:
    """One question."""
    return _page(setup, site, request, _of(step))


@router.post("/setup/check")
def finish(request: Request, setup: Known, site: OfSite, _form: Sent) -> Response:
    """Writes the answers; the daemon begins anew with them."""
    with setup.lock:
        if setup.is_done:
            raise HTTPException(404, "Setup is closed: rolewire is set up.")
        try:
            shown = _written(setup, site)
        except (NotGoodError, OSError, SettingsError, people.SubscriberError) as error:
            return _page(setup, site, request, "check", str(error))
        setup.is_done = True
    answer = unstored(site.page("setup.html", step="done", **shown))
    answer.background = BackgroundTask(setup.on_done)
    return answer


@router.post("/setup/{step}")
def answer(step: str, request: Request, setup: Known, site: OfSite, form: Sent) -> Response:
    """Tries an answer, and goes on to the next question where it is good."""
    if step not in STEPS:
        raise HTTPException(404, "There is no such question.")
    with setup.lock:
        try:
            is_done = STEPS[step][1](setup.answers, form)
        except (NotGoodError, SettingsError) as error:
            left = {name: [text] for name, text in (error.left if isinstance(error, PartlyTakenError) else {}).items()}
            return _page(setup, site, request, step, str(error), {**form, **left})
    return RedirectResponse(f"/setup/{ORDER[ORDER.index(step) + is_done]}", 303)


def _of(step: str) -> str:
    if step not in ORDER:
        raise HTTPException(404, "There is no such question.")
    return step


def _page(
    setup: Setup, site: Site, request: Request, step: str, problem: str = "", form: Form | None = None
) -> Response:
    """A question, with what was answered before, and what is wrong with the answer just given."""
    answers = setup.answers
    typed = {name: values[0] for name, values in (form or {}).items() if name not in ("password", "token", "key")}
    number = ORDER.index(step)
    open_yet = next((name for name in STEPS if name not in answers.told), "")
    values: dict[str, Any] = {
        "step": step, "number": number + 1, "count": len(ORDER), "key": setup.form_key, "answers": answers,
        "plan": answers.plan, "problem": problem, "typed": typed, "titles": {name: STEPS[name][0] for name in STEPS},
        "path": setup.path.resolve(), "is_there": setup.path.exists(), "text": configuration(answers.plan),
        "is_plain": _is_plain(request), "back": ORDER[number - 1] if number else "", "open_yet": open_yet,
    }  # fmt: skip
    return unstored(site.page("setup.html", 400 if problem else 200, **values))


def _is_plain(request: Request) -> bool:
    """Whether what is typed goes over a network in clear."""
    host = request.client.host if request.client else ""
    return request.url.scheme == "http" and not is_loopback(host)


def _written(setup: Setup, site: Site) -> dict[str, Any]:
    """Write files, person and search; what the last page says of them."""
    answers, now = setup.answers, site.clock()
    plan = answers.plan
    if missing := [STEPS[name][0] for name in STEPS if name not in answers.told]:
        raise NotGoodError(f"not answered yet: {', '.join(missing)}")
    written = ending.write_files(plan, setup.path)
    settings = load(setup.path, {"database.url": setup.settings.database.url})
    with db.transaction(setup.engine) as connection:
        person = ending.person(connection, plan, settings, now)
        link = (
            people.invite_link(plan.bot, people.invite(connection, person, now)) if plan.bot and not plan.chat else ""
        )
    reached = ending.save_search(setup.engine, plan, person, now)
    return {
        "written": [one.resolve() for one in written], "query": plan.query,
        "past": ending.past(setup.engine, plan.query, now), "link": link,
        "told": ending.is_told(plan, reached, "`rolewire init --force` asks again."),
        "when": ending.when(settings, now, plan.timezone), "address": plan.public_url or f"http://127.0.0.1:{plan.port}",
    }  # fmt: skip
