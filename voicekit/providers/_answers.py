"""What the wires share in reading answers: refusals with the vendor's words, JSON, bare bytes. Imports _wire, model, errors."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from voicekit import _limits as limits
from voicekit import _wire
from voicekit.errors import Denied, Refused, WrongAnswer
from voicekit.model import Link, Mark, Reply, Sound

AGAIN: Final = "try again; nothing was kept"


def json_of(reply: Reply) -> Any:
    """Return a reply's body as plain data, or None where it is no JSON, or has so many parts that they are a bomb.

    Two bytes of JSON may become an object of sixty-four. A sound in base64 is one part, whatever its length.
    """
    if sum(map(reply.body.count, (b"{", b"[", b","))) > limits.REPLY_PARTS:
        return None
    try:
        return _wire.parse(reply.body)
    except ValueError:
        return None


def json_object(name: str, reply: Reply) -> Mapping[str, Any]:
    """Return the object that a 200 carries.

    Raises:
        Refused: It is not a 200.
        WrongAnswer: It carries something else.
    """
    body = json_of(reply)
    if reply.status != 200:
        raise refused(name, reply.status, words_of(body), like=like(body))
    if not isinstance(body, dict):
        raise wrong(name, "200 without an object of JSON")
    return body


def words_of(body: Any) -> str:
    """Return the vendor's own words, from the places where vendors put them: never anything else of a body."""
    for path in (
        ("error", "message"),
        ("detail", "message"),
        ("base_resp", "status_msg"),
        ("message",),
        ("detail",),
    ):
        found = body
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, str) and found.strip():
            return found
    return ""


# What vendors say beside the status, and the HTTP status that says the same, for what to do about it: 302.AI's numbers (P, its
# voice arena), the reason that Google gives for a wrong key (S), what OpenAI and ElevenLabs call an account without credit (P).
_LIKE: Final[Mapping[Any, int]] = {
    **dict.fromkeys((-10001, -10005, "API_KEY_INVALID"), 401),
    **dict.fromkeys((-10004, -10006, -10007, -10012, -10018, "insufficient_quota", "quota_exceeded"), 402),
    **dict.fromkeys((-10003, -10008), 503),
}


def like(body: Any) -> int | None:
    """Return the HTTP status that says what a refusal's body says, where it says more than its own status."""
    said = body.get("error", body.get("detail")) if isinstance(body, dict) else None
    if not isinstance(said, dict):
        return None
    details = said.get("details")
    reasons = (
        [one.get("reason") for one in details if isinstance(one, dict)] if isinstance(details, list) else []
    )
    found = (said.get("err_code"), said.get("code"), said.get("status"), *reasons)
    return next((_LIKE[one] for one in found if isinstance(one, int | str) and one in _LIKE), None)


def refused(name: str, status: int, words: str = "", *, like: int | None = None) -> Refused:
    """Return the error for a status that is no success, with the vendor's words and a way out.

    `like` is the HTTP status that says the same, where `status` is a number of the vendor's own. It is a `Denied` for 401
    and 402, but not for 403: that may be about one voice.
    """
    meant = like or status
    kind = Denied if meant in {401, 402} else Refused
    printable = "".join(character if character.isprintable() else " " for character in words)[:300]
    return kind.of(f"{name} answered {status}{f': {printable}' if printable else ''}", remedy=_remedy(meant))


def _remedy(status: int) -> str:
    if status in {401, 403}:
        return "check the endpoint's credential"
    if status == 402:
        return "top up the account"
    if status == 429:
        return "lower the endpoint's requests_per_minute, or try later"
    return "try again later" if status >= 500 else "correct the text, the voice or its settings"


def wrong(name: str, what: str) -> WrongAnswer:
    """Return the error for a 200 that is not the vendor's shape."""
    return WrongAnswer.of(f"{name} answered {what}", remedy=AGAIN)


def bare_sound(name: str, reply: Reply) -> Sound:
    """Return a sound that is a reply's whole body.

    Raises:
        Refused: The reply is no 200.
        WrongAnswer: Its media type is not one of a sound, or it is empty.
    """
    if reply.status != 200:
        body = json_of(reply)
        raise refused(name, reply.status, words_of(body), like=like(body))
    if not (reply.content_type.startswith("audio/") or reply.content_type == "application/octet-stream"):
        raise wrong(name, "200 without a sound")
    if not reply.body:
        raise wrong(name, "200 with nothing")
    return Sound(reply.body)


def linked(name: str, url: Any, marks: tuple[Mark, ...] = (), sample_rate: int | None = None) -> Link:
    """Return the address that an answer carries; the transport looks at where it leads.

    Raises:
        WrongAnswer: It is none.
    """
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise wrong(name, "200 without the address of a sound")
    return Link(url, marks, sample_rate)


def base64_sound(
    name: str, content: Any, marks: tuple[Mark, ...] = (), sample_rate: int | None = None
) -> Sound:
    """Return the sound that an answer carries in base64.

    Raises:
        WrongAnswer: It does not.
    """
    try:
        data = base64.b64decode(content, validate=True) if isinstance(content, str) else b""
    except (binascii.Error, ValueError):
        data = b""
    if not data:
        raise wrong(name, "200 without a sound in base64")
    return Sound(data, marks, sample_rate)
