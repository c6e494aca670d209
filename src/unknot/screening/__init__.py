"""Is it safe, and must a provider clear it first? Pure rules; nothing here lowers a verdict."""

from unknot.screening.engine import review, screen
from unknot.screening.questions import QuestionToAsk, questions_for
from unknot.screening.words import read_words

__all__ = ["QuestionToAsk", "questions_for", "read_words", "review", "screen"]
