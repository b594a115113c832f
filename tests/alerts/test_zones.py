"""Time zones as people write them: taken, or answered with the name that is meant."""

import pytest

from alerts.zones import read_zone
from web.v1.wishes import Wish


@pytest.mark.parametrize(
    ("written", "taken"),
    [("Europe/Berlin", "Europe/Berlin"), (" europe/berlin\n", "Europe/Berlin"), ("utc", "UTC"),
     ("america/new york", "America/New_York")],
)  # fmt: skip
def test_a_name_is_taken_in_any_letters(written: str, taken: str) -> None:
    assert read_zone(written) == taken


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Paris", "did you mean Europe/Paris?"), ("Europe/Pariss", "Europe/Paris?"), ("Berln", "Europe/Berlin?"),
        ("Munich", "did you mean Europe/Berlin?"), ("Germany", "did you mean Europe/Berlin?"),
        ("CET", "Europe/Berlin or Europe/Paris"), ("EST", "America/New_York"), ("Pacific time", "America/Los_Angeles"),
        ("GMT+2", "Etc/GMT-2 "), ("UTC-8", "Etc/GMT+8 "), ("+02:00", "Etc/GMT-2 "), ("UTC+5:30", "Asia/Kolkata"),
        ("USA", "America/New_York or America/Chicago or America/Los_Angeles"), ("San Francisco", "give an IANA name"),
        ("Mars/Crater", "give an IANA name"), ("", "give an IANA name"), ("GMT+99", "give an IANA name"),
        ("x" * 100_000, "give an IANA name"), ("- " * 50_000, "give an IANA name"),
    ],
)  # fmt: skip
def test_what_is_none_is_answered_with_what_is_meant(written: str, meant: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone") as caught:
        read_zone(written)
    assert meant in str(caught.value)


def test_the_api_names_the_zones_that_it_takes() -> None:
    named = [name for name in Wish.model_json_schema()["properties"]["zone"]["enum"] if name]
    assert [read_zone(name) for name in named] == named
