"""What a posting's reasons rest on: of a tag with several values the words of those that matched."""

from sqlalchemy import insert, select

import search
from alerts.why import why
from database import place_row, read, table_of, transaction
from models import Place, Posting, PostingPlace


def said(quote: str) -> dict:
    return {"basis": "stated", "rule": "place.text@1", "field": "location", "quote": quote}


TOWNS = [("Toronto", "CA"), ("New York City", "US"), ("London", "GB"), ("", "FR")]
WORDS = ["Toronto, Ontario, Canada", "New York, New York, United States", "London, United Kingdom", "Remote (France)"]
SKILLS = {"pytorch": said("PyTorch"), "rag": said("retrieval"), "llm": said("LLMs")}


def quoted(world, query: str, words=WORDS, towns=TOWNS) -> list[list[str]]:
    """The quotes of each clause that holds."""
    places = [{"city": city or None, "region": None, "country": country} for city, country in towns]
    (key,) = world.open(skills=list(SKILLS), locations=places,
                        evidence={"locations": [said(one) for one in words], "skills": SKILLS})  # fmt: skip
    rows = [place_row(key, number, Place(city, "", country)) for number, (city, country) in enumerate(towns)]
    with transaction(world.engine) as connection:
        connection.execute(insert(table_of(PostingPlace)), rows)
    with read(world.engine) as connection:
        found = why(connection, key, search.parse(query), world.now)
        assert found.is_match, found.lines
        assert connection.execute(select(table_of(Posting).c.id)).first()
    return [clause["evidence"] for clause in found.clauses]


async def test_the_words_that_gave_what_matched_are_quoted(world):
    assert quoted(world, "country:GB") == [["London, United Kingdom"]]
    assert quoted(world, "country:europe") == [["London, United Kingdom", "Remote (France)"]]
    assert quoted(world, "city:toronto skill:rag,llm") == [["Toronto, Ontario, Canada"], ["retrieval", "LLMs"]]
    assert quoted(world, 'city:"new york city" country:FR') == [[WORDS[1]], [WORDS[3]]]
    assert quoted(world, "-skill:java") == [["PyTorch", "retrieval", "LLMs"]]  # all of it, where none is meant


async def test_places_of_several_listings_are_quoted_by_their_names(world):
    assert quoted(world, "country:GB", WORDS[2:3]) == [["London, United Kingdom"]]
    assert quoted(world, "country:CA,US", WORDS[2:3]) == [[]]  # the leading listing does not name them
    turned = [TOWNS[2], TOWNS[0]]
    assert quoted(world, "country:GB", [WORDS[0], WORDS[2]], turned) == [["London, United Kingdom"]]
