"""Ads without what the site that copied them added, so that copies of one ad read the same."""

import re

from spiders.base.markup import unescaped

TAIL = 1000  # characters at the end of an ad where the site's closing words stand
DEPTH = 20  # elements that are opened for them at most
ORIGINALLY = r"(?:this (?:job|role|position) was )?originally (?:posted|published|appeared) (?:on|at|by)\b"
LINK = re.compile(r"<a\b[^<>]*>|</a\s*>", re.IGNORECASE)


def own_words(text: str, site: str, mark: str = ORIGINALLY) -> str:
    """The text of an ad as the employer wrote it: without the site's closing words, and without links to the site.

    `site` is its domain, `mark` a pattern for where the closing words begin.
    """
    return without_links(without_tail(unescaped(text), mark), site)


def without_tail(text: str, mark: str) -> str:
    """The text up to the closing words, and without the elements that were opened for them."""
    start = max(len(text) - TAIL, 0)
    found = re.search(mark, text[start:], re.IGNORECASE)
    if not found:
        return text
    text = text[: start + found.start()].rstrip()
    for _ in range(DEPTH):
        opened = text.rfind("<", -TAIL)
        if not text.endswith(">") or text[opened : opened + 2] == "</":
            break
        text = text[:opened].rstrip()
    return text


def without_links(text: str, site: str) -> str:
    """The text with links to a site replaced by their words."""
    target = re.compile(rf"""\bhref\s*=\s*["']?(?:https?:)?//(?:[\w-]+\.)*{re.escape(site)}(?=["'/?#\s>])""", re.I)
    is_theirs = False

    def keep(match: re.Match[str]) -> str:
        nonlocal is_theirs
        was_theirs, is_end = is_theirs, match[0].startswith("</")
        is_theirs = not is_end and bool(target.search(match[0]))
        return "" if is_theirs or (is_end and was_theirs) else match[0]

    return LINK.sub(keep, text)
