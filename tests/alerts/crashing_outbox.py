"""Run one pass of the outbox in a process of its own, which is killed while a message is under way."""

import asyncio
import sys
from datetime import datetime

from alerts.channels import configured
from alerts.outbox import deliver_due
from database import open_engine
from settings import Settings


def main() -> None:
    settings = Settings.model_validate_json(sys.stdin.readline())
    engine = open_engine(settings.database.url)
    now = datetime.fromisoformat(sys.argv[1])
    asyncio.run(deliver_due(engine, configured(settings), settings, now))


if __name__ == "__main__":
    main()
