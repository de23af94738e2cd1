"""Health: what is wrong with the files of a desk, and mending it. One module looks at one kind of faults."""

from ticketcli.desk.health.checking import check as check
from ticketcli.desk.health.checking import mend as mend
from ticketcli.desk.health.finding import Finding as Finding
from ticketcli.desk.health.opening import open_anyway as open_anyway
