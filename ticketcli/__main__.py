"""`python -m ticketcli` is the same as `ticket`."""

from ticketcli.cli.main import run

run()
