"""What a process of ours hands to the processes that it starts: nothing that could hold a secret."""

from collections.abc import Mapping

PASSED_ON = (  # what is not named here may be a secret
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TZDIR", "TMPDIR", "TEMP", "TMP",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "FONTCONFIG_PATH", "FONTCONFIG_FILE",
)  # fmt: skip
PASSED_PREFIXES = ("LC_", "PYTHON", "PLAYWRIGHT_", "XDG_", "PG")
NOT_PASSED = ("PGPASSWORD",)  # goes with the settings
FRUGAL = {  # glibc gives back what a large board took, instead of keeping it in many arenas
    "MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072",
}  # fmt: skip


def harmless(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that a crawl worker, a search and their browser may see: none that could hold a secret."""
    return {
        name: value
        for name, value in environment.items()
        if (name in PASSED_ON or name.startswith(PASSED_PREFIXES)) and name not in NOT_PASSED
    }
