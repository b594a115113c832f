"""Addresses of sources that no spider reads yet: other boards link to their postings, which tells copies apart.

A spider that comes to own a source says all this itself, and its row here is without effect.
"""

from models import SourceKind
from spiders.base.addresses import UUID, Source

ATS, EMPLOYER, BOARD = SourceKind.ATS, SourceKind.EMPLOYER, SourceKind.BOARD
SOURCES = (
    Source("personio", ATS, ("personio.de", "personio.com"),
           (r"(?P<board>[^.]+)\.jobs\.personio\.(?:de|com)/job/(?P<id>\d+)",),
           "https://{board}.jobs.personio.com/job/{id}"),
    Source("teamtailor", ATS, ("teamtailor.com",),
           (r"(?P<board>[^./]+(?:\.[a-z]{2})?)\.teamtailor\.com/(?:[a-z-]{2,5}/)?jobs/(?P<id>\d+)",),
           "https://{board}.teamtailor.com/jobs/{id}", is_strict=False),
    Source("icims", ATS, ("icims.com",), (r"(?P<board>[^/]+)\.icims\.com/jobs/(?P<id>\d+)",),
           "https://{board}.icims.com/jobs/{id}"),
    Source("bamboohr", ATS, ("bamboohr.com",),
           (r"(?P<board>[^.]+)\.bamboohr\.com/(?:careers|jobs/view\.php)/?(?P<id>\d+)",),
           "https://{board}.bamboohr.com/careers/{id}", is_strict=False),
    Source("breezy", ATS, ("breezy.hr",), (r"(?P<board>[^.]+)\.breezy\.hr/p/(?P<id>[0-9a-f]{12})",),
           "https://{board}.breezy.hr/p/{id}", is_strict=False),
    Source("rippling", ATS, ("ats.rippling.com", "ats.us1.rippling.com"),
           (rf"ats\.(?:us1\.)?rippling\.com/.*?(?P<id>{UUID})",),
           "https://ats.rippling.com/{id}", is_strict=False),
    Source("jobvite", ATS, ("jobs.jobvite.com",),
           (r"jobs\.jobvite\.com/(?:[^?]*/)?job/(?P<id>[0-9a-z]+)",),
           "https://jobs.jobvite.com/job/{id}", is_strict=False),
    Source("pinpoint", ATS, ("pinpointhq.com",), (rf"(?P<board>[^.]+)\.pinpointhq\.com/.*?postings/(?P<id>{UUID})",),
           "https://{board}.pinpointhq.com/postings/{id}", is_strict=False),
    Source("meta", EMPLOYER, ("metacareers.com",),
           (r"(?:www\.)?metacareers\.com/(?:v2/)?(?:jobs|profile/job_details)/(?P<id>\d+)",),
           "https://www.metacareers.com/jobs/{id}"),
    Source("microsoft", EMPLOYER, ("careers.microsoft.com",),
           (r"(?:jobs\.)?careers\.microsoft\.com/.*?job/(?P<id>\d+)",),
           "https://careers.microsoft.com/job/{id}", is_strict=False),
    Source("linkedin", BOARD, ("linkedin.com",),
           (r"(?:www\.|[a-z]{2}\.)?linkedin\.com/jobs/view/(?:[^/]*-)?(?P<id>\d+)",),
           "https://www.linkedin.com/jobs/view/{id}", is_strict=False),
)  # fmt: skip
