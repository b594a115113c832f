"""See that a Chromium is there: a system one, else the distribution's package, else Playwright's own.

What an attempt says is printed only if no other one cured it.
"""

import os
import shutil
import sys

from quietly import run

from spiders.base.browser import installed_browser
from spiders.base.errors import BoardFailure


def main() -> None:
    told: list[str] = []
    for attempt in (list, install_distributions, install_playwrights):
        told += attempt()
        try:
            print(f"browser: {installed_browser('')}")
            return
        except BoardFailure as error:
            reason = str(error)
    print(*told, sep="\n", file=sys.stderr)
    sys.exit(f"no browser to be had: {reason}")


def install_distributions() -> list[str]:
    """The packages' own way; needs root, or a sudo that asks nothing."""
    if not shutil.which("apt-get"):
        return []
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    install = (*sudo, "apt-get", "install", "-y", "-qq", "chromium")
    told: list[str] = []
    for command in (install, (*sudo, "apt-get", "update", "-qq"), install):
        if not shutil.which("chromium") and shutil.which(command[0]):
            told += run(*command)
    return told


def install_playwrights() -> list[str]:
    """The build that Playwright downloads."""
    return run(sys.executable, "-m", "playwright", "install", "chromium")


if __name__ == "__main__":
    main()
