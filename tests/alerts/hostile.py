"""Five hundred postings whose words would break out of whatever they stand in, always the same."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.digest import Letter, Reason, Row, Search

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
COUNT, IN_A_MESSAGE = 500, 20
ELSEWHERE = "http://127.0.0.1:9/canary"
SHAPES = (
    "<script>document.title='owned'</script>{}", "<img src=x onerror=\"document.title='owned'\">{}",
    '"><svg onload="document.title=\'owned\'">{}',
    "</title></style></td></table><script>document.title='owned'</script>",
    f"<iframe src={ELSEWHERE}></iframe>{{}}", f"<style>@import url({ELSEWHERE});</style>{{}}",
    "<a href=\"javascript:document.title='owned'\">{}</a>", f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>",
    "{{{{ 7*7 }}}} {{% for x in range(9) %}}{}", "{{% include '/etc/passwd' %}}{}", "${{7*7}} #{{7*7}} <%= 7*7 %> {}",
    "{{{{ ''.__class__.__mro__ }}}}{}", "\r\nBcc: victim@example.org\r\n\r\n{}", "x\r\n.\r\nMAIL FROM:<a@b.c>\r\n{}",
    "\r\nList-Unsubscribe: <https://evil.example>\r\n{}", "\x00\x01\x1b[31m\x7f{}\x00", "\u202e{}\u202c\u2066x\u2069",
    "\u200f\u061c{}\ufeff\u2028\u2029", "\ud800{}\udfff", "<b>unclosed <i>{} &amp; &lt; &#x3c;script&#x3e;",
    "@everyone @here <!channel> <@U123> {}", "[Apply]({}) ![x](https://evil.example/p.png)", "`{}` *x* _y_ ~z~ ||s||",
    "\U0001f469\u200d\U0001f4bb{}\U0001f1e9", "Z\u0351\u036b\u0343{}\u0310" + "\u0301" * 60, "=HYPERLINK(\"{}\")",
    "]]>{}<![CDATA[", "';DROP TABLE message;--{}", "%s%n%x{}", "a" * 10_000 + "{}", "\u0628" * 10_000,
    "{}" + "<" * 10_000,
)  # fmt: skip
LINKS = (
    "javascript:document.title='owned'", "JaVaScRiPt://x%0aalert(1)", "data:text/html,<script>x</script>",
    "https://ok.example/\"onmouseover=x", "https://ok.example/\r\nX: y", "//evil.example", "https://ok.example/<b>", "",
    "https://ok.example/ad?a=1&b=2", "ftp://ok.example/", "https://ok.example/" + "a" * 3000,
)  # fmt: skip


def words(dice: random.Random) -> str:
    """Some of them."""
    return dice.choice(SHAPES).replace("{}", str(dice.randrange(1000))).replace("{{", "{").replace("}}", "}")


def posting(number: int, dice: random.Random) -> dict[str, Any]:
    """A posting as messages are made of it."""
    said = [words(dice) for _ in range(9)]
    return {
        "id": f"p{number}", "title": said[0], "company": said[1], "role": said[2], "seniority": said[3],
        "workplace": said[4][:200], "remote_scope": said[5][:200],
        "locations": [{"city": said[6], "region": said[7], "country": said[8]}], "attribution": [said[2]],
        "salary": {"min": 1.0, "max": 2e9, "currency": said[1][:50], "period": said[3][:50]},
        "posted_at": NOW - timedelta(days=number % 90), "posted_at_quality": "stated", "url": dice.choice(LINKS),
        "apply_url": dice.choice(LINKS),
    }  # fmt: skip


def letters() -> list[Letter]:
    """All of them, twenty in each, to somebody else each."""
    dice = random.Random(12)
    return [_letter(start, dice) for start in range(0, COUNT, IN_A_MESSAGE)]


def _letter(start: int, dice: random.Random) -> Letter:
    clauses = [{"clause": words(dice), "field": words(dice), "matched": [words(dice)], "text": words(dice)}]
    names = [words(dice) for _ in range(3)]
    rows = [
        Row(posting(number, dice), dice.choice(("opened", "changed", "closed", "reopened")),
            {words(dice)[:300]: [words(dice), words(dice)], "reason": [None, words(dice)]},
            [Reason(dice.choice(names), clauses, words(dice))], NOW)
        for number in range(start, start + IN_A_MESSAGE)
    ]  # fmt: skip
    searches = [Search(name, words(dice), "https://jobs.example.org/unsubscribe/t") for name in names]
    cadence = dice.choice(("weekly", "daily", "instant", "baseline"))
    return Letter(
        key=f"hostile:{start}", to="", cadence=cadence, now=NOW, rows=rows, already=rows[:3], searches=searches,
        public_url="https://jobs.example.org", stop_url="https://jobs.example.org/unsubscribe/all",
        counts={"opened": 40, "changed": 3}, is_possible_repeat=start % 40 == 0,
    )  # fmt: skip
