"""What it costs to read a query that was not read before: microseconds, the best of several rounds.

.venv/bin/python -m benchmarks.language
"""

import time

from search import grammar

QUERIES = [
    "python pytorch", "role:ai-engineer remote:EU (agents OR rag)",
    '("vector database" OR rag* OR agents) -title:intern country:DE,FR skill:pytorch,"computer vision"',
    "title:agent role:ai-engineer,ml-engineer remote:EU salary>=120k currency:EUR -company:acme posted:<7d is:open",
]  # fmt: skip
ROUNDS, TIMES = 10, 100


def microseconds(text: str) -> float:

    def read(text: str) -> None:  # past what is remembered, as a person's words are read
        grammar._mistaken.__wrapped__(text)
        grammar._parse.__wrapped__(text, "")

    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(TIMES):
            read(text)
        best = min(best, time.perf_counter() - start)
    return best / TIMES * 1e6


def main() -> None:
    for text in QUERIES:
        print(f"{microseconds(text):6.0f} µs  {text}")


if __name__ == "__main__":
    main()
