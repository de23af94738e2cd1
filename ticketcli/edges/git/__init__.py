"""The user's git: where it keeps what, and commits of exactly the files that were saved."""

from ticketcli.edges.git.committing import commit as commit
from ticketcli.edges.git.places import init as init
from ticketcli.edges.git.places import stale_locks as stale_locks
from ticketcli.edges.git.places import user_email as user_email
from ticketcli.edges.git.places import user_name as user_name
from ticketcli.edges.git.places import work_tree as work_tree
from ticketcli.edges.git.running import GitFailed as GitFailed
