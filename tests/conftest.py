"""What all tests share: how Hypothesis searches."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# How long an example takes on a shared machine says nothing of the code. Under CI Hypothesis has a profile of its own.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if not os.environ.get("CI"):
    settings.load_profile("shared machine")
