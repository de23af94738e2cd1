"""What can go wrong: one tree, each class with its exit status; subclasses near their use write the sentences."""

from __future__ import annotations


class TicketError(Exception):
    """Understood and refused, or problems found; printed as one line on standard error."""

    exit_code = 1


class BadWords(TicketError):
    """The words of a command cannot be read."""

    exit_code = 2


class NotFound(TicketError):
    """No such ticket, or an ambiguous one."""

    exit_code = 3


class ChangedMeanwhile(TicketError):
    """Somebody wrote between reading and writing; nothing was written."""

    exit_code = 4
    again = ""
    """The command that writes it all the same, but for the file with the text."""


class NotSaved(TicketError):
    """The file system did not take it; what was there before still stands."""

    exit_code = 74


class Busy(TicketError):
    """Somebody else holds what is needed; try again."""

    exit_code = 75
