"""One URL for one posting: what different boards' links to the same employer's page have in common."""

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from pipeline.wordlists import words

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
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_REPEAT = re.compile(r"(?<=\d{3})-\d{1,2}$")
_GREENHOUSE_ID = re.compile(r"\d{4,19}")
_LISTS = frozenset(
    words("""careers career jobs job positions open-positions openings job-openings current-openings
vacancies join-us joinus
    work-with-us opportunities search apply en us en-us company about hiring join team listings roles all all-jobs""")
)
_RULES: tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...] = tuple(
    (re.compile(host), re.compile(path, re.I), form)
    for host, path, form in (
        (r"(?:job-)?boards(?:\.eu)?\.greenhouse\.io", r"/(?:[^/]+/)?jobs/(\d+)",
        "https://boards.greenhouse.io/jobs/{0}"),
        (r"boards-api\.greenhouse\.io", r"/v1/boards/[^/]+/jobs/(\d+)", "https://boards.greenhouse.io/jobs/{0}"),
        (r"jobs(?:\.eu)?\.lever\.co", rf"/[^/]+/({_UUID})", "https://jobs.lever.co/{0}"),
        (r"api(?:\.eu)?\.lever\.co", rf"/v0/postings/[^/]+/({_UUID})", "https://jobs.lever.co/{0}"),
        (r"jobs\.ashbyhq\.com|[^.]+\.ashbyhq\.com", rf"/.*?({_UUID})", "https://jobs.ashbyhq.com/{0}"),
        (r"jobs\.smartrecruiters\.com|careers\.smartrecruiters\.com", r"/(?:ni/)?[^/]+/(\d{12,}|[0-9a-f-]{36})",
         "https://jobs.smartrecruiters.com/{0}"),
        (r"apply\.workable\.com", r"/(?:[^/]+/)?j/([0-9A-Za-z]{8,14})", "https://apply.workable.com/j/{0:upper}"),
        (r"([^.]+)\.workable\.com", r"/(?:jobs|j)/([0-9A-Za-z]{6,14})", "https://apply.workable.com/j/{1:upper}"),
        (r"([^.]+)\.recruitee\.com", r"/o/([^/?]+)", "https://{0}.recruitee.com/o/{1}"),
        (r"([^.]+)\.jobs\.personio\.(?:de|com)", r"/job/(\d+)", "https://{0}.jobs.personio.com/job/{1}"),
        (r"([^.]+(?:\.[a-z]{2})?)\.teamtailor\.com", r"/(?:[a-z-]{2,5}/)?jobs/(\d+)",
        "https://{0}.teamtailor.com/jobs/{1}"),
        (r"(.+)\.icims\.com", r"/jobs/(\d+)", "https://{0}.icims.com/jobs/{1}"),
        (r"(?:www\.)?amazon\.jobs", r"/(?:[a-z-]{2,5}/)?jobs/(\d+)", "https://www.amazon.jobs/jobs/{0}"),
        (r"(?:www\.)?metacareers\.com", r"/(?:v2/)?(?:jobs|profile/job_details)/(\d+)",
        "https://www.metacareers.com/jobs/{0}"),
        (r"(?:www\.)?(?:life|lifeat)tiktok\.com|(?:careers|jobs)\.tiktok\.com|joinbytedance\.com|jobs\.bytedance\.com",
         r"/.*?(\d{16,20})", "https://jobs.bytedance.com/position/{0}"),
        (r"([^.]+)\.bamboohr\.com", r"/(?:careers|jobs/view\.php)/?(\d+)", "https://{0}.bamboohr.com/careers/{1}"),
        (r"([^.]+)\.breezy\.hr", r"/p/([0-9a-f]{12})", "https://{0}.breezy.hr/p/{1}"),
        (r"ats\.(?:us1\.)?rippling\.com", rf"/.*?({_UUID})", "https://ats.rippling.com/{0}"),
        (r"jobs\.jobvite\.com", r"/(?:.*/)?job/([0-9A-Za-z]+)", "https://jobs.jobvite.com/job/{0}"),
        (r"(?:www\.)?linkedin\.com|[a-z]{2}\.linkedin\.com", r"/jobs/view/(?:[^/]*-)?(\d+)",
        "https://www.linkedin.com/jobs/view/{0}"),
        (r"careers\.google\.com|(?:www\.)?google\.com", r"/.*?jobs/results/(\d+)",
        "https://www.google.com/jobs/results/{0}"),
        (r"jobs\.careers\.microsoft\.com|careers\.microsoft\.com", r"/.*?job/(\d+)",
        "https://careers.microsoft.com/job/{0}"),
        (r"(?:jobs|careers)\.apple\.com", r"/(?:[a-z-]{5}/)?details/(\d+)", "https://jobs.apple.com/details/{0}"),
        (r"([^.]+)\.fa\.[^.]+\.oraclecloud\.com", r"/.*?/job/([^/]+)", "https://{0}.oraclecloud.com/job/{1}"),
        (r"([^.]+)\.pinpointhq\.com", rf"/.*?postings/({_UUID})", "https://{0}.pinpointhq.com/postings/{1}"),
    )
)  # fmt: skip
_ATS_HOSTS = re.compile(
    r"(?:^|\.)(?:greenhouse\.io|lever\.co|ashbyhq\.com|myworkday(?:jobs|site)\.com|smartrecruiters\.com|workable\.com|"
    r"recruitee\.com|personio\.(?:de|com)|icims\.com|amazon\.jobs|metacareers\.com)$"
)


def canonical_url(url: str) -> str:
    """The same text for every link to one posting; empty where the URL names no specific posting."""
    try:
        parts = urlsplit(url.strip()[:2_000])
        host = (parts.hostname or "").lower().rstrip(".")
        if parts.scheme.lower() not in ("http", "https") or "." not in host:
            return ""
        query = parse_qsl(parts.query[:1_000], keep_blank_values=False, max_num_fields=60)
    except ValueError:
        return ""
    keys = {key.lower(): value for key, value in query}
    return (
        _by_greenhouse_key(host, keys)
        or _workday(host, parts.path)
        or _by_rule(host, parts.path)
        or _by_address(host, parts.path, query)
    )


def _by_greenhouse_key(host: str, keys: dict[str, str]) -> str:
    key = keys.get("gh_jid") or (keys.get("token") if host.endswith("greenhouse.io") else "") or ""
    match = _GREENHOUSE_ID.match(key.strip())
    return f"https://boards.greenhouse.io/jobs/{match.group()}" if match else ""


def _workday(host: str, path: str) -> str:
    """The requisition id at the end of the path; a site's repeat of it ends in "-1"."""
    if not host.endswith((".myworkdayjobs.com", ".myworkdaysite.com")):
        return ""
    segments = unquote(path).split("/")
    tenant = host.split(".")[0]
    if "recruiting" in segments[:-1] and host.endswith("site.com"):
        tenant = segments[segments.index("recruiting") + 1].lower()
    names = [segment for segment in segments if not segment.lower().startswith(("apply", "usemylast", "autofill"))]
    last = names[-1] if names[-1] else names[-2] if len(names) > 1 else ""
    requisition = _REPEAT.sub("", last.rpartition("_")[2]) if "_" in last else ""
    is_posting = any(segment in ("job", "details") for segment in names[:-1])
    return f"https://{tenant}.myworkdayjobs.com/job/{quote(requisition.upper())}" if requisition and is_posting else ""


def _by_rule(host: str, path: str) -> str:
    path = unquote(path)
    for host_pattern, path_pattern, form in _RULES:
        at = host_pattern.fullmatch(host)
        match = at and path_pattern.match(path)
        if at and match:
            return _fill(form, [*(part.lower() for part in at.groups() if part), *match.groups()])
    return ""


def _fill(form: str, parts: list[str]) -> str:
    for number, part in enumerate(parts):
        form = form.replace(f"{{{number}:upper}}", quote(part.upper())).replace(f"{{{number}}}", quote(part.lower()))
    return form


def _by_address(host: str, path: str, query: list[tuple[str, str]]) -> str:
    """Any other host: its path and the parameters that are no tracking, if they name more than a list of jobs."""
    if _ATS_HOSTS.search(host):
        return ""
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
