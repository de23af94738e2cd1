"""Fault injection: what a kill, a failing call, a full disk or a power cut at any moment of a program leaves.

Needs strace for all but the full disks. Each part judges by the same rules, and each is shown a broken writer.
"""

from tests.faults import power as power
from tests.faults import space as space
from tests.faults import writers as writers
from tests.faults.running import Ended as Ended
from tests.faults.running import Program as Program
from tests.faults.running import run as run
from tests.faults.running import why_no_strace as why_no_strace
from tests.faults.sweep import FAULTS as FAULTS
from tests.faults.sweep import KILL as KILL
from tests.faults.sweep import READING as READING
from tests.faults.sweep import WRITING as WRITING
from tests.faults.sweep import Report as Report
from tests.faults.sweep import Subject as Subject
from tests.faults.sweep import disturb as disturb
from tests.faults.sweep import fill as fill
from tests.faults.sweep import fill_up as fill_up
from tests.faults.sweep import record as record
from tests.faults.sweep import sweep as sweep
