"""Ads that people write by hand: what the cells of their first line say, and which jobs their lines name."""

import pytest

from spiders.base import advert


def jobs(markup):
    return [job.title for job in advert.read(markup).jobs]


@pytest.mark.parametrize(
    ("header", "company", "found"),
    [
        ("Acme | ML Engineer | Berlin", "Acme", ["ML Engineer"]),
        ("Acme (YC S31) | Berlin | Senior &amp; Lead Engineers | Remote", "Acme", ["Senior & Lead Engineers"]),
        ("<i>Acme</i> | ML Engineer, Data Engineer | x.io | y", "Acme", ["ML Engineer", "Data Engineer"]),
        ("Acme | Platform &amp; DevOps Engineer, UX Designer | NL | Hybrid", "Acme",
         ["Platform & DevOps Engineer", "UX Designer"]),
        ("Acme | Researcher / Software Engineer - Infra | SF", "Acme", ["Researcher", "Software Engineer - Infra"]),
        ("Acme | Multiple roles: SRE, PM, and many more | SF", "Acme", ["SRE", "PM"]),
        ("Acme | Engineers (product, infra) and Designer | SF", "Acme", ["Engineers (product, infra)", "Designer"]),
        ("Acme is hiring again! | 2x Founding Engineers + Chief of Staff | SF", "Acme",
         ["Founding Engineers", "Chief of Staff"]),
        ("Senior ML Engineer | Company: Acme | Remote", "Acme", ["Senior ML Engineer"]),
        ("Acme | Full-time + Intern | Oslo", "Acme", []),
        ("steel.dev | Growth Intern | Oslo", "steel.dev", ["Growth Intern"]),
    ],
)  # fmt: skip
def test_a_header_names_employer_and_jobs(header, company, found):
    assert (advert.read(header).company, jobs(header)) == (company, found)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("https://acme.example/jobs", "address"), ("[acme.io]", "address"), ("REMOTE (US only)", "place"),
        ("New York, NY", "place"), ("Full-time", "employment"), ("Internships", "employment"), ("$150k - 190k", "pay"),
        ("80-100k EUR", "pay"), ("Competitive salary", "pay"), ("Series B", ""), ("Visa sponsorship", ""),
        ("Multiple roles", ""), ("C++ Developer", "jobs"), ("Full-time or contract, remote", "place"), ("", ""),
    ],
)  # fmt: skip
def test_a_cell_is_told_by_its_words(cell, kind):
    assert advert.kind_of(cell) == kind


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("- ML Engineer<p>* Data Engineer (Go): you move data<p>- 5 years with engineers",
         ["ML Engineer", "Data Engineer (Go)"]),
        ("1. Staff Engineer II<p>2) Product Manager, Growth - NYC", ["Staff Engineer II", "Product Manager, Growth"]),
        ("Backend Engineer | Oslo | €90k<p>Designer | Oslo | €80k", ["Backend Engineer", "Designer"]),
        ("- You work with our designers<p>- Partner with the product manager", []),
        ("We are looking for a senior Rust engineer who swims.", ["senior Rust engineer"]),
        ("Hiring:<p>- Lead Engineer<p>- Lead Engineer", ["Lead Engineer"]),
    ],
)  # fmt: skip
def test_lines_name_jobs_where_the_header_does_not(lines, found):
    assert jobs(f"Acme | Multiple roles | Oslo<p>{lines}") == found


def test_labels_say_what_cells_would():
    told = advert.read("Company: Acme<br>Вакансия: ML Engineer<br>Локация: Белград<br>Salary: $90k<br>Type: full-time")
    assert (told.company, [job.title for job in told.jobs], told.places) == ("Acme", ["ML Engineer"], ["Белград"])
    assert (told.pay, told.employment) == ("$90k", "full-time")


def test_places_pay_and_way_of_working_come_from_their_cells():
    told = advert.read("Acme | Engineer | Oslo | ONSITE | Full-time | €90k | Series A | https://a.example")
    assert (told.places, told.pay, told.employment) == (["Oslo", "ONSITE"], "€90k", "Full-time")
    assert told.workplace == "onsite"
    assert advert.read("Acme | Engineer | Oslo (hybrid) or remote").workplace == ""


@pytest.mark.parametrize(
    "hostile", ["|" * 100_000, "(" * 100_000, "<" * 100_000, "- Engineer, " * 9_000, "a." * 50_000, "&#" + "9" * 9_000,
                "x | " + "Engineer & " * 9_000, "<a " * 30_000, "hiring a " * 10_000, " " * 100_000],
    ids=range(10),
)  # fmt: skip
def test_hostile_text_is_read_like_any_other(hostile):
    assert len(advert.read(hostile).jobs) <= advert.MAX_JOBS
