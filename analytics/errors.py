"""What the analytics raise when a question cannot be answered as it was asked."""

from __future__ import annotations


class QuestionError(Exception):
    """A part of a question is wrong; `field` names it in the words of /v1/query, `message` says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class UnknownScopeError(QuestionError):
    """The workspace has no such project, folder, video, template or event; another workspace's counts as none."""

    def __init__(self, kind: str, public_id: str) -> None:
        super().__init__("scope", f"There is no {kind} {public_id!r} in this workspace.")
