"""A made-up market for benchmarks: postings, and saved searches of realistic selectivity.

Words of postings follow Zipf's law over 40,000 made-up ones, beside terms of the trade; roles, levels, places and pay
are drawn unevenly. Searches ask for what postings hold: at 100,000 postings half of them match fewer than one in a
thousand, a few match one in ten.
"""

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from itertools import accumulate
from typing import Any

import search
from models import ROLES, SENIORITIES
from search.habits import habit

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
WORDS, COMPANIES, LENGTH = 40_000, 5_000, 380  # words beside the terms of a posting
TERMS = """
machine learning, deep learning, large language models, python, pytorch, computer vision, natural language processing,
reinforcement learning, kubernetes, production systems, distributed training, fine tuning, retrieval augmented answers,
vector database, prompt engineering, llm, transformers, data pipelines, feature store, model serving, agents,
multi agent systems, evaluation, recommendation systems, time series, causal inference, graph neural networks,
speech recognition, diffusion models, generative ai, rust, golang, java, typescript, scala, c++, cuda, triton, jax,
tensorflow, spark, airflow, dbt, snowflake, terraform, docker, aws, gcp, azure, mlops, edge inference, quantization,
robotics, autonomous driving, perception, slam, medical imaging, drug discovery, fraud detection, search ranking,
knowledge graphs, embeddings, semantic search, langchain, ai safety, alignment, interpretability, red teaming,
federated learning, synthetic data, data labeling, annotation, a b testing, experimentation, bayesian optimization,
information retrieval, conversational ai, text to speech, video understanding, point clouds, sensor fusion,
anomaly detection, forecasting, optimization, simulation, digital twins, compilers, kernels, inference optimization,
model compression, privacy, security clearance, payments, climate, energy, healthcare, education, gaming, advertising,
supply chain, biotech, genomics, materials science, quantum, blockchain, observability, site reliability, platform team,
developer experience, open source, technical leadership, stakeholder management, product strategy, customer facing
"""
_SKILLS = """
python pytorch tensorflow jax kubernetes docker aws gcp azure spark airflow dbt sql rust go java scala c++ cuda triton
langchain mlflow ray databricks snowflake terraform react typescript huggingface vllm onnx opencv ros faiss fastapi
elasticsearch kafka redis postgresql mongodb
"""
SKILLS = _SKILLS.split()
PLACES = [
    ("US", ("San Francisco", "New York", "Seattle", "Austin", "Boston", "Chicago", "Denver", "Atlanta"), "USD"),
    ("GB", ("London", "Manchester", "Edinburgh", "Bristol"), "GBP"), ("DE", ("Berlin", "Munich", "Hamburg"), "EUR"),
    ("FR", ("Paris", "Lyon", "Toulouse"), "EUR"), ("IN", ("Bengaluru", "Hyderabad", "Pune"), "INR"),
    ("CA", ("Toronto", "Vancouver", "Montreal"), "CAD"), ("NL", ("Amsterdam", "Utrecht"), "EUR"),
    ("CH", ("Zurich", "Geneva"), "CHF"), ("ES", ("Madrid", "Barcelona"), "EUR"), ("PL", ("Warsaw", "Krakow"), "PLN"),
    ("SE", ("Stockholm",), "SEK"), ("IE", ("Dublin",), "EUR"), ("SG", ("Singapore",), "SGD"),
    ("IL", ("Tel Aviv",), "ILS"), ("JP", ("Tokyo",), "JPY"), ("AU", ("Sydney", "Melbourne"), "AUD"),
    ("BR", ("Sao Paulo",), "BRL"), ("PT", ("Lisbon",), "EUR"), ("IT", ("Milan", "Rome"), "EUR"),
    ("AT", ("Vienna",), "EUR"),
]  # fmt: skip
SCOPES = ("worldwide", "EU", "US", "Europe", "EMEA", "US, CA", "DE", "GB", "LATAM", "APAC")


@dataclass(frozen=True, slots=True)
class Draft:
    """A posting before its words are made into tokens."""

    title: str
    company: str
    text: str
    tags: dict[str, object]

    def document(self) -> search.Document:
        """What the matcher reads: the preparation of the text."""
        words = (f" {one} " for one in search.token_strings(self.title, self.company, self.text))
        return search.Document(*words, **self.tags)  # type: ignore[arg-type]


@cache
def weights(count: int, slope: float) -> list[float]:
    """Up to which share of 1 each of so many goes, the first ones with more of it."""
    each = [1 / (rank + 1) ** slope for rank in range(count)]
    return [one / sum(each) for one in accumulate(each[:-1])]


class Market:
    """Postings and searches, the same for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        self.terms = [one.strip() for one in TERMS.replace("\n", " ").split(",")]

    @cached_property
    def words(self) -> list[str]:
        """Made-up words, the commonest first."""
        parts = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "e", "i", "o", "u", "an", "er", "ol")]
        found = dict.fromkeys(
            "".join(self.random.choices(parts, k=self.random.choice((2, 3, 3, 4)))) for _ in range(60_000)
        )
        return [word for word in found if not habit(word)][:WORDS]

    @cached_property
    def _rarer(self) -> list[float]:
        return list(accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))

    @cached_property
    def companies(self) -> list[str]:
        """Made-up employers."""
        return [
            " ".join(self.random.sample(self.words[2_000:], self.random.choice((1, 1, 2)))) for _ in range(COMPANIES)
        ]

    def uneven(self, choices: Sequence[Any], slope: float = 0.8) -> Any:
        """One of them, the first ones oftener."""
        return choices[bisect(weights(len(choices), slope), self.random.random())]

    # --- postings --------------------------------------------------------------------------------------------------

    def posting(self) -> Draft:
        """One that has just come."""
        pick = self.random
        role, seniority = (
            self.uneven(ROLES),
            self.uneven(("unspecified", "senior", "mid", "staff", "entry", "manager", *SENIORITIES)),
        )
        country, cities, currency = self.uneven(PLACES, 1.0)
        is_remote = pick.random() < 0.35
        low = pick.choice((None, None, 60, 80, 100, 120, 140, 160, 180, 200, 240))
        tags: dict[str, object] = {
            "role": role, "seniority": seniority, "language": "en", "employment_type": "full-time",
            "skills": frozenset(self.uneven(SKILLS) for _ in range(pick.randrange(9))),
            "places": ((search.fold(self.uneven(cities)), "", country),),
            "workplace": "remote" if is_remote else "onsite",
            "remote_scope": self.uneven(SCOPES) if is_remote else None,
            "sources": frozenset((self.uneven(("greenhouse", "lever", "ashby", "workday", "jsonld")),)),
            "salary_annual_min": low and low * 1000.0, "salary_annual_max": low and low * 1300.0,
            "salary_currency": currency if low else None, "visa_sponsorship": pick.choice((None, None, True, False)),
            "posted_at": NOW - timedelta(hours=pick.expovariate(1 / 30)),
        }  # fmt: skip
        return Draft(self._title(role, seniority), self.uneven(self.companies, 0.5), self._text(), tags)

    def _title(self, role: str, seniority: str) -> str:
        level = "" if seniority == "unspecified" else seniority
        return f"{level} {role.replace('-', ' ')}, {self.uneven(self.terms)}".strip()

    def _text(self) -> str:
        pick = self.random
        words = pick.choices(self.words, cum_weights=self._rarer, k=max(40, int(pick.gauss(LENGTH, 150))))
        for _ in range(pick.randrange(4, 26)):
            words[pick.randrange(len(words))] = self.uneven(self.terms)
        return " ".join(words)

    # --- searches --------------------------------------------------------------------------------------------------

    def query(self) -> str:
        """One that somebody might save."""
        pick, parts = self.random, [self._wanted()]
        for chance, part in (
            (0.6, self._role), (0.5, self._wanted), (0.5, self._place), (0.35, self._level), (0.25, self._pay),
            (0.35, self._skill), (0.15, self._unwanted), (0.06, self._employer), (0.05, lambda: "posted:<14d"),
        ):  # fmt: skip
            if pick.random() < chance:
                parts.append(part())
        if len(parts) < 3 and pick.random() < 0.8:
            parts += [self._role(), self._level() if pick.random() < 0.5 else self._place()]
        pick.shuffle(parts)
        return " ".join(parts)

    def _word(self) -> str:
        """Mostly a term of the trade, else any word but the commonest."""
        if self.random.random() < 0.85:
            return self.uneven(self.terms, 0.4)
        return self.words[min(int(self.random.paretovariate(0.55) * 120), len(self.words) - 1)]

    def _quoted(self) -> str:
        word = self._word()
        return f'"{word}"' if " " in word else word

    def _wanted(self) -> str:
        kind = self.random.random()
        if kind < 0.62:
            return self._quoted()
        if kind < 0.8:
            return f"({' OR '.join(self._quoted() for _ in range(self.random.choice((2, 2, 3))))})"
        if kind < 0.92:
            return f"title:{self._quoted()}"
        return max(self._word().split(), key=len)[:5] + "*"

    def _unwanted(self) -> str:
        return "-" + self.random.choice((self._quoted(), "seniority:intern", f"company:{self._employer_name()}"))

    def _role(self) -> str:
        return "role:" + ",".join(dict.fromkeys(self.uneven(ROLES) for _ in range(self.random.choice((1, 1, 2)))))

    def _level(self) -> str:
        return "seniority:" + self.random.choice(("senior", "senior,staff", "mid,senior", "entry", "staff", "manager"))

    def _place(self) -> str:
        country, cities, _ = self.uneven(PLACES, 1.0)
        where = f'city:"{self.uneven(cities)}"'
        return self.random.choice(
            (f"country:{country}", where, "remote:EU", "remote:US", "remote:yes", f"country:{country}")
        )

    def _pay(self) -> str:
        return f"salary>={self.random.choice((80, 100, 120, 150, 180, 200))}k" + self.random.choice(("", "USD", "EUR"))

    def _skill(self) -> str:
        return "skill:" + ",".join(dict.fromkeys(self.uneven(SKILLS) for _ in range(self.random.choice((1, 1, 2)))))

    def _employer_name(self) -> str:
        return f'"{self.uneven(self.companies, 0.5)}"'

    def _employer(self) -> str:
        return f"company:{self._employer_name()}"
