"""`ticket`, `git ticket` and `python -m ticketcli`: where the program begins."""

import sys
from typing import NoReturn


def run() -> NoReturn:
    """The entry point of all of them. A shell that asks what may come next gets its answer without the program."""
    if sys.argv[1:2] != ["__complete"]:
        from ticketcli.cli.main import run as run_program

        run_program()
    from ticketcli.cli.completing import run as complete

    complete()


if __name__ == "__main__":
    run()
