"""Fixtures of the pipeline's tests: the house of ingest's, on both databases."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.pipeline.house import House

# Data files load on first use, so that a single example's time says nothing.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.engine.dispose()
