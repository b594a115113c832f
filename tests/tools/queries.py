"""What a query looks like, for Schemathesis: no pattern says which texts are queries, so the OpenAPI names a format."""

import schemathesis
from hypothesis import strategies as st

from models import ROLES, SENIORITIES

WORDS = st.sampled_from(
    ["agents", "rag", "pytorch", "c++", "node.js", "machine learning", "ингест", "推荐", "réseau", "7b"]
)
FIELDS = st.one_of(
    st.sampled_from(["title", "text", "company"]).flatmap(lambda field: WORDS.map(lambda word: f'{field}:"{word}"')),
    st.lists(st.sampled_from(ROLES), min_size=1, max_size=3, unique=True).map(lambda roles: f"role:{','.join(roles)}"),
    st.sampled_from(SENIORITIES).map("seniority:{}".format),
    st.sampled_from(
        ["country:DE", "country:DACH", "remote:EU", "workplace:remote,hybrid", "skill:all(rag, pytorch)", "visa:yes",
         "salary>=150k", "salary>=90kEUR", "(agents posted:<7d)", "(rag is:closed)", "type:unknown"]
    ),
)  # fmt: skip
TERMS = st.one_of(FIELDS, WORDS.map('"{}"'.format), st.just("engin*"))


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A term beside a word, or one of several: two fields beside each other may exclude each other, and are refused."""
    several = st.lists(parts, min_size=2, max_size=3)
    beside = st.tuples(parts, WORDS).map(lambda both: f'{both[0]} "{both[1]}"')
    return st.one_of(beside, several.map(lambda found: f"({' OR '.join(found)})"))


QUERIES = st.recursive(TERMS, joined, max_leaves=6)
schemathesis.openapi.format("rolewire-query", st.one_of(QUERIES, QUERIES.map(lambda query: f"kubernetes -({query})")))
