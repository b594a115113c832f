"""The Scrapy settings of a crawl, made from ours. Scrapy's unsafe defaults are switched off here."""

import os
from typing import Any

from settings import NetworkSettings, Settings

HTTP = "spiders.base.network.GuardedHandler"
BROWSER = "spiders.base.browser.BrowserHandler"
CLOSED = dict.fromkeys(("file", "data", "ftp", "s3"))
RETRIED = [  # once; a board that is slow is not asked again at once
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectionLost",
    "twisted.internet.error.ConnectError",
]


def scrapy_settings(settings: Settings, with_browser: bool = False) -> dict[str, Any]:
    """What a crawler is made with. `with_browser`: for boards that are rendered."""
    network = settings.network
    is_paced = not network.replay or network.pace_replay
    return {
        **SAFETY,
        **limits(network),
        "ROLEWIRE_REPLAY": network.replay,
        "ROLEWIRE_PACED": is_paced,
        "ROLEWIRE_DELAY": network.delay if is_paced else 0,
        "ROLEWIRE_KEYS": dict(settings.keys),
        "ROLEWIRE_DEADLINE": settings.crawl.deadline_minutes * 60.0,
        "USER_AGENT": user_agent(network),
        "ROBOTSTXT_USER_AGENT": network.user_agent.split("/")[0].strip() or "rolewire",
        "LOG_LEVEL": "DEBUG" if settings.log.level == "debug" else "WARNING",
        "ITEM_PIPELINES": {"pipeline.ingest.shell.IngestPipeline": 500},
        "DOWNLOAD_HANDLERS": {**CLOSED, **dict.fromkeys(("http", "https"), BROWSER if with_browser else HTTP)},
        **(browser(network) if with_browser else {}),
    }


SAFETY: dict[str, Any] = {
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "HTTPPROXY_ENABLED": False,  # a proxy would resolve names past the guard
    "COOKIES_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "ROBOTSTXT_OBEY": False,  # Scrapy's own; ours stands below
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "REDIRECT_MAX_TIMES": 5,
    "RETRY_TIMES": 1,
    "RETRY_HTTP_CODES": [429, 500, 502, 503, 504, 522, 524],
    "RETRY_EXCEPTIONS": RETRIED,
    "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
    "HTTPERROR_ALLOW_ALL": True,  # every status has its verdict
    "URLLENGTH_LIMIT": 0,  # a request that is dropped in silence would leave its board without an end
    "CONCURRENT_ITEMS": 1,  # a board's pages are stored before its end
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
    "LOG_INSTALL_ROOT_HANDLER": False,
    "LOG_FORMATTER": "spiders.base.logs.QuietFormatter",
    "STATS_DUMP": False,
    "LOGSTATS_INTERVAL": 0,
    "MEMUSAGE_ENABLED": False,
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
        "spiders.base.robots.RobotsMiddleware": 100,
        "spiders.base.redirects.SameSiteRedirects": 600,
    },
}


def limits(network: NetworkSettings) -> dict[str, Any]:
    """How much and how long. How many and how often is not Scrapy's matter: `Hosts` and the queue of boards say so.

    What waits in Scrapy's queues would hold up other hosts, or know nothing of the crawlers beside it.
    """
    return {
        "CONCURRENT_REQUESTS": 0,  # no limit
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1000,
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 1 << 40,  # a board's first answer counts until the board ends
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_DELAY_JITTER": 0,
        "DOWNLOAD_TIMEOUT": network.timeout,
        "DOWNLOAD_MAXSIZE": network.max_size_mb << 20,
        "DOWNLOAD_WARNSIZE": 0,
    }


def user_agent(network: NetworkSettings) -> str:
    """Who we are, and whom to write to."""
    return f"{network.user_agent} (contact: {network.contact})" if network.contact else network.user_agent


def browser(network: NetworkSettings) -> dict[str, Any]:
    """The browser's settings. It is given a proxy that does not exist: what we do not fetch for it, it cannot fetch."""
    return {
        "PLAYWRIGHT_BROWSER_PROVIDER": "spiders.base.browser.BrowserProvider",
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 4,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": min(network.timeout, 15.0) * 1000,
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": network.browser,
            "chromium_sandbox": network.sandbox and os.geteuid() != 0,
            "proxy": {"server": "http://127.0.0.1:9", "bypass": "<-loopback>"},
            "args": ["--disable-dev-shm-usage", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp"],
        },
    }
