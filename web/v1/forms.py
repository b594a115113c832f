"""The forms of what the API takes and gives, for its OpenAPI; a test holds the answers to them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

QUERY = {"format": "rolewire-query"}  # what a query may be is more than a pattern can say


class Form(BaseModel):
    """What comes in: a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class NoParameters(Form):
    """An address that takes no parameters."""


class Problem(BaseModel):
    """What is wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    position: int | None = Field(default=None, description="Where a query is wrong: its character")
    length: int | None = None
    shown: str | None = Field(default=None, description="The same with the query and a line of carets")


class Place(BaseModel):
    """Where a job is, as far as its ad says."""

    city: str | None = None
    region: str | None = None
    country: str | None = Field(default=None, description="ISO 3166-1, two letters")


class Salary(BaseModel):
    """Pay as printed, and by the year."""

    min: float | None
    max: float | None
    currency: str
    period: str | None
    annual_min: float | None
    annual_max: float | None
    is_predicted: bool = Field(default=False, description="A guess of the source, not the employer's word")


class Listing(BaseModel):
    """One appearance of a posting on a board."""

    source: str
    board: str
    native_id: str | None
    requisition_id: str | None
    url: str | None
    first_seen_at: datetime
    last_seen_at: datetime | None
    closed_at: datetime | None


class Posting(BaseModel):
    """A posting, as docs/commands.md has it."""

    id: str
    title: str
    company: str
    role: str
    seniority: str
    skills: list[str]
    employment_type: str | None
    workplace: str | None
    locations: list[Place]
    remote_scope: str | None
    salary: Salary | None
    visa_sponsorship: bool | None
    years_asked: int | None
    degree_asked: str | None
    language: str | None
    posted_at: datetime
    posted_at_quality: str
    first_seen_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None
    url: str
    apply_url: str | None
    listings: list[Listing]
    description: str = Field(description="Plain text; empty where its source lets nobody pass it on")
    attribution: list[str] = Field(description="What must be shown with it")
    evidence: dict[str, Any] = Field(description="What each tag rests on")
    signals: list[dict[str, Any]]


class PostingWithHistory(Posting):
    """A posting and what happened to it."""

    history: list[dict[str, Any]]


class Meta(BaseModel):
    """The question as it was understood."""

    query: str = Field(description="The query in its canonical form; empty: everything, what is closed too")
    parsed: dict[str, Any] | None = Field(description="The same as JSON")


class ListMeta(Meta):
    """The question to a list."""

    sort: str
    limit: int
    total: int | None = Field(description="All that match; counted with the first page only")


class PostingList(BaseModel):
    """A page of postings."""

    meta: ListMeta
    next: str | None = Field(description="The address of the next page; null on the last")
    postings: list[Posting]


class Count(BaseModel):
    """How many postings have a value."""

    value: str
    count: int


class FacetMeta(Meta):
    """The question to the facets."""

    fields: list[str]


class FacetCounts(BaseModel):
    """By field, how many of the postings that match have each value; `unknown`: those that do not say."""

    meta: FacetMeta
    facets: dict[str, list[Count]]


class Employer(BaseModel):
    """An employer with what is open."""

    key: str
    name: str
    open: int = Field(description="Postings that match the query; open ones without one")
    newest_at: datetime
    postings: str | None = Field(description="The address of them")


class EmployerList(BaseModel):
    """A page of employers, by name."""

    meta: ListMeta
    next: str | None
    employers: list[Employer]


class Why(BaseModel):
    """Why a posting matches a query, or which clause keeps it out."""

    is_match: bool
    title: str
    company: str
    query: str
    clauses: list[dict[str, Any]]
    failing: dict[str, Any] | None
