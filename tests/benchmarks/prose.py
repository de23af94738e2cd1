"""Words and names by the thousand, spread as words of a language are: few are frequent, most are rare."""

from __future__ import annotations

import random
import re
from itertools import accumulate, product

RARE, FREQUENT = "zeppelin", "printer"
"""A word that stands in three tickets whatever the size, and one that stands in every tenth."""
_COMMON = tuple(
    re.findall(
        "[A-Za-z]+",
        """
        the to and it a is of not we in on that for my I you with this have when after since be can but as are again
        please still at password mail account if login was or from screen error message before network all connection
        phone has they update morning server user shows only window computer no file works new working team same tried
        problem there nothing day list restart your one how sometimes desk laptop page month order today yesterday slow
        office help call thanks number cable check minutes invoice version meeting license colleague folder access
        button monitor
        """,
    )
)
_SYLLABLES = ["".join(parts) for parts in product("bdklmnr", "aeiou")]
WORDS = (*_COMMON, *("".join(parts) for parts in product(_SYLLABLES, repeat=3)))
_NAMES = WORDS[len(_COMMON) :]
WEIGHTS = list(accumulate((rank + 3) ** -1.1 for rank in range(len(WORDS))))
_SUBJECTS = (
    "Cannot log in since {}",
    "Mail to {} comes back",
    "The connection to {} is lost",
    "How do I share {} with {}?",
    "Order of {} has not come",
    "{} shows an error",
    "Password of {} has expired",
    "Please install {} for {}",
    "No access to {}",
)
_PRINTER = "Printer {} jams"


def prose(rnd: random.Random, count: int) -> str:
    """A text of so many words in lines and paragraphs."""
    words = rnd.choices(WORDS, cum_weights=WEIGHTS, k=count)
    lines = [" ".join(words[at : at + 11]) for at in range(0, count, 11)]
    paragraphs = ["\n".join(lines[at : at + 5]) for at in range(0, len(lines), 5)]
    return "\n\n".join(f"{text[0].upper()}{text[1:]}." for text in paragraphs) + "\n"


def subject(rnd: random.Random, number: int) -> str:
    """What a ticket is about; every tenth is about a printer."""
    form = _PRINTER if number % 10 == 3 else rnd.choice(_SUBJECTS)
    return form.format(*rnd.choices(_NAMES, k=2))


def name(number: int) -> tuple[str, str]:
    """A customer's name and address; four tickets in a row of ten thousand are of the same one."""
    first, last = WORDS[-1 - number % 997].title(), WORDS[-1000 - number % 2503].title()
    return f"{first} {last}", f"{first}.{last}@{WORDS[-1 - number % 61]}.example".lower()
