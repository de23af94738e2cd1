"""The one table of event keys: names, types and meaning, in the order of writing. Codec, checks and schema read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal[
    "id",
    "number",
    "time",
    "kind",
    "role",
    "text",
    "texts",
    "any",
    "flag",
    "redaction",
    "changes",
    "paths",
    "files",
    "block",
]

KINDS = ("message", "note", "change")
ROLES = ("customer", "agent", "system")
LAST_NUMBER = 1_000_000


@dataclass(frozen=True, slots=True)
class EventKey:
    """One key of an `[[event]]`; its name is that of the event's attribute, but for the changes of lists."""

    name: str
    type: Type
    about: str
    """What it means, in a sentence for the schema and the README."""


EVENT_KEYS: tuple[EventKey, ...] = (
    EventKey("id", "id", "Ten code symbols; in one typed by hand filled in at the next write."),
    EventKey("seq", "number", "1 + the largest in the ticket when it was written; order of effect is (seq, id)."),
    EventKey("at", "time", "When it happened (UTC)."),
    EventKey("kind", "kind", "message (public), note (internal) or change."),
    EventKey("by", "text", "Who did it: an agent's key, a customer's address."),
    EventKey("role", "role", "customer, agent or system."),
    EventKey("via", "text", "Who typed it for them."),
    EventKey(
        "action",
        "text",
        "What a change is, where the rules ask: postpone, merge, undo, wake and so on.",
    ),
    EventKey("after", "text", "The event it follows."),
    EventKey("about", "texts", "The events it speaks of."),
    EventKey("clock", "text", "The clock that it speaks of."),
    EventKey("value", "any", "Its value: a rating, the name of a rule."),
    EventKey("channel", "text", "The way it came or goes: email, form, chat, call, social or cli."),
    EventKey("to", "texts", "Whom it is to be mailed."),
    EventKey("mail_id", "text", "The Message-ID of the mail."),
    EventKey("claimed_at", "time", "The date that the mail itself names (UTC)."),
    EventKey("quiet", "flag", "Shown, and counts for nothing."),
    EventKey("batch", "text", "The first event of the command that made it, where that made several."),
    EventKey("seen", "texts", "The waiting customer messages that its writer had read."),
    EventKey("part_of", "text", "The message that this is a part of."),
    EventKey("redacted", "redaction", "When and by whom its text, or what keys name of it, was blacked out."),
    EventKey("sla", "any", "The service level matched, and its targets."),
    EventKey("tags", "changes", "Tags added (+) and taken away (-)."),
    EventKey("cc", "changes", "Addresses added (+) to the public messages and taken away (-)."),
    EventKey("watchers", "changes", "Agents added (+) who are kept informed, and taken away (-)."),
    EventKey("links", "changes", "Links to other tickets added (+) and taken away (-)."),
    EventKey("shows", "changes", "Tickets and messages shown in this thread from now (+) or no more (-)."),
    EventKey("copies", "changes", "Messages of other tickets shown here as well from now (+) or no more (-)."),
    EventKey("set", "paths", 'Fields set, path by path; "" takes one away.'),
    EventKey("attachments", "files", "Files of the message; their contents lie in the desk under their SHA-256."),
    EventKey("quoted", "block", "The quoted part of a mail."),
    EventKey("body", "block", "The text; of a change its reason."),
)

BLOCKS = tuple((key.name,) for key in EVENT_KEYS if key.type == "block")
"""What is written as a multi-line string."""
