"""Words that people write in one, in two or with a hyphen: whoever asks for one form is given all of them."""

from functools import lru_cache
from itertools import product

MOST = 8  # ways to write one phrase

# Where the two words apart mean something else as well ("set up", "stand by"), they are not here.
_PARTED = """
full stack, front end, back end, e commerce, e mail, e learning, on call, on site, on prem, on premise, on premises,
co pilot, co founder, data set, data sets, data base, data lake, data bricks, fine tuning, fine tune, fine tuned, pre
training, pre trained, post training, multi modal, multi agent, multi lingual, multi task, real time, open source,
start up, start ups, scale up, dev ops, ml ops, llm ops, ai ops, data ops, git ops, dev rel, cyber security, health
care, fin tech, bio tech, bio informatics, chat bot, chat bots, low code, no code, time series, hyper parameter, hyper
parameters, auto encoder, auto regressive, self supervised, semi supervised, type script, java script, git hub, git
lab, py torch, tensor flow, lang chain, lang graph, llama index, open ai, deep mind, big query, post gres, my sql, no
sql, graph ql, vector db, duck db, mongo db, click house, web socket, micro service, micro services, mid level, under
graduate, post doc, post doctoral, part time, full time, hands on, cross functional, work flow, work flows, node js,
next js, nuxt js, vue js, react js, express js, ci cd, gen ai, chat gpt
"""
# Of these people write one word, and so do we; the others stand apart.
_ONE_WORD = """
ecommerce email dataset datasets database databricks multimodal startup startups devops mlops llmops aiops
dataops gitops devrel healthcare fintech biotech bioinformatics chatbot chatbots hyperparameter hyperparameters
autoencoder autoregressive typescript javascript github gitlab pytorch tensorflow langchain langgraph llamaindex openai
deepmind bigquery postgres mysql nosql graphql vectordb duckdb mongodb clickhouse websocket microservice microservices
undergraduate postdoc postdoctoral workflow workflows chatgpt
"""
PAIRS = {"".join(pair): pair for pair in (tuple(name.split()) for name in " ".join(_PARTED.split()).split(", "))}
_JOINED = {pair: joined for joined, pair in PAIRS.items()}
_SHOWN = {PAIRS[word]: word for word in _ONE_WORD.split()}
_SHOWN |= {pair: ".".join(pair) for pair in _JOINED if pair[1] == "js"}


def parted(tokens: list[str]) -> list[str]:
    """The tokens with every such word in two: the form in which a query keeps it."""
    return [part for token in tokens for part in PAIRS.get(token, (token,))]


def joined(tokens: tuple[str, ...]) -> str:
    """The phrase as people write it; it is read as the same tokens."""
    words: list[str] = []
    at = 0
    while at < len(tokens):
        one = _SHOWN.get(tokens[at : at + 2], "")
        words.append(one or tokens[at])
        at += 2 if one else 1
    return " ".join(words)


@lru_cache(maxsize=4096)
def spellings(tokens: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """All ways to write a phrase, the one given first."""
    parts: list[tuple[tuple[str, ...], ...]] = []
    index = 0
    while index < len(tokens):
        pair = tokens[index : index + 2]
        joined = _JOINED.get(pair)
        parts.append((pair, (joined,)) if joined else (tokens[index : index + 1],))
        index += 2 if joined else 1
    return tuple(sum(way, ()) for way, _ in zip(product(*parts), range(MOST), strict=False))
