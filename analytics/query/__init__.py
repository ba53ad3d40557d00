"""The one question: metrics by dimensions under filters over a period. Every page, endpoint and report asks it."""

from analytics.query.asking import ask, ask_apart, ask_each, ask_groups, ask_videos
from analytics.query.question import COMPARISONS, MOST_DIMENSIONS, Answer, Question, Row

__all__ = [
    "COMPARISONS",
    "MOST_DIMENSIONS",
    "Answer",
    "Question",
    "Row",
    "ask",
    "ask_apart",
    "ask_each",
    "ask_groups",
    "ask_videos",
]
