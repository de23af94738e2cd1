"""The index of a clone: what it remembers of ticket files, in SQLite. It reads no ticket, and losing it loses nothing.

Whoever asks compares it with the directory first, as git does with its own; who writes tickets never tells it.
"""

from __future__ import annotations

from ticketcli.edges.index.comparing import Changes as Changes
from ticketcli.edges.index.comparing import changes as changes
from ticketcli.edges.index.comparing import mtimes as mtimes
from ticketcli.edges.index.comparing import settle as settle
from ticketcli.edges.index.opening import NAME as NAME
from ticketcli.edges.index.opening import Index as Index
from ticketcli.edges.index.opening import NoIndex as NoIndex
from ticketcli.edges.index.opening import discard as discard
from ticketcli.edges.index.opening import is_here as is_here
from ticketcli.edges.index.opening import is_ours as is_ours
from ticketcli.edges.index.opening import opened as opened
from ticketcli.edges.index.opening import writing as writing
from ticketcli.edges.index.rows import Row as Row
from ticketcli.edges.index.rows import Wanted as Wanted
from ticketcli.edges.index.rows import all_mails as all_mails
from ticketcli.edges.index.rows import beginning as beginning
from ticketcli.edges.index.rows import beside as beside
from ticketcli.edges.index.rows import counts as counts
from ticketcli.edges.index.rows import mails as mails
from ticketcli.edges.index.rows import remove as remove
from ticketcli.edges.index.rows import rows as rows
from ticketcli.edges.index.rows import save as save
from ticketcli.edges.index.rows import stale as stale
from ticketcli.edges.index.rows import touching as touching
