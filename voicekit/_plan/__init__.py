"""The plan stage: Asks and the last state → RequestPlans, each with its keys, its price and the reason for its action.

Pure: what is on this machine comes in as values. Imports providers, _wire, _lock and model; no other stage.
"""

from voicekit._plan.keys import bytes_key, joined_key, plain_call, request_key, shape_key
from voicekit._plan.places import BUILD, file_of
from voicekit._plan.plain import ACTIONS, ROW_KEYS, bought, pending, plain_rows, summary
from voicekit._plan.rows import RECORDED, plan, prune
from voicekit._plan.values import NOTHING, Bought, LastState, Recording, Wanted

__all__ = [
    "ACTIONS",
    "BUILD",
    "NOTHING",
    "RECORDED",
    "ROW_KEYS",
    "Bought",
    "LastState",
    "Recording",
    "Wanted",
    "bought",
    "bytes_key",
    "file_of",
    "joined_key",
    "pending",
    "plain_call",
    "plain_rows",
    "plan",
    "prune",
    "request_key",
    "shape_key",
    "summary",
]
