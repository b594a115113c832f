"""The base for ads that stand as comments under monthly threads of Hacker News.

A thread is read whole once a day; in between, its list of comments says which are new, and those alone are fetched. The
newest threads are the board. What stands in an older one is over, which the end of the crawl says, so that a new
month is not taken for a board that lost half of its postings.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

from scrapy.http import Response

from models import BoardTask, RawPosting, Verdict
from spiders.base.board import Ask, Reading
from spiders.base.errors import BoardFailure, ParseError
from spiders.base.values import fields, flag, looks_like, read_json, rows, text
from spiders.base.verdicts import misread
from spiders.base.visit import Visit, VisitSpider, now

SEARCH = "https://hn.algolia.com/api/v1/search_by_date?tags=story,author_{}&hitsPerPage=10"
THREAD = "https://hn.algolia.com/api/v1/items/{}"
ITEM = "https://hacker-news.firebaseio.com/v0/item/{}.json"
TITLE = re.compile(r"\bwho is hiring\b", re.IGNORECASE)
THREADS = 2
AT_ONCE = 40  # new comments that are fetched one by one; of more, the thread is read whole


class ThreadSpider(VisitSpider):
    """Threads and their comments. A source says which rows a comment is (`rows_of`), and maps them."""

    list_key = "children"  # where a saved thread has its comments

    def rows_of(self, comment: dict[str, Any]) -> list[dict[str, Any]]:
        """The rows that a comment holds; their ids are the comment's, or begin with it and a dash."""
        raise NotImplementedError

    def address(self, task: BoardTask) -> str:
        return SEARCH.format(task.board if task.board.isalnum() else "whoishiring")

    def validators(self, task: BoardTask) -> dict[str, str]:  # noqa: ARG002 - the first answer names the threads only
        return {}

    def read_saved(self, body: bytes, task: BoardTask) -> Reading:
        """A saved thread, or a comment of one. Raises ParseError."""
        data = read_json(body)
        comments = comments_of(data)
        if comments is None:
            raise ParseError("JSON that holds no comments" if data is not None else looks_like(body))
        return self.map_comments(comments, task)

    def map_comments(self, comments: list[dict[str, Any]], task: BoardTask) -> Reading:
        """The postings of some comments."""
        return self.map_rows([row for comment in comments for row in self.rows_of(comment)], task)

    async def visit_board(self, response: Response, visit: Visit) -> AsyncIterator[RawPosting]:
        response.headers.pop("ETag", None)
        response.headers.pop("Last-Modified", None)
        threads = newest_threads(response)
        for thread in threads:
            if visit.is_over():
                visit.waiting = visit.waiting or f"thread {thread} is yet to be read"
                return
            try:
                readings = [reading async for reading in self.read_thread(thread, visit)]
            except BoardFailure as failure:
                visit.note(failure, THREAD.format(thread))
                self.keep_note(thread, visit)
                continue
            for reading in readings:
                for posting in reading.postings:
                    yield posting
        oldest = min(map(int, threads))
        visit.end.over = {key for key in visit.task.known if 0 < comment_id(key) < oldest} - visit.end.seen

    def keep_note(self, thread: str, visit: Visit) -> None:
        """Carry what is noted of a thread to the next crawl."""
        note = fields(visit.task.cursor.get("threads")).get(thread)
        if note:
            visit.noted("threads")[thread] = note

    async def read_thread(self, thread: str, visit: Visit) -> AsyncIterator[Reading]:
        """What is new in a thread, or all of it. Raises BoardFailure."""
        note = fields(fields(visit.task.cursor.get("threads")).get(thread))
        held, today = set(map(str, note.get("comments") or ())), now().toordinal()
        if note.get("day") == today:
            listed = await self.listed(thread, visit)
            new = [name for name in listed if name not in held]
            if len(new) <= AT_ONCE:
                known = [key for key in visit.task.known if str(comment_id(key)) in listed]
                visit.end.seen.update(known)
                for name in new:
                    yield await self.read_comment(name, visit)
                visit.noted("threads")[thread] = {"day": today, "comments": sorted(map(int, listed))}
                return
            held |= set(listed)
        yield await self.read_whole(thread, held if note.get("day") == today else set(), visit)

    async def listed(self, thread: str, visit: Visit) -> dict[str, None]:
        """The ids of a thread's comments."""
        kids = fields(await self.ask_json(ITEM.format(thread), visit)).get("kids")
        return dict.fromkeys(text(kid) for kid in kids or () if text(kid).isdigit())

    async def read_comment(self, name: str, visit: Visit) -> Reading:
        """A comment that is new; one that is deleted by now holds nothing. Raises BoardFailure."""
        data = await self.ask_json(ITEM.format(name), visit)
        reading = self.map_comments(comments_of(data) or [], visit.task)
        visit.took(reading)
        return reading

    async def read_whole(self, thread: str, held: set[str], visit: Visit) -> Reading:
        """A thread with all its comments. Raises BoardFailure."""
        data = await self.ask_json(THREAD.format(thread), visit)
        comments = comments_of(data)
        if comments is None:
            raise BoardFailure(Verdict.ERROR, f"thread {thread} came without its comments: report the format")
        reading = self.map_comments(comments, visit.task)
        visit.took(reading)
        names = held | {text(comment.get("id")) for comment in comments}
        numbers = sorted(int(name) for name in names if name.isdigit())
        visit.noted("threads")[thread] = {"day": now().toordinal(), "comments": numbers}
        return reading

    async def ask_json(self, url: str, visit: Visit) -> Any:
        """An answer's JSON. Raises BoardFailure."""
        response = await self.ask(Ask(url), visit)
        try:
            return read_json(response.body)
        except ParseError as error:
            raise misread(error, response) from None


def newest_threads(response: Response) -> list[str]:
    """The ids of the newest threads in which employers write. Raises BoardFailure."""
    try:
        hits = rows(fields(read_json(response.body)).get("hits"))
    except ParseError as error:
        raise misread(error, response) from None
    found = {text(hit.get("objectID")) for hit in hits if TITLE.search(text(hit.get("title")))}
    newest = sorted((name for name in found if name.isdigit()), key=int, reverse=True)[:THREADS]
    if not newest:
        raise BoardFailure(Verdict.ERROR, "no thread that asks who is hiring was found; is this still who opens them?")
    return newest


def comments_of(data: Any) -> list[dict[str, Any]] | None:
    """The comments right under a thread, of any of the forms in which it is saved; None if it is none of them."""
    if isinstance(data, list):
        return rows(data)
    answer = fields(data)
    if text(answer.get("type")) == "comment":
        return [answer]
    for key in ("children", "hits", "jobs"):
        if isinstance(answer.get(key), list):
            return [row for row in rows(answer[key]) if is_of_thread(row)]
    return [] if isinstance(answer.get("kids"), list) or flag(answer.get("deleted")) else None


def is_of_thread(row: dict[str, Any]) -> bool:
    """Whether a comment answers the thread, not another comment, and is no story of its own."""
    parent, story = text(row.get("parent_id")), text(row.get("story_id"))
    source = text(row.get("source"))
    return (not parent or not story or parent == story) and source in ("", "who_is_hiring") and not row.get("dead")


def comment_id(native_id: str) -> int:
    """The number of the comment that a posting's id begins with; 0 if it is none."""
    number = native_id.partition("-")[0]
    return int(number) if number.isdecimal() and len(number) < 19 else 0
