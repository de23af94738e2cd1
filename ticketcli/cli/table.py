"""The command table: every command, its module, its line in the help. A module is imported when its command runs."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """Where a command lives."""

    module: str
    about: str
    """One line for `ticket --help`."""


COMMANDS: dict[str, Entry] = {
    "init": Entry("desks", "Make a desk in a directory."),
    "demo": Entry("desks", "Make a desk with example tickets to try things on."),
    "create": Entry("conversation", "Begin a ticket: a customer asks, or an agent writes first."),
    "reply": Entry("conversation", "Answer the customer, or record what the customer said."),
    "note": Entry("conversation", "Add an internal note, which customers never see."),
    "status": Entry("statuses", "Set the status of tickets by hand."),
    "resolve": Entry("statuses", "Mark tickets as resolved, without a message."),
    "close": Entry("statuses", "Close tickets for good."),
    "reopen": Entry("statuses", "Open resolved or closed tickets again, with a reason."),
    "postpone": Entry("statuses", "Put tickets aside until a time; they come back by themselves."),
    "rate": Entry("ratings", "Record how the customer rates the support."),
    "assign": Entry("fields", "Give tickets to an agent, to yourself, or to nobody."),
    "transfer": Entry("fields", "Move tickets to another department."),
    "tag": Entry("fields", "Add and take away tags."),
    "set": Entry("fields", "Set fields of tickets: priority, due, customer.phone, fields.order."),
    "edit": Entry("fields", "Change a ticket's header in your editor."),
    "link": Entry("fields", "Link a ticket with others."),
    "watch": Entry("fields", "Be kept informed of tickets, or no longer."),
    "split": Entry("threads", "Make messages of a ticket a ticket of their own."),
    "merge": Entry("threads", "Show tickets in another one's thread."),
    "unmerge": Entry("threads", "Take merged tickets apart again."),
    "undo": Entry("threads", "Take back your last command."),
    "redact": Entry("redacting", "Black out a message or fields for good."),
    "canned": Entry("canned", "List canned responses, or see how one reads on a ticket."),
    "to-solve": Entry("lists", "What needs an answer, most urgent first, and why."),
    "next": Entry("taking", "Hand out the ticket to solve next, to you alone."),
    "list": Entry("lists", "List tickets by filter words."),
    "search": Entry("lists", "Find tickets by their text, closed ones too."),
    "show": Entry("reading", "Show a ticket with its whole thread."),
    "path": Entry("reading", "Print the path of a ticket's file."),
    "log": Entry("reading", "Show what happened, event by event."),
    "report": Entry("reports", "Times, service levels, agents, tags, volume; a page with pictures."),
    "tick": Entry("ticking", "For cron: write down what has happened by itself, and tell of what is late."),
    "rules": Entry("rules", "List what happens by rules, and try them on a ticket."),
    "distribute": Entry("distributing", "For cron: give what nobody works on to the agents who have least."),
    "sla": Entry("levels", "Match tickets to service levels again."),
    "import": Entry("imports", "Take tickets over from another system."),
    "export": Entry("exports", "Give tickets to other systems."),
    "receive": Entry("mail", "For a mail server: take in the mail on standard input."),
    "send": Entry("sending", "Hand the messages that wait to your mail server."),
    "sync": Entry("sharing", "Exchange tickets with the other clones: commit, fetch, merge, push."),
    "merge-driver": Entry("sharing", "For git: join two versions of a ticket file."),
    "check": Entry("desks", "Check every ticket of the desk, and mend what can be mended."),
    "config": Entry("desks", "Show the settings, or the schemas for editors."),
    "completion": Entry("completion", "Print what completes commands with TAB in your shell."),
}
SECTIONS = {
    "init": "Beginning",
    "create": "Conversation",
    "status": "Status",
    "assign": "Fields",
    "split": "Threads",
    "to-solve": "Looking",
    "report": "Reports and clocks",
    "import": "In and out",
    "sync": "Sharing",
    "check": "Upkeep",
}
"""The sections of `ticket --help`, each with the command of the table that it begins with."""
GROUPS = ("canned", "import", "export", "config", "rules", "sla")
"""Commands that have commands of their own; their module holds a Typer of that name."""
