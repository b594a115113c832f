"""The one error of the query language: where it is, what is wrong and what was meant."""


class QueryError(ValueError):
    """A query that cannot be understood or is refused. `position` and `length` count characters of `query`."""

    def __init__(self, message: str, query: str = "", position: int = 0, length: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.query = query
        self.position = min(position, len(query))
        self.length = max(1, min(length, len(query) - self.position))

    def __str__(self) -> str:
        """The message, and below it the place with a line of carets; a long query is cut around it."""
        if not self.query.strip():
            return self.message
        start = max(0, self.position - 60)
        shown = self.query[start : self.position + 60]
        printable = "".join(char if char.isprintable() else " " for char in shown)
        carets = " " * (self.position - start) + "^" * max(1, min(self.length, len(shown) - (self.position - start)))
        return f"{self.message}\n  {printable}\n  {carets}"
