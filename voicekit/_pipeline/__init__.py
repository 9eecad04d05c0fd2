"""The only room that knows the order of the stages: load, render, adapt, check, plan, send, keep."""

from voicekit._pipeline.building import build, unchanged
from voicekit._pipeline.drifting import Canary, drift
from voicekit._pipeline.endpoints import endpoint_for
from voicekit._pipeline.explaining import Explained, explain
from voicekit._pipeline.linting import check, check_row, refuse_errors, warned
from voicekit._pipeline.memo import Memo, recall
from voicekit._pipeline.planning import plan
from voicekit._pipeline.pruning import Prunable, prune
from voicekit._pipeline.reading import Reading, Rendered, load, render
from voicekit._pipeline.saved import Asked, SavedPlan
from voicekit._pipeline.saved import read as read_plan
from voicekit._pipeline.scope import scope

__all__ = [
    "Asked",
    "Canary",
    "Explained",
    "Memo",
    "Prunable",
    "Reading",
    "Rendered",
    "SavedPlan",
    "build",
    "check",
    "check_row",
    "drift",
    "endpoint_for",
    "explain",
    "load",
    "plan",
    "prune",
    "read_plan",
    "recall",
    "refuse_errors",
    "render",
    "scope",
    "unchanged",
    "warned",
]
