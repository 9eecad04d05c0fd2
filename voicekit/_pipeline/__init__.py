"""The only room that knows the order of the stages: load, render, adapt, check, plan, send, keep."""

from voicekit._pipeline.building import build
from voicekit._pipeline.linting import check, check_row, refuse_errors
from voicekit._pipeline.planning import endpoint_named, plan
from voicekit._pipeline.reading import Reading, Rendered, load, render

__all__ = [
    "Reading",
    "Rendered",
    "build",
    "check",
    "check_row",
    "endpoint_named",
    "load",
    "plan",
    "refuse_errors",
    "render",
]
