"""Running a plan: what is bought once, kept, shaped and written; concurrency, rates, money and interruption. Uses the stages."""

from voicekit._run.keeping import Verified, keep, verified
from voicekit._run.money import Money, Reserve, Send
from voicekit._run.pace import Pace
from voicekit._run.result import Result
from voicekit._run.runner import Runner, first_of
from voicekit._run.steps import Step, steps
from voicekit._run.writing import asked, length_said

__all__ = [
    "Money",
    "Pace",
    "Reserve",
    "Result",
    "Runner",
    "Send",
    "Step",
    "Verified",
    "asked",
    "first_of",
    "keep",
    "length_said",
    "steps",
    "verified",
]
