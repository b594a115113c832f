"""See that PostgreSQL's server programs are there: installed already, else the distribution's package."""

import glob
import os
import shutil
import sys

from quietly import run


def main() -> None:
    told: list[str] = []
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    install = (*sudo, "apt-get", "install", "-y", "-qq", "postgresql")
    for command in (install, (*sudo, "apt-get", "update", "-qq"), install):
        if not find() and shutil.which("apt-get") and shutil.which(command[0]):
            told += run(*command)
    if not (found := find()):
        print(*told, sep="\n", file=sys.stderr)
        sys.exit("no PostgreSQL to be had: install its server programs (initdb, pg_ctl)")
    print(f"PostgreSQL: {found}")


def find() -> str | None:
    places = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)
    return places[0] if places else shutil.which("initdb")


if __name__ == "__main__":
    main()
