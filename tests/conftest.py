"""Settings for the whole suite: Hypothesis profiles, chosen with HYPOTHESIS_PROFILE=thorough."""

import os

from hypothesis import HealthCheck, settings

_SLOW_DISKS = [HealthCheck.too_slow]

settings.register_profile("quick", max_examples=60, deadline=None, suppress_health_check=_SLOW_DISKS)
settings.register_profile("thorough", max_examples=2_000, deadline=None, suppress_health_check=_SLOW_DISKS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
