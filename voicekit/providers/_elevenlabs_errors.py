"""What ElevenLabs says when it says no, and how it reads a request's fields. Imports _requests, _wire and providers.

Sources: its help pages (P) for ``{"detail": {"status", "message"}}``, ``max_character_limit_exceeded``, ``invalid_api_key`` and ``quota_exceeded``; its docs'
repository (P) for ``voice_not_found``; its Python client (P) for the list of `loc`, `msg` and `type` that comes with 422. ``invalid_voice_settings``, what is said
to a request without a key, and the two kinds of 429: as users quote them (S). A path that is not known is answered with a bare sentence (S).
"""

import math
from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen

from voicekit import _wire
from voicekit.model import Call, Reply
from voicekit.providers import Authentication, Denial, Refusal, Unprocessable
from voicekit.providers import _answers as answers
from voicekit.providers._requests import REMEDY, Body

AUTHENTICATION: Final = Authentication(
    "header",
    "xi-api-key",
    missing=Denial(401, "Neither authorization header nor xi-api-key received, please provide one."),
    wrong=Denial(401, "Invalid API key"),
)
_BY_SENTENCE: Final = (
    (AUTHENTICATION.missing.message, "needs_authorization"),
    ("A voice with the voice_id ", "voice_not_found"),
    ("This request's text has ", "max_character_limit_exceeded"),
    ("Invalid setting for ", "invalid_voice_settings"),
    ("A model with model ID ", "model_not_found"),
)
_BY_STATUS: Final[Mapping[int, str]] = {
    400: "invalid_request",
    401: "invalid_api_key",
    402: "quota_exceeded",
    403: "invalid_api_key",
    429: "too_many_concurrent_requests",
    500: "internal_server_error",
    503: "system_busy",
}


def unprocessable(message: str) -> Unprocessable:
    """Return the refusal of a field: its name, a colon, and the fault in a sentence."""
    return Unprocessable.of(message, remedy=REMEDY)


@frozen
class Fields(Body):
    """The JSON object of a request, or one inside it."""

    def wrong(self, kind: str, field: str, fault: str) -> Refusal:
        """Return the refusal of a field, as validation tells it: 422."""
        return unprocessable(self.words(kind, self.within + field, fault))

    def setting(self, field: str, low: float, high: float) -> float | None:
        """Return one of a voice's settings; a number outside of its range is refused by the model, with 400."""
        found = self.number(field, -math.inf, math.inf)
        if found is not None and not low <= found <= high:
            message = (
                f"Invalid setting for {field} received, expected to be greater or equal to {low} "
                f"and less or equal to {high}, received {found:g}."
            )
            raise Refusal.of(message, remedy=REMEDY)
        return found

    def optional_switch(self, field: str) -> bool | None:
        """Return whether something is on, or None where it is not said."""
        return None if self.fields.get(field) is None else self.switch(field)

    def integer(self, field: str, low: float | None, high: float | None) -> int | None:
        """Return a whole number, or None where there is none."""
        found = self.number(field, -math.inf if low is None else low, math.inf if high is None else high)
        if found is None:
            return None
        if not found.is_integer():
            raise self.wrong("int_from_float", field, "Input should be a valid integer")
        return int(found)


def body(call: Call) -> Fields:
    """Read a request's body.

    Raises:
        Unprocessable: It is no object.
    """
    try:
        return Fields(Body.of(call, "JSON decode error").fields)
    except Refusal as error:
        raise Unprocessable(error.problems) from None


def refusal(status: int, message: str) -> Reply:
    """Write an error in ElevenLabs' shape."""
    return Reply(status, "application/json", _wire.compact({"detail": _detail(status, message)}))


def _detail(status: int, message: str) -> Any:
    if status == 422:
        field, colon, fault = message.partition(": ")
        loc = ["body", *field.split(".")] if colon else ["body"]
        return [{"loc": loc, "msg": fault or message, "type": "value_error"}]
    by_sentence = (kind for start, kind in _BY_SENTENCE if message.startswith(start))
    kind = next(by_sentence, _BY_STATUS.get(status))
    return message if kind is None else {"status": kind, "message": message}


def words_of(found: Any) -> str:
    """Return ElevenLabs' own words of an error's body, those of 422 included."""
    detail = found.get("detail") if isinstance(found, dict) else None
    rows = detail if isinstance(detail, list) else []
    told = (row.get("msg") for row in rows if isinstance(row, dict))
    return "; ".join(word for word in told if isinstance(word, str)) or answers.words_of(found)
