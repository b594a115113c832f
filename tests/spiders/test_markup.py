"""Structured data as sites really write it: broken scripts, references, odd places and pay, microdata and RDFa."""

import json
import time

import pytest
from parsel import Selector

from models import RawPay, RawPlace
from spiders import parse
from spiders.base import schema_org
from spiders.base.markup import MAX_REPAIRED, job_postings, read_script, unescaped

JOB = '{"@type": "JobPosting", "title": "ML Engineer"}'


def titles(*scripts):
    page = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return [node.get("title") for node in job_postings(Selector(page, type="html"))]


@pytest.mark.parametrize(
    "script",
    [
        f"// the job\n{JOB}", f"/* made by a plugin */ {JOB}", f"{JOB} // the end", f"{JOB}\n/* the end */",
        f"<!--\n{JOB}\n-->", f"/*<![CDATA[*/{JOB}/*]]>*/", f'{{"@type": "Organization"}}\n{JOB}',
        f'{{"@type": "Organization"}},\n{JOB};', f"var job = {JOB};", json.dumps(JOB), f"\ufeff{JOB}",
        '{"@type": "JobPosting", /* what */ "title": "ML Engineer", // https://a.example\n "url": "https://a.example"}',
        '{"@type": "JobPosting",, "title": "ML Engineer",}', '{"@type": "JobPosting"\n "title": "ML Engineer"}',
        "{'@type': 'JobPosting', title: 'ML Engineer'}", '{"@type": "jobposting", "title": "ML Engineer"}',
        '{"@type": "schema:JobPosting", "schema:title": "ML Engineer"}',
        '{"type": "JobPosting", "title": "ML Engineer"}',
        '{"@type": "WebPage", "mainEntity": {"@type": ["Thing", "JobPosting"], "title": "ML Engineer"}}',
        '{"@type": "JobPosting", "description": "<p class="x">Say "hi", then: go</p>", "title": "ML Engineer"}',
        r'{"@type": "JobPosting", "description": "It\'s C:\Users", "title": "ML Engineer"}',
        JOB.replace('"', "&quot;").replace("}", ",}"), JOB.replace(" ", "\u00a0").replace("ML\u00a0", "ML "),
    ],
    ids=range(23),
)  # fmt: skip
def test_a_posting_is_found_however_its_script_is_written(script):
    assert titles(script) == ["ML Engineer"]


@pytest.mark.parametrize(
    ("page", "posting", "language"),
    [
        ('<html lang="fr-CH">', JOB, "fr-CH"), ("<html>", JOB, None),
        ('<html lang="fr">', '{"@type": "JobPosting", "title": "A", "inLanguage": "de"}', "de"),
    ],
)  # fmt: skip
def test_a_posting_is_in_the_language_of_its_page_if_it_states_none(page, posting, language):
    page = f'{page}<head><script type="application/ld+json">{posting}</script></head></html>'
    assert [node.get("inLanguage") for node in job_postings(Selector(page, type="html"))] == [language]


def test_postings_one_after_the_other_are_all_read():
    assert titles("".join(JOB.replace("ML", name) for name in "ABC"), JOB) == [
        "A Engineer", "B Engineer", "C Engineer", "ML Engineer",
    ]  # fmt: skip


@pytest.mark.parametrize("script", ['{"@type": "JobPosting", "title": "ML Engi', "", "{" * 9_000 + "}", "not {"])
def test_what_is_cut_or_hostile_is_not_completed(script):
    assert titles(script) == []


@pytest.mark.parametrize(
    "hostile",
    ['{"a":' + '"' * 200_000 + "}",
     "[" * 50 + "{" * 200_000 + "}", '{"a":"' + '" b ' * 50_000 + '"}', "/*" * 100_000 + "}",
     '{"a"' + ":" * 200_000 + "}", "{" + '"x":"y" z, ' * 20_000 + "}", "{" * (MAX_REPAIRED + 1) + "}"],
    ids=range(7),
)  # fmt: skip
def test_hostile_scripts_end_soon(hostile):
    start = time.process_time()
    read_script(hostile)
    assert time.process_time() - start < 20, "quadratic"


def test_what_a_posting_refers_to_is_found_in_other_scripts():
    job = {"@type": "JobPosting", "title": "x", "hiringOrganization": {"@id": "#org"}, "jobLocation": [{"@id": "#hq"}]}
    place = {"@id": "#hq", "@type": "Place", "address": {"addressLocality": "Oslo", "addressCountry": {"name": "NO"}}}
    scripts = [{"@graph": [job, place]}, {"@id": "#org", "@type": "Organization", "legalName": "Acme &amp; Co"}]
    page = "".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in scripts)
    (posting,) = parse("jsonld", page.encode(), "acme", "https://a.example/1").postings
    assert (posting.company, posting.places) == ("Acme & Co", [RawPlace(city="Oslo", country="NO")])


def test_a_reference_to_nothing_is_no_employer():
    page = json.dumps({"@type": "JobPosting", "title": "x", "hiringOrganization": {"@id": "https://a.example/#org"}})
    (posting,) = parse("jsonld", f'<script type="application/ld+json">{page}</script>'.encode(), "acme").postings
    assert posting.company == ""


@pytest.mark.parametrize("times", range(4))
def test_a_description_may_be_escaped_several_times(times):
    told = "<p>R&amp;D</p>"
    for _ in range(times):
        told = told.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert unescaped(told) == "<p>R&amp;D</p>"


def test_a_comparison_is_no_markup():
    assert unescaped("a &lt; b &amp; c") == "a &lt; b &amp; c"


def test_texts_beside_the_description_are_added_once():
    node = {"description": "You build. Rust.", "skills": ["Rust", "Go"], "responsibilities": {"@value": "You lead."}}
    assert schema_org.facts(node)["description"] == "You build. Rust.\nYou lead.\nRust\nGo"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ({"addressLocality": "Remote", "addressCountry": "US"}, RawPlace("Remote, US")),
        ({"addressLocality": "Remote - Bavaria", "addressCountry": "DE"}, RawPlace("Remote - Bavaria, DE")),
        ({"addressLocality": "Anywhere"}, RawPlace("Remote")), ({"addressCountry": "Remote"}, RawPlace("Remote")),
        ({"addressLocality": "Work from home", "addressCountry": {"name": "Canada"}}, RawPlace("Remote, Canada")),
        ({"addressLocality": "Berlin or Remote", "addressCountry": "DE"}, RawPlace("Berlin or Remote, DE")),
        ({"addressLocality": "Hybrid", "addressCountry": "US"}, RawPlace("Hybrid, US")),
        ({"addressLocality": "Remoteville", "addressCountry": "US"}, RawPlace(city="Remoteville", country="US")),
        ({"addressLocality": "Multiple locations", "addressCountry": "US"}, RawPlace(country="US")),
        ({"addressLocality": "Paris", "addressRegion": "UNAVAILABLE"}, RawPlace(city="Paris")),
        ("Oslo, Norway", RawPlace("Oslo, Norway")),
    ],
)  # fmt: skip
def test_what_is_no_city_is_not_read_as_one(address, place):
    assert schema_org.places({"@type": "Place", "address": address}) == [place]


def test_a_list_of_cities_is_a_place_each():
    found = schema_org.places({"address": {"addressLocality": ["Oslo", "Bergen"], "addressCountry": "NO"}})
    assert found == [RawPlace(city="Oslo", country="NO"), RawPlace(city="Bergen", country="NO")]


@pytest.mark.parametrize(
    ("said", "pay"),
    [
        ({"baseSalary": 85000, "salaryCurrency": "USD"}, ("85000", "85000", "USD", "")),
        ({"baseSalary": "$85,000 - $95,000"}, ("$85,000", "$95,000", "$", "")),
        ({"baseSalary": {"price": "85000", "priceCurrency": "USD"}}, ("85000", "85000", "USD", "")),
        ({"baseSalary": {"minPrice": 40, "maxPrice": 50, "priceCurrency": "USD", "unitCode": "HUR"}},
         ("40", "50", "USD", "HOUR")),
        ({"baseSalary": {"currency": "EUR", "value": {"minPrice": "5.000", "maxPrice": "6.000", "unitText": "MONTH"}}},
         ("5.000", "6.000", "EUR", "MONTH")),
        ({"baseSalary": {"currency": "USD", "value": "85k-95k", "unitText": "YEAR"}}, ("85k", "95k", "USD", "YEAR")),
        ({"baseSalary": {"currency": "USD", "value": {"value": "85000 to 95000"}}}, ("85000", "95000", "USD", "")),
        ({"baseSalary": {"currency": "USD", "value": [{"maxValue": 9, "unitText": "HOUR"}]}}, ("", "9", "USD", "HOUR")),
        ({"baseSalary": {"priceSpecification": {"price": 5, "priceCurrency": "EUR"},
                         "referenceQuantity": {"unitCode": "MON"}}}, ("5", "5", "EUR", "MONTH")),
        ({"minValue": 1, "maxValue": 2, "unitText": "YEAR", "salaryCurrency": "EUR"}, ("1", "2", "EUR", "YEAR")),
    ],
)  # fmt: skip
def test_pay_in_odd_shapes(said, pay):
    assert schema_org.pays(said) == [RawPay(*pay)]


def test_a_currency_may_name_the_period():
    told = {"baseSalary": {"currency": "USD/year", "value": {"minValue": 1, "maxValue": 2}}}
    assert schema_org.pays(told) == [RawPay("1", "2", "USD", "year")]


def test_a_title_with_markup_is_read_as_text():
    assert (
        schema_org.facts({"title": "<b>ML</b> Engineer &amp; Lead, C < C++"})["title"] == "ML Engineer & Lead, C < C++"
    )


def test_from_where_one_may_apply_is_named_or_addressed():
    said = [{"name": "USA"}, "Canada", {"address": {"addressCountry": "DE"}}, {"@type": "Country"}]
    assert schema_org.facts({"applicantLocationRequirements": said})["remote_scope"] == "USA; Canada; DE"


def test_an_estimate_is_marked_and_words_are_kept_as_words():
    (pay,) = schema_org.pays({"estimatedSalary": {"duration": "P1Y", "median": 120000, "currency": "USD"}})
    assert pay == RawPay("120000", "120000", "USD", "YEAR", is_predicted=True)
    told = {"baseSalary": {"currency": "USD", "value": "up to 90,000 plus equity"}}
    assert (schema_org.pays(told), schema_org.pay_text(told)) == ([], "up to 90,000 plus equity USD")


def test_a_list_in_microdata_names_its_pages():
    rows = "".join(f'<li itemscope itemtype="https://schema.org/JobPosting"><a itemprop="url" href="/jobs/{n}">'
                   f'<b itemprop="title">Job {n}</b></a></li>' for n in range(3))  # fmt: skip
    found = parse("jsonld", f"<ul>{rows}</ul>".encode(), "acme", "https://a.example/jobs").postings
    assert [(one.native_id, one.title) for one in found] == [
        (f"https://a.example/jobs/{n}", f"Job {n}") for n in range(3)
    ]


def test_microdata_takes_in_what_it_refers_to_and_flat_values():
    page = """<div itemscope itemtype="https://schema.org/JobPosting" itemref="more"><b itemprop="title">SRE</b></div>
    <p id="more"><i itemprop="jobLocation">Paris, France</i> <i itemprop="baseSalary">60000</i>
    <meta itemprop="salaryCurrency" content="EUR"><i itemprop="hiringOrganization">Acme</i></p>"""
    (posting,) = parse("jsonld", page.encode(), "acme").postings
    assert (posting.company, posting.places) == ("Acme", [RawPlace("Paris, France")])
    assert posting.pay == [RawPay("60000", "60000", "EUR")]


@pytest.mark.parametrize("attribute", ["itemscope itemtype", "typeof"])
def test_objects_in_each_other_without_end_are_read_once(attribute):
    name = "property" if attribute == "typeof" else "itemprop"
    page = f'<div {attribute}="JobPosting" {name}="description title skills">x' * 3_000
    start = time.process_time()
    assert len(parse("jsonld", page.encode(), "acme").postings) <= 1
    assert time.process_time() - start < 20, "exponential"
