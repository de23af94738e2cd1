"""A mail handed over, to a server or to a program: the only way out of a desk. It composes nothing."""

from ticketcli.edges.transport.opening import opened as opened
from ticketcli.edges.transport.outcomes import BadWay as BadWay
from ticketcli.edges.transport.outcomes import Delivered as Delivered
from ticketcli.edges.transport.outcomes import Later as Later
from ticketcli.edges.transport.outcomes import Outcome as Outcome
from ticketcli.edges.transport.outcomes import Refused as Refused
from ticketcli.edges.transport.outcomes import Unknown as Unknown
from ticketcli.edges.transport.outcomes import Unreachable as Unreachable
from ticketcli.edges.transport.outcomes import Way as Way
