"""One URL for one posting: what different boards' links to the same employer's page have in common.

The addresses of a source are the source's to know; here is what holds of any other site.
"""

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from pipeline.text.wordlists import words

_TRACKING = re.compile(
    r"utm_|gh_src|lever-|source|src$|ref$|refid|referr|trk|fbclid|gclid|mode$|codes?$|tracking|trackingid|jobboard|"
    r"job_board|oga$|mobile$|width|height|bga|needsredirect|jan1offset|jun1offset|in_iframe|hashed|ss$|iis|iisn"
    r"|campaign|"
    r"medium|channel|embed|lang$|locale$|language$|sid$|_gl|_ga|ccuid|hl$|domain$|from$|share|redirect|t$|s$|l$"
    r"|page|pid_src"
)
_ID_KEYS = ("gh_jid", "job_id", "jobid", "jid", "jk", "id", "req", "reqid", "requisitionid", "pid", "p", "posting",
            "career_job_req_id", "jobreqid", "j", "vacancyid", "position", "ashby_jid", "lever_id",
            "token")  # fmt: skip
_LISTS = frozenset(
    words("""careers career jobs job positions open-positions openings job-openings current-openings
vacancies join-us joinus
    work-with-us opportunities search apply en us en-us company about hiring join team listings roles all all-jobs""")
)


def canonical_url(url: str, recognised: str | None = None) -> str:
    """The same text for every link to one posting; empty where the URL names no specific posting.

    `recognised` is what the source says that the address belongs to; None where no source knows it.
    """
    if recognised is not None:
        return recognised
    try:
        parts = urlsplit(url.strip()[:2_000])
        host = (parts.hostname or "").lower().rstrip(".")
        if parts.scheme.lower() not in ("http", "https") or "." not in host:
            return ""
        query = parse_qsl(parts.query[:1_000], keep_blank_values=False, max_num_fields=60)
    except ValueError:
        return ""
    return _by_address(host, parts.path, query)


def _by_address(host: str, path: str, query: list[tuple[str, str]]) -> str:
    """Its path and the parameters that are no tracking, if they name more than a list of jobs."""
    host = host.removeprefix("www.")
    kept = sorted((key.lower(), value) for key, value in query if not _TRACKING.match(key.lower()))
    segments = [segment for segment in unquote(path).split("/") if segment]
    if segments and segments[-1].lower() in ("apply", "application", "detail"):
        segments.pop()
    has_id = any(key in _ID_KEYS for key, _ in kept)
    if not has_id and (not segments or segments[-1].lower() in _LISTS):
        return ""
    address = f"https://{host}/{quote('/'.join(segments).lower())}"
    return f"{address}?{urlencode(kept)}" if kept else address
