"""The files of a desk and those that enter or leave it: one edge in four parts. It knows no TOML, lock or git."""

from __future__ import annotations

from ticketcli.edges.store.attachments import ATTACHMENT_LIMIT as ATTACHMENT_LIMIT
from ticketcli.edges.store.attachments import AttachmentTooLarge as AttachmentTooLarge
from ticketcli.edges.store.attachments import UnsafeName as UnsafeName
from ticketcli.edges.store.attachments import fetch as fetch
from ticketcli.edges.store.attachments import keep as keep
from ticketcli.edges.store.attachments import place as place
from ticketcli.edges.store.attachments import read_file as read_file
from ticketcli.edges.store.attachments import remove as remove
from ticketcli.edges.store.attachments import save_as as save_as
from ticketcli.edges.store.batch import BatchCut as BatchCut
from ticketcli.edges.store.batch import write_new as write_new
from ticketcli.edges.store.files import TicketFiles as TicketFiles
from ticketcli.edges.store.listing import Month as Month
from ticketcli.edges.store.listing import Stranger as Stranger
from ticketcli.edges.store.listing import at_least as at_least
from ticketcli.edges.store.listing import canned_files as canned_files
from ticketcli.edges.store.listing import months as months
from ticketcli.edges.store.listing import scan as scan
from ticketcli.edges.store.listing import stats_of as stats_of
from ticketcli.edges.store.listing import strangers as strangers
from ticketcli.edges.store.listing import ticket_entries as ticket_entries
from ticketcli.edges.store.listing import ticket_files as ticket_files
from ticketcli.edges.store.reading import LIMIT as LIMIT
from ticketcli.edges.store.reading import Content as Content
from ticketcli.edges.store.reading import Missing as Missing
from ticketcli.edges.store.reading import TooLarge as TooLarge
from ticketcli.edges.store.reading import Unreadable as Unreadable
from ticketcli.edges.store.reading import read as read
from ticketcli.edges.store.writing import TEMPORARY as TEMPORARY
from ticketcli.edges.store.writing import Changed as Changed
from ticketcli.edges.store.writing import Exists as Exists
from ticketcli.edges.store.writing import MaybeSaved as MaybeSaved
from ticketcli.edges.store.writing import NotSavedHere as NotSavedHere
from ticketcli.edges.store.writing import write as write
