"""The job board whose pages are empty until a browser runs their JavaScript, its schema.org data as people write it."""

import html as entities
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from demo.boards import Ad, SampleBoard
from demo.boards.markup import html
from demo.boards.vendors import Answer, as_json, fixed

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Agentry: jobs for people who build with models</title></head>
<body>
<main id="app"></main>
<noscript>This board needs JavaScript.</noscript>
<script>
const show = markup => { document.getElementById('app').innerHTML = markup; };
const describe = text => {
  const data = document.createElement('script');
  data.type = 'application/ld+json';
  data.textContent = text;
  document.head.append(data);
};
if (location.pathname === '/jobs') {
  fetch('/api/jobs').then(r => r.json()).then(jobs => {
    jobs.filter(j => j.data).forEach(j => describe(j.data));
    show('<h1>Open positions</h1><ul>' +
      jobs.map(j => `<li><a href="${j.link}">${j.title}</a> ${j.company}</li>`).join('') + '</ul>');
  });
} else {
  fetch('/api' + location.pathname).then(r => r.json()).then(job => {
    describe(job.data);
    show(`<h1>${job.title}</h1><p>${job.company}</p>${job.html}<a href="${location.pathname}/apply">Apply</a>`);
  });
}
</script>
</body>
</html>
"""


def agentry(board: SampleBoard, ads: list[Ad]) -> dict[str, Answer]:
    """The shell at every address, and the data that its script asks for.

    An ad with a `link` has no page here: the list describes it, and leads to the employer's own board.
    """
    site = urlsplit(board.facts["url"]).netloc
    shell = fixed(PAGE.encode(), "text/html; charset=utf-8")
    pages = {f"{site}/jobs": shell, f"{site}/api/jobs": fixed(as_json([_entry(ad) for ad in ads]))}
    for ad in ads:
        if not ad.get("link"):
            pages |= {
                f"{site}/jobs/{ad['id']}": shell,
                f"{site}/api/jobs/{ad['id']}": fixed(as_json(_detail(site, ad))),
            }
    return pages


def _entry(ad: Ad) -> dict[str, Any]:
    """An ad's line in the list."""
    facts = {"title": ad.get("title", "…"), "company": ad["company"]}
    if not ad.get("link"):
        return facts | {"link": f"/jobs/{ad['id']}"}
    return facts | {"link": ad["link"], "data": _linked_data(ad, ad["link"])}


def _detail(site: str, ad: Ad) -> dict[str, Any]:
    facts = {"title": ad.get("title", "…"), "company": ad["company"], "html": html(ad.text)}
    return facts | {"data": _linked_data(ad, f"https://{site}/jobs/{ad['id']}")}


def _linked_data(ad: Ad, page: str) -> str:
    """schema.org data as text: `wrap` and `quirks` make it as awkward as people do."""
    quirks = ad.get("quirks", [])
    item = _job_posting(ad, page)
    graph = {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Agentry"}, item]}
    text = json.dumps({"graph": graph, "list": [item]}.get(ad.get("wrap", ""), item), ensure_ascii=False, indent=1)
    if "raw newlines" in quirks:
        text = text.replace("\\n", "\n")
    if "trailing comma" in quirks:
        text = text.removesuffix("\n}") + ",\n}"
    return text


def _job_posting(ad: Ad, page: str) -> dict[str, Any]:
    quirks = ad.get("quirks", [])
    item: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["JobPosting", "Thing"] if "type list" in quirks else "JobPosting",
        "identifier": {"@type": "PropertyValue", "name": ad["company"], "value": ad["id"]},
        "url": page,
        "description": entities.escape(html(ad.text)) if "escaped" in quirks else html(ad.text),
        "datePosted": _date(ad),
        "hiringOrganization": {"@type": "Organization", "name": ad["company"]},
        "jobLocation": _location(ad),
        "directApply": False,
    }
    item |= {"title": ad["title"]} if ad.get("title") else {}
    item |= {"employmentType": ad["employment"]} if ad.get("employment") else {}
    if "made-up end" in quirks:
        item["validThrough"] = (ad.posted + timedelta(days=365)).date().isoformat()
    return item | _remote(ad) | _pay(ad)


def _date(ad: Ad) -> str:
    if "short date" in ad.get("quirks", []):
        return f"{ad.posted.year}-{ad.posted.month}-{ad.posted.day}"
    return ad.posted.date().isoformat()


def _location(ad: Ad) -> dict[str, Any]:
    city, region, country = ad["place"]
    named: Any = {"@type": "Country", "name": country} if "country object" in ad.get("quirks", []) else country
    address = {"@type": "PostalAddress", "addressLocality": city, "addressRegion": region, "addressCountry": named}
    return {"@type": "Place", "address": address}


def _remote(ad: Ad) -> dict[str, Any]:
    """A remote job whose jobLocation is the head office, as most write it."""
    if not ad.get("is_remote_in"):
        return {}
    scope = {"@type": "Country", "name": ad["is_remote_in"]}
    return {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": scope}


def _pay(ad: Ad) -> dict[str, Any]:
    pay = ad.get("salary")
    if not pay:
        return {}
    value = {"@type": "QuantitativeValue", "minValue": pay["min"], "maxValue": pay["max"]}
    amount: dict[str, Any] = {"@type": "MonetaryAmount", "currency": pay["currency"], "value": value}
    (amount if "outer unit" in ad.get("quirks", []) else value)["unitText"] = pay["unit"]
    return {"baseSalary": amount}
