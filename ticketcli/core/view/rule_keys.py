"""The keys of rules in the JSON of this program, with their meanings. It makes no JSON."""

from __future__ import annotations

RULES: dict[str, dict[str, str]] = {
    "rule": {
        "name": "What it is called.",
        "on": "The events behind which it looks at a ticket, or null: tick applies it.",
        "when": "The filter words that a ticket must match.",
        "do": "What it sets, in set words.",
        "canned": "The canned response that it sends, or null.",
        "stop": "Whether no rule behind it looks at the ticket then.",
    },
    "rule of rules test": {
        "fires": "Whether it would act.",
        "why": "Why it would not, or null.",
        "words": "Its filter words: word, and whether it holds.",
        "would": "What it would do, in set words.",
    },
}
