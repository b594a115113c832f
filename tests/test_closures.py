"""No fault of a board that lasts for one crawl or two closes what is listed still, and what goes is closed soon."""

import random
import shutil
from pathlib import Path

import pytest

import database
from benchmarks.closures import FAULTS, MARKUP, run


@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_closes_what_is_listed(name: str, migrated_sqlite: Path, tmp_path: Path) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "closures.db")
    engine = database.open_engine(f"sqlite:///{tmp_path / 'closures.db'}")
    found = run(engine, name, 3, random.Random(f"7 {name}"))
    engine.dispose()
    assert found.false == 0
    assert found.late
    assert max(found.late) <= (4 if name in MARKUP or name == "44 ids exchanged" else 2)
    assert all(crawls <= 4 for crawls in found.gone.values())
