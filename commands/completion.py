"""What shells complete beside commands and options: the names of boards and of saved searches.

Where configuration or database cannot be read there is nothing to complete; the command itself says why.
"""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from database import DatabaseError, open_engine, read
from settings import SettingsError, load

MOST = 200
BOARDS = "SELECT source || '/' || board AS name FROM board"
SEARCHES = """SELECT public_id AS name FROM saved_search WHERE removed_at IS NULL
    UNION SELECT name FROM saved_search WHERE removed_at IS NULL"""
BEGUN = "SELECT name FROM ({}) AS known WHERE substr(name, 1, :length) = :begun ORDER BY name LIMIT :most"


def boards(begun: str) -> list[str]:
    """Boards, as source/board."""
    return _names(BOARDS, begun)


def searches(begun: str) -> list[str]:
    """Saved searches, by id and by name."""
    return _names(SEARCHES, begun)


def _names(statement: str, begun: str) -> list[str]:
    try:
        engine = open_engine(load().database.url, must_exist=True)
        with read(engine) as connection:
            given = {"begun": begun, "length": len(begun), "most": MOST}
            return list(connection.execute(text(BEGUN.format(statement)), given).scalars())
    except (SettingsError, DatabaseError, DBAPIError):
        return []
