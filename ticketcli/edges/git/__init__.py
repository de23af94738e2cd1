"""The user's git: where it keeps what, and commits of exactly the files that were saved.

What only sync needs (remotes, histories, worktree) is imported from its module, so that nobody else loads it.
"""

from ticketcli.edges.git.committed import holds as holds
from ticketcli.edges.git.committing import commit as commit
from ticketcli.edges.git.conflicts import unmerged as unmerged
from ticketcli.edges.git.driver import attribute_names_driver as attribute_names_driver
from ticketcli.edges.git.driver import configure_driver as configure_driver
from ticketcli.edges.git.driver import driver as driver
from ticketcli.edges.git.driver import driver_line as driver_line
from ticketcli.edges.git.driver import driver_missing as driver_missing
from ticketcli.edges.git.filters import filtered as filtered
from ticketcli.edges.git.indexing import refresh as refresh
from ticketcli.edges.git.indexing import uncommitted as uncommitted
from ticketcli.edges.git.indexing import unindexed as unindexed
from ticketcli.edges.git.owing import note as note
from ticketcli.edges.git.owing import owed as owed
from ticketcli.edges.git.places import init as init
from ticketcli.edges.git.places import stale_locks as stale_locks
from ticketcli.edges.git.places import user_email as user_email
from ticketcli.edges.git.places import user_name as user_name
from ticketcli.edges.git.places import work_tree as work_tree
from ticketcli.edges.git.running import GitFailed as GitFailed
from ticketcli.edges.git.states import under_way as under_way
