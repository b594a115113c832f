"""Boards that serve a list in pages as the real ones do: caps, totals, facets, refusals, and rows that move meanwhile.

A `Shelf` holds the rows and says which of them a question gets; a dialect turns a request into a question and rows into
an answer, as one source does. `serve` puts a dialect where the crawl asks:

    shelf = Shelf(rows(150), size=20, cap=60, moves={3: lambda found: found.pop(0)})
    serve(web, "acme.wd1.myworkdayjobs.com", workday("acme", "Jobs", shelf))
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ALLOW = "User-agent: *\nAllow: /\n"
Row = dict[str, Any]
Maker = Callable[[dict[str, str], Any], tuple[Any, int]]  # from query and body to an answer and its status


def rows(count: int, teams: int = 7, places: int = 5) -> list[Row]:
    """Invented postings, each of a team, a kind and some places."""
    return [
        {
            "id": number, "title": f"ML Engineer {number}", "text": f"<p>Read the tide, {number}.</p>",
            "team": f"team{number % teams}", "kind": "full" if number % 9 else "part",
            "places": sorted({f"place{number % places}", f"place{number * 7 % places}"}),
        }
        for number in range(count)
    ]  # fmt: skip


@dataclass
class Shelf:
    """A board's rows. `behind`: what comes behind the cap, the first page again or nothing.

    `moves` maps the number of a question, from 0, to what happens to the rows before it is answered; `refusals` to the
    status it is answered with instead.
    """

    rows: list[Row]
    size: int = 20
    cap: int = 0
    behind: str = "first"
    moves: dict[int, Callable[[list[Row]], Any]] = field(default_factory=dict)
    refusals: dict[int, int] = field(default_factory=dict)
    asked: int = 0

    def ask(self, start: int, size: int = 0, chosen: Callable[[Row], bool] = lambda row: True) -> tuple[list[Row], int]:
        """The page of those that are chosen, and their number as far as the board tells it. Raises Refusal."""
        number, self.asked = self.asked, self.asked + 1
        if number in self.refusals:
            raise Refusal(self.refusals[number])
        self.moves.get(number, len)(self.rows)
        found = [row for row in self.rows if chosen(row)]
        most = found[: self.cap or None]
        begin = 0 if self.cap and start >= self.cap and self.behind == "first" else start
        return most[begin : begin + (size or self.size)], len(most)


class Refusal(Exception):
    """The board answers with a status instead of a page."""


def serve(web: Any, answer: Any, host: str, paths: dict[str, Maker]) -> None:
    """Answer these paths of a host by their makers."""
    web.put(f"{host}/robots.txt", answer(ALLOW))
    for path, maker in paths.items():
        web.makers[f"{host}{path}"] = made(maker, answer)


def made(maker: Maker, answer: Any) -> Callable[[dict[str, str], Any], Any]:
    """What the server calls."""

    def make(query: dict[str, str], body: Any) -> Any:
        try:
            data, status = maker(query, body)
        except Refusal as refusal:
            return answer("slow down", refusal.args[0])
        return answer(data if isinstance(data, str) else json.dumps(data), status)

    return make


# --- the dialects --------------------------------------------------------------------------------------------------


def workday(
    tenant: str, site: str, shelf: Shelf, facets: Callable[[list[Row]], list[Any]] | None = None
) -> dict[str, Maker]:
    """CXS: 20 a page, `total` on the first page only, 422 on a missing field, facets of which some are nested."""

    def page(query: dict[str, str], body: Any) -> tuple[Any, int]:
        if not isinstance(body, dict) or {"limit", "offset", "searchText", "appliedFacets"} - set(body):
            return {"errorCode": "HTTP_422", "httpStatus": 422}, 422
        if body["limit"] > 20:
            return {"errorCode": "HTTP_400"}, 400
        asked = body["appliedFacets"]

        def chosen(row: Row) -> bool:
            return all(set(values) & set(values_of(row, name)) for name, values in asked.items())

        found, total = shelf.ask(body["offset"], body["limit"], chosen)
        told = (facets or facets_of)([row for row in shelf.rows if chosen(row)]) if not body["offset"] else []
        first_total = 0 if body["offset"] % (shelf.cap or 10**9) else total
        return {"total": first_total, "jobPostings": [posting(row) for row in found], "facets": told}, 200

    def posting(row: Row) -> Row:
        where = f"{len(row['places'])} Locations" if len(row["places"]) > 1 else row["places"][0]
        path = f"/job/{row['places'][0]}/ML-Engineer_R{row['id']}"
        return {"title": row["title"], "externalPath": path, "locationsText": where, "bulletFields": [f"R{row['id']}"]}

    def detail(row: Row) -> Maker:
        info = {
            "title": row["title"], "jobDescription": row["text"], "location": row["places"][0],
            "additionalLocations": row["places"][1:], "jobReqId": f"R{row['id']}", "startDate": "2026-10-02",
        }  # fmt: skip
        return lambda query, body: ({"jobPostingInfo": info}, 200)

    api = f"/wday/cxs/{tenant}/{site}"
    details = {f"{api}{posting(row)['externalPath']}": detail(row) for row in shelf.rows}
    return {f"{api}/jobs": page, **details}


def values_of(row: Row, name: str) -> list[str]:
    """What a posting has of a facet of Workday."""
    return {"jobFamilyGroup": [row["team"]], "timeType": [row["kind"]], "locations": row["places"]}.get(name, [])


def counted(found: list[Row], name: str) -> Row:
    counts: dict[str, int] = {}
    for row in found:
        for value in values_of(row, name):
            counts[value] = counts.get(value, 0) + 1
    return {"facetParameter": name, "values": [{"id": value, "count": count} for value, count in counts.items()]}


def facets_of(found: list[Row]) -> list[Any]:
    """The facets of these rows; places are nested, as they mostly are."""
    return [
        counted(found, "jobFamilyGroup"), counted(found, "timeType"),
        {"facetParameter": "locationMainGroup", "values": [counted(found, "locations")]},
    ]  # fmt: skip


def smartrecruiters(company: str, shelf: Shelf) -> dict[str, Maker]:
    """At most 100 a page, by offset."""
    api = f"/v1/companies/{company}/postings"

    def page(query: dict[str, str], body: Any) -> tuple[Any, int]:
        found, total = shelf.ask(int(query["offset"]), min(int(query["limit"]), 100))
        content = [{"id": str(row["id"]), "name": row["title"], "releasedDate": "2026-09-01"} for row in found]
        return {"offset": int(query["offset"]), "limit": 100, "totalFound": total, "content": content}, 200

    def detail(row: Row) -> Maker:
        sections = {"jobDescription": {"title": "The job", "text": row["text"]}}
        return lambda query, body: ({"id": str(row["id"]), "name": row["title"], "jobAd": {"sections": sections}}, 200)

    return {api: page, **{f"{api}/{row['id']}": detail(row) for row in shelf.rows}}


def eightfold(shelf: Shelf, is_newer: bool, status: int = 403, is_open: bool = True) -> dict[str, Maker]:
    """Ten a page at one of two doors; the other says that it is the wrong one. `is_open`: the older one has details."""
    wrong = {"message": "Not authorized for PCSX" if is_newer else "PCSX is not enabled for this domain"}

    def page(query: dict[str, str], body: Any) -> tuple[Any, int]:
        if "domain" not in query:
            return {"messages": {"domain": ["Missing data for required field."]}}, 422
        found, total = shelf.ask(int(query["start"]), 10)
        if is_newer:
            positions = [{"id": row["id"], "name": row["title"], "locations": row["places"]} for row in found]
            return {"status": 200, "data": {"count": total, "positions": positions}}, 200
        return {
            "positions": [{"id": row["id"], "name": row["title"], "t_create": 1784234857} for row in found],
            "count": total,
        }, 200

    def refused(query: dict[str, str], body: Any) -> tuple[Any, int]:
        return wrong, status

    def older(row: Row) -> Maker:
        return lambda query, body: ({"id": row["id"], "name": row["title"], "job_description": row["text"]}, 200)

    def newer(query: dict[str, str], body: Any) -> tuple[Any, int]:
        row = next(row for row in shelf.rows if str(row["id"]) == query["position_id"])
        return {"status": 200, "data": {"id": row["id"], "name": row["title"], "jobDescription": row["text"]}}, 200

    lists = {"/api/pcsx/search": page if is_newer else refused, "/api/apply/v2/jobs": refused if is_newer else page}
    pages = {f"/api/apply/v2/jobs/{row['id']}": older(row) if is_open else refused for row in shelf.rows}
    return {**lists, **pages, "/api/pcsx/position_details": newer}


def oracle(site: str, shelf: Shelf) -> dict[str, Maker]:
    """The offset counts inside `finder` only."""
    api = "/hcmRestApi/resources/latest/recruitingCEJobRequisition"

    def finder(query: dict[str, str]) -> dict[str, str]:
        return dict(part.split("=", 1) for part in query["finder"].partition(";")[2].split(","))

    def page(query: dict[str, str], body: Any) -> tuple[Any, int]:
        asked = finder(query)
        assert asked["siteNumber"] == site
        found, total = shelf.ask(int(asked.get("offset", 0)), min(int(asked.get("limit", 25)), shelf.size))
        listed = [{"Id": str(row["id"]), "Title": row["title"], "PrimaryLocation": row["places"][0]} for row in found]
        return {"items": [{"TotalJobsCount": total, "requisitionList": listed}], "hasMore": False}, 200

    def detail(query: dict[str, str], body: Any) -> tuple[Any, int]:
        wanted = finder(query)["Id"].strip('"')
        row = next(row for row in shelf.rows if str(row["id"]) == wanted)
        return {"items": [{"Id": wanted, "Title": row["title"], "ExternalDescriptionStr": row["text"]}]}, 200

    return {f"{api}s": page, f"{api}Details": detail}


def amazon(shelf: Shelf) -> dict[str, Maker]:
    """One question gets no more than the cap and says that this is all; prose behind it; one value of a filter."""

    def page(query: dict[str, str], body: Any) -> tuple[Any, int]:
        start, limit = int(query["offset"]), min(int(query["result_limit"]), 100)
        if start + limit > shelf.cap:
            return {"error": "Result window is too large", "hits": 0, "jobs": []}, 200
        team, country = query.get("business_category[]"), query.get("normalized_country_code[]")

        def chosen(row: Row) -> bool:
            return row["team"] == (team or row["team"]) and row["places"][0] == (country or row["places"][0])

        found, total = shelf.ask(start, limit, chosen)
        facets: Row = {"business_category_facet": [], "normalized_country_code_facet": []}
        for name, key in (("business_category_facet", "team"), ("normalized_country_code_facet", "places")):
            values = [row[key] if key == "team" else row[key][0] for row in shelf.rows if chosen(row)]
            facets[name] = [{value: values.count(value)} for value in sorted(set(values))]
        jobs = [{"id_icims": str(row["id"]), "title": row["title"], "description": row["text"]} for row in found]
        return {"error": None, "hits": total, "facets": facets if "facets[]" in query else {}, "jobs": jobs}, 200

    return {"/en/search.json": page}


def google(shelf: Shelf) -> dict[str, Maker]:
    """Data in the page, 20 a page; nothing behind the end, while the total stays."""

    def page(query: dict[str, str], body: Any) -> tuple[Any, int]:
        found, total = shelf.ask((int(query["page"]) - 1) * 20, 20)
        records = [[str(row["id"]), row["title"], None, None, None, None, None, "Google"] for row in found] or None
        data = json.dumps([records, None, total, 20])
        return (
            f"<html><script>AF_initDataCallback({{key: 'ds:1', hash: '2', data:{data}, sideChannel: {{}}}});</script>",
            200,
        )

    return {"/about/careers/applications/jobs/results": page}


def apple(shelf: Shelf) -> dict[str, Maker]:
    """A row a place, 436 without `filters`."""

    def page(query: dict[str, str], body: Any) -> tuple[Any, int]:
        if body.get("filters") != {}:
            return "", 436
        places = [{**row, "place": place} for row in shelf.rows for place in row["places"]]
        found, total = Shelf(places).ask((body["page"] - 1) * 20, 20)
        results = [
            {"id": f"{row['id']}-{row['place']}", "positionId": str(row["id"]), "postingTitle": row["title"],
             "locations": [{"name": row["place"]}]} for row in found
        ]  # fmt: skip
        return {"res": {"searchResults": results, "totalRecords": total}}, 200

    def detail(row: Row) -> Maker:
        said = {"positionId": str(row["id"]), "postingTitle": row["title"], "description": row["text"]}
        return lambda query, body: ({"res": said}, 200)

    return {"/api/v1/search": page, **{f"/api/v1/jobDetails/{row['id']}": detail(row) for row in shelf.rows}}


def uber(shelf: Shelf) -> dict[str, Maker]:
    """`limit` and `page` at the top of what is asked, else the same comes for ever."""

    def page(query: dict[str, str], body: Any) -> tuple[Any, int]:
        size = body.get("limit", 1000)
        found, total = shelf.ask(body.get("page", 0) * size, size)
        results = [{"id": row["id"], "title": row["title"], "description": row["text"]} for row in found]
        return {"status": "success", "data": {"results": results, "totalResults": {"low": total, "high": 0}}}, 200

    return {"/api/loadSearchJobsResults": page}


def tiktok(shelf: Shelf) -> dict[str, Maker]:
    """By offset; errors come under 200."""

    def page(query: dict[str, str], body: Any) -> tuple[Any, int]:
        if body["limit"] > 100:
            return {"code": 10, "data": None}, 200
        found, total = shelf.ask(body["offset"], body["limit"])
        posts = [
            {"id": f"760702000{row['id']:010}", "title": row["title"], "description": row["text"]} for row in found
        ]
        return {"code": 0, "data": {"job_post_list": posts, "count": total}}, 200

    return {"/api/v1/public/supplier/search/job/posts": page}
