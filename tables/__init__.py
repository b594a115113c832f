"""The tables (SQLModel), a module a subject. The rooms take them from `models`, which asks here for each by its name.

A module is imported once one of its tables is asked for: mapping a table takes two milliseconds of every start.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from tables.arrivals import *  # noqa: F403
    from tables.boards import *  # noqa: F403
    from tables.matches import *  # noqa: F403
    from tables.outbox import *  # noqa: F403
    from tables.people import *  # noqa: F403
    from tables.postings import *  # noqa: F403
    from tables.service import *  # noqa: F403
    from tables.wishes import *  # noqa: F403

_NAMES = {  # module -> its tables
    "boards": "Board Crawl SourceTerms",
    "arrivals": "RobotsFile RequestDay ListingFacts ListingKey Newcomer Quarantine",
    "postings": "Listing Posting PostingPlace PostingSkill PostingText Card Link Never Redirect PostingEvent"
    " PendingMatch",
    "people": "Subscriber Address SavedSearch",
    "wishes": "ApiKey SearchFeed StoredProfile TimedSearch Suppression Mute KeptPosting Rest",
    "matches": "SearchReview SearchMatch FirstLook SearchChange",
    "outbox": "Message Delivery DeliveryReason DueEdit",
    "service": "Heard Entry Secret Notice Part Pruned",
}
HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"tables.{HOMES[name]}"), name)


def metadata() -> "MetaData":
    """Every table, for whoever looks at all of them."""
    from sqlmodel import SQLModel

    for module in (*_NAMES, "indexes"):
        import_module(f"tables.{module}")
    return SQLModel.metadata
