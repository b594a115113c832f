"""Word lists as they are written in the rules: blank-separated."""


def words(text: str) -> list[str]:
    """The words of a text, at blanks and line ends."""
    return text.split()
