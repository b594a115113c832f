"""See that PostgreSQL's server programs are there: installed already, else the distribution's package."""

import glob
import os
import shutil
import subprocess
import sys


def main() -> None:
    if not find() and shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*sudo, "apt-get", "update", "-qq"], check=False, env=environment)
        subprocess.run([*sudo, "apt-get", "install", "-y", "-qq", "postgresql"], check=False, env=environment)
    if not (found := find()):
        sys.exit("no PostgreSQL to be had: install its server programs (initdb, pg_ctl)")
    print(f"PostgreSQL: {found}")


def find() -> str | None:
    places = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)
    return places[0] if places else shutil.which("initdb")


if __name__ == "__main__":
    main()
