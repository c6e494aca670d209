"""Errors a person can act on: what is wrong, where, and what to do."""

from __future__ import annotations


class UnknotError(Exception):
    """Root of every error unknot raises on purpose.

    Parameters
    ----------
    message
        What is wrong, in one sentence, showing the value that caused it.
    path
        Where in the input, e.g. ``pain[0].area`` or ``causes/l5-nerve-root.toml:12``.
    hint
        What to do about it.
    """

    def __init__(self, message: str, *, path: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.hint = hint

    def __str__(self) -> str:
        """One line: ``path: message; hint``."""
        text = f"{self.path}: {self.message}" if self.path else self.message
        return f"{text}; {self.hint}" if self.hint else text


class InvalidCase(UnknotError):
    """The case document cannot be read; nothing in it was used.

    Parameters
    ----------
    problems
        Every problem found, as ``(path, message, hint)``; the first one is the error's own text.
    """

    def __init__(self, problems: list[tuple[str | None, str, str | None]]) -> None:
        path, message, hint = problems[0]
        super().__init__(message, path=path, hint=hint)
        self.problems = problems

    def __str__(self) -> str:
        """Return the first problem, and how many more there are."""
        more = len(self.problems) - 1
        text = super().__str__()
        return f"{text} (and {more} more)" if more else text
