"""See that a Chromium is there: a system one, else Playwright's own, else the distribution's package."""

import os
import shutil
import subprocess
import sys

from spiders.base.browser import installed_browser
from spiders.base.errors import BoardFailure


def main() -> None:
    for attempt in (lambda: None, install_playwrights, install_distributions):
        attempt()
        try:
            print(f"browser: {installed_browser('')}")
            return
        except BoardFailure as error:
            reason = str(error)
    sys.exit(f"no browser to be had: {reason}")


def install_playwrights() -> None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, timeout=600)


def install_distributions() -> None:
    if shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*sudo, "apt-get", "update", "-qq"], check=False, env=environment)
        subprocess.run([*sudo, "apt-get", "install", "-y", "-qq", "chromium"], check=False, env=environment)


if __name__ == "__main__":
    main()
