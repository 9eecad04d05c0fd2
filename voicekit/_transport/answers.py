"""What an outcome is worth: repeat it, pay for it, keep it, or say what is wrong. Pure; imports model and errors."""

from attrs import evolve

from voicekit._transport.exchange import Fault
from voicekit._transport.retries import is_transient
from voicekit.errors import Refused, SendError, Unreachable, WrongAnswer
from voicekit.model import Reply

AGAIN = "try again; nothing was kept"

_SOUND_TYPES = frozenset(
    {"application/octet-stream", "binary/octet-stream", "application/ogg", "video/webm", "video/mp4"}
)


def is_lost(outcome: Reply | Fault) -> bool:
    """Say whether nobody can know if the vendor accepted the request."""
    return isinstance(outcome, Fault) and outcome.kind == "lost"


def is_repeatable(outcome: Reply | Fault) -> bool:
    """Say whether asking again may help and is decent."""
    return is_transient(outcome.status) if isinstance(outcome, Reply) else outcome.kind != "unfit"


def may_be_charged(outcome: Reply | Fault) -> bool:
    """Say whether the vendor took the request, or may have."""
    return 200 <= outcome.status < 300 if isinstance(outcome, Reply) else outcome.kind != "unsent"


def arrived(outcome: Reply | Fault, who: str) -> Reply:
    """Return the reply.

    Raises:
        Unreachable: There is none.
        WrongAnswer: It broke the rules of size or encoding.
    """
    if isinstance(outcome, Fault):
        raise _faulty(outcome, who)
    return outcome


def whole(outcome: Reply | Fault, who: str) -> Reply:
    """Return a reply that is exactly 200, or the vendor's refusal.

    Raises:
        Unreachable: There is none.
        WrongAnswer: It is another success, or a redirect.
    """
    reply = arrived(outcome, who)
    if 300 <= reply.status < 400:
        raise WrongAnswer.of(
            f"{who} answered {reply.status}, a redirect, which is not followed",
            remedy="write the address that it leads to as the endpoint's `url`",
        )
    if reply.status != 200 and reply.status < 400:
        raise WrongAnswer.of(f"{who} answered {reply.status} instead of 200", remedy=AGAIN)
    return reply


def refused(reply: Reply, who: str) -> Refused:
    """Return the error for a refusal of which the vendor's decoder made nothing."""
    return Refused.of(f"{who} answered {reply.status}", remedy="correct the request")


def stood_in(error: SendError) -> SendError:
    """Say of a failure that it is the embedded voice's, which answers in a vendor's name."""
    said = " (said by the embedded voice in its stead: no vendor was asked)"
    return type(error)(tuple(evolve(one, message=f"{one.message}{said}") for one in error.problems))


def listed(reply: Reply, who: str) -> Reply:
    """Return a reply whose media type can carry a sound.

    Raises:
        WrongAnswer: It is a web page or something else.
    """
    if reply.content_type != "application/json" and not _is_sound(reply.content_type):
        raise WrongAnswer.of(
            f"{who} answered 200 with {_word(reply.content_type)}, which is no sound",
            remedy="check the endpoint's `url`; nothing was kept",
        )
    return reply


def linked_sound(reply: Reply, host: str) -> bytes:
    """Return the bytes behind a link.

    Raises:
        Refused: The host does not give them.
        WrongAnswer: What it gives is no sound.
    """
    if reply.status >= 400:
        raise Refused.of(f"{host} answered {reply.status} for the reply's link", remedy=AGAIN)
    what = None
    if reply.status != 200:
        what = f"with {reply.status} instead of 200"
    elif not _is_sound(reply.content_type):
        what = f"with {_word(reply.content_type)}, which is no sound"
    elif not reply.body:
        what = "with nothing"
    if what:
        raise WrongAnswer.of(f"{host} answered for the reply's link {what}", remedy=AGAIN)
    return reply.body


def _is_sound(kind: str) -> bool:
    return kind.startswith("audio/") or kind in _SOUND_TYPES


def _word(kind: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in kind[:60]) or "no content type"


def _faulty(fault: Fault, who: str) -> SendError:
    if fault.kind == "unfit":
        return WrongAnswer.of(f"{who}: {fault.reason}", remedy=AGAIN)
    remedy = "check the endpoint's address and the network"
    if fault.kind == "lost":
        remedy = "try again; the vendor may charge for the request whose answer was lost"
    return Unreachable.of(f"{who}: {fault.reason}", remedy=remedy)
