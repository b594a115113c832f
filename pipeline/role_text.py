"""What a description says where the title is silent: is the product AI, does the person build it?"""

import re

TEXT_LIMIT = 24_000  # longer texts end in benefits and notices

_AI = re.compile(
    r"\b(?:ai|llms?|genai|machine learning|deep learning|artificial intelligence|generative|agentic|agents?|rag|"
    r"prompts?|fine-tun\w+|foundation models?|neural|pytorch|nlp|computer vision|künstliche\w* intelligenz|"
    r"intelligence artificielle|inteligencia artificial|ki|ia)\b"
)
_WORK = re.compile(
    r"\b(?:ai agents?|agentic|llms?|rag\b|retrieval[- ]augmented|prompt engineering|prompts|fine-tun\w+|evals?\b|"
    r"ai features?|ai-powered features?|langchain|vector (?:database|store|search)s?|embeddings|ai products?)"
)
_LEAST_PRODUCT = 5  # AI words in a text of 3,000 characters: below it the subject is named, not the product
_LEAST_WORK = 4


def _dense(pattern: re.Pattern[str], text: str, least: int) -> tuple[int, int] | None:
    lowered = text[:TEXT_LIMIT].replace("İ", "I").lower()
    found = [match.span() for match in pattern.finditer(lowered)]
    needed = max(least, least * len(lowered) / 3000)
    return found[0] if len(found) >= needed else None


def describes_ai_product(text: str) -> tuple[int, int] | None:
    """The place of the first AI word where the text is full of them, else None."""
    return _dense(_AI, text, _LEAST_PRODUCT)


def describes_ai_work(text: str) -> tuple[int, int] | None:
    """The place of the first word of building with models where the text is full of them, else None."""
    return _dense(_WORK, text, _LEAST_WORK)
