"""The command `rolewire` with a faster clock: a daemon that looks every second for what it else does twice a minute."""

import cli
import crawling
import scheduler

if __name__ == "__main__":
    scheduler.PLAN_SECONDS = scheduler.TROUBLE_SECONDS = 1
    crawling.FIRST_REST_SECONDS = 0.5
    cli.main()
