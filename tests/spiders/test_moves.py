"""Where a board that is gone may be now: forty moves of boards, and the shapes in which answers tell of them."""

import pytest

from spiders import SPIDERS
from spiders.base.moves import MOST, moves, spellings

SYSTEMS = ["greenhouse", "lever", "ashby", "workable", "recruitee", "smartrecruiters", "gem", "rippling"]
MOVES = [  # source, token, employer, what was said, where it is now
    ("lever", "cohere", "Cohere", "", "ashby/cohere"),
    ("lever", "anyscale", "Anyscale", "", "ashby/anyscale"),
    ("greenhouse", "perplexityai", "Perplexity", "", "ashby/perplexity"),
    ("greenhouse", "openai", "OpenAI", "", "ashby/openai"),
    ("lever", "replicate", "Replicate", "", "ashby/replicate"),
    ("lever", "labelbox", "Labelbox", "", "greenhouse/labelbox"),
    ("greenhouse", "runwayml", "Runway ML", "", "ashby/runway-ml"),
    ("greenhouse", "lambda", "Lambda", "", "ashby/lambda"),
    ("lever", "huggingface", "Hugging Face", "", "workable/huggingface"),
    ("workable", "hugging-face", "Hugging Face", "", "workable/huggingface"),
    ("greenhouse", "mistral", "Mistral AI", "", "lever/mistral"),
    ("lever", "mistralai", "Mistral AI", "", "ashby/mistral"),
    ("workable", "assembly-ai", "AssemblyAI", "", "ashby/assemblyai"),
    ("lever", "scale", "Scale AI", "", "greenhouse/scaleai"),
    ("ashby", "ScaleAI", "Scale AI", "", "greenhouse/scaleai"),
    ("greenhouse", "modularai", "Modular", "", "ashby/modular"),
    ("lever", "weights-biases", "Weights & Biases", "", "lever/weightsbiases"),
    ("greenhouse", "together", "Together AI", "", "greenhouse/togetherai"),
    ("greenhouse", "figureai", "Figure", "", "greenhouse/figure"),
    ("lever", "kodiakrobotics", "Kodiak Robotics", "", "lever/kodiak"),
    ("lever", "neptune.ai", "neptune.ai", "", "greenhouse/neptuneai"),
    ("ashby", "black-forest-labs", "Black Forest Labs", "", "greenhouse/blackforestlabs"),
    ("recruitee", "müller", "Müller GmbH", "", "recruitee/muller"),
    ("greenhouse", "acmeinc", "Acme, Inc.", "", "lever/acme"),
    ("greenhouse", "acmejobs", "Acme", "", "greenhouse/acme"),
    ("lever", "acme", "Acme", "", "smartrecruiters/acme"),
    ("lever", "acme", "Acme", "", "rippling/acme"),
    ("ashby", "acme", "Acme Labs", "", "ashby/acme-labs"),
    ("ashby", "acme", "Acme Labs", "", "gem/acme"),
    ("ashby", "Acme", "Acme", "", "ashby/acme"),
    ("greenhouse", "acme", "Acme", "x redirects to https://jobs.lever.co/acme-ai; correct it", "lever/acme-ai"),
    ("greenhouse", "acme", "Acme", "redirects to https://jobs.ashbyhq.com/Acme%20Labs", "ashby/Acme Labs"),
    ("recruitee", "acme", "Acme", "https://apply.workable.com/acme-1/ answered", "workable/acme-1"),
    ("recruitee", "acme", "Acme", "acme redirects to https://boards.greenhouse.io/acmehq", "greenhouse/acmehq"),
    ("recruitee", "acme", "Acme", "redirects to https://acme.example/careers; if", "https://acme.example/careers"),
    ("lever", "acme", "Acme", "redirects to https://jobs.eu.lever.co/acme", "https://jobs.eu.lever.co/acme"),
    ("workable", "acme", "Acme", "moved: https://job-boards.greenhouse.io/acme/jobs/123", "greenhouse/acme"),
    ("jsonld", "acme.example", "Acme", "https://acme.example/jobs gone", "ashby/acme"),
    ("lever", "acme_labs", "Acme Labs", "", "greenhouse/acmelabs"),
    ("greenhouse", "acme", "Acme Robotics", "", "greenhouse/acmerobotics"),
]  # fmt: skip


def test_there_are_forty() -> None:
    assert len(MOVES) == len({(source, board, said, now) for source, board, _, said, now in MOVES}) == 40


@pytest.mark.parametrize(("source", "board", "company", "said", "now"), MOVES)
def test_the_new_home_is_among_the_places_to_look(source: str, board: str, company: str, said: str, now: str) -> None:
    found = moves(source, board, company, said, SYSTEMS)
    assert now in found
    assert len(found) <= MOST
    assert f"{source}/{board}" not in found


def test_what_the_board_itself_said_is_tried_first() -> None:
    assert moves("lever", "acme", "Acme", "to https://boards.greenhouse.io/new", SYSTEMS)[0] == "greenhouse/new"


@pytest.mark.parametrize(
    ("board", "company"), [("", ""), ("-", "!!!"), ("x" * 10_000, "y " * 5_000), ("日本", "株式会社")]
)
def test_odd_names_make_few_spellings(board: str, company: str) -> None:
    assert len(moves("lever", board, company, "", SYSTEMS)) <= MOST
    assert all(isinstance(one, str) for one in spellings(board, company))


def test_the_systems_of_the_table_have_spiders() -> None:
    assert set(SYSTEMS) <= set(SPIDERS)
