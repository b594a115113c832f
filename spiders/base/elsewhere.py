"""Addresses of sources that no spider reads yet: other boards link to their postings, which tells copies apart.

A spider that comes to own a source says all this itself, and its row here is without effect.
"""

from models import SourceKind
from spiders.base.addresses import Source

ATS, EMPLOYER, BOARD = SourceKind.ATS, SourceKind.EMPLOYER, SourceKind.BOARD
SOURCES = (
    Source("icims", ATS, ("icims.com",), (r"(?P<board>[^/]+)\.icims\.com/jobs/(?P<id>\d+)",),
           "https://{board}.icims.com/jobs/{id}"),
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
