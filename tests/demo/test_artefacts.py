"""The pages that the demo leaves: whatever was said, they show it and run nothing."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector

from demo.artefacts import Bubble, typed, write_chat, write_emails
from demo.boards.markup import blocks, html, plain
from demo.chat import _markup
from demo.mailserver import Arrived

HOSTILE = '<script>alert(1)</script> & "quotes"'


def mail(body: str, kind: str) -> Arrived:
    raw = f"From: a@example.org\r\nTo: b@example.org\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{body}\r\n"
    return Arrived("a@example.org", ["b@example.org"], raw.encode())


def test_what_a_person_typed_is_shown_and_not_run(tmp_path: Path) -> None:
    page = tmp_path / "chat.html"
    write_chat(page, HOSTILE, [typed(HOSTILE, day=HOSTILE), Bubble(False, "<b>from the bot</b>")])
    shown = Selector(text=page.read_text())
    assert shown.css("script") == []
    assert shown.css(".person::text").get() == HOSTILE
    assert shown.css(".bubble b::text").get() == "from the bot"


def test_a_plain_answer_of_the_bot_is_shown_as_it_is() -> None:
    assert _markup({"text": "salary>=120k & more", "source": "salary>=120k & more"}) == "salary&gt;=120k &amp; more"
    assert _markup({"text": "bold", "source": "<b>bold</b>"}) == "<b>bold</b>"


def test_a_day_stands_once_above_its_messages(tmp_path: Path) -> None:
    write_chat(tmp_path / "chat.html", "Ada", [typed("/list", "7 June"), typed("/help")])
    assert Selector(text=(tmp_path / "chat.html").read_text()).css(".day::text").getall() == ["7 June"]


def test_each_mail_becomes_a_page_in_the_order_of_arrival(tmp_path: Path) -> None:
    pages = write_emails(tmp_path, [mail("<p>first</p>", "html"), mail(HOSTILE, "plain")])
    assert [page.name for page in pages] == ["0001.html", "0002.html"]
    assert "<p>first</p>" in pages[0].read_text()
    shown = Selector(text=pages[1].read_text())
    assert shown.css("script") == []
    assert shown.css("pre::text").get("").strip() == HOSTILE


def test_the_marks_of_an_ad_become_elements() -> None:
    ad = "First line\nand more.\n\n## Heading\n- one\n- two & three\n"
    assert [block.kind for block in blocks(ad)] == ["paragraph", "heading", "list"]
    assert html(ad).splitlines() == [
        "<p>First line and more.</p>", "<h3>Heading</h3>", "<ul><li>one</li><li>two &amp; three</li></ul>",
    ]  # fmt: skip
    assert plain(ad) == "First line\nand more.\n\nHeading\n\none\ntwo & three"


@given(st.text(alphabet="ab <>&#-\n", max_size=200))
def test_the_words_of_an_ad_survive_its_markup(ad: str) -> None:
    shown = " ".join(Selector(text=f"<div>{html(ad)}</div>").css("div *::text").getall())
    assert shown.split() == plain(ad).split()
