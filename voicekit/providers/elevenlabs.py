"""ElevenLabs at its own address, ``POST /v1/text-to-speech/{voice_id}`` and ``GET /v1/voices``. Its prices hang on the plan: none stands here.

Its client streams from ``/stream`` below the same path, which takes the same and gives the same bytes, and searches for voices at
``/v2/voices``, page by page (both P, client 2.78). Neither is sent here; the local server answers both. A `search` is held against names and
languages, and `page_size` is 10 by default and 100 at most, as the client says; what else may narrow the list is read past.
"""

from collections.abc import Iterable
from typing import Final, Literal

from attrs import field, frozen

from voicekit import _wire
from voicekit.model import Call, Reply
from voicekit.providers import VoiceEntry
from voicekit.providers import _elevenlabs_errors as errors
from voicekit.providers import _elevenlabs_wire as elevenlabs

_SPEECH: Final = "/v1/text-to-speech/{voice_id}"
_SEARCH: Final = "/v2/voices"
_PAGE, _MOST = 10, 100  # rows


@frozen
class DirectElevenLabsWire(elevenlabs.ElevenLabsWire):
    """ElevenLabs' calls at its own address."""

    other_routes: tuple[tuple[Literal["synthesize", "voices"], str, str], ...] = field(
        default=(("synthesize", "POST", f"{_SPEECH}/stream"), ("voices", "GET", _SEARCH)), init=False
    )

    def list_voices(self, voices: Iterable[VoiceEntry], call: Call) -> Reply | None:
        """Write ElevenLabs' list; where it is searched, one page of what is found.

        Raises:
            Refusal: `page_size` is no number of rows, or `next_page_token` none that was given out.
        """
        if call.path != _SEARCH:
            return super().list_voices(voices, call)
        query = dict(call.query)
        size = _whole(query.get("page_size", str(_PAGE)), "page_size", 1, _MOST)
        start = _whole(query.get("next_page_token", "0"), "next_page_token", 0, 1_000_000)
        wanted = query.get("search", "").casefold()
        rows = [row for row in self.rows(voices) if wanted in str(row["name"]).casefold()]
        end = start + size
        page = {
            "voices": rows[start:end],
            "has_more": end < len(rows),
            "total_count": len(rows),
            "next_page_token": str(end) if end < len(rows) else None,
        }
        return Reply(200, "application/json", _wire.compact(page))


def _whole(word: str, name: str, low: int, high: int) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) <= len(str(high)) and low <= int(word) <= high):
        raise errors.unprocessable(f"{name}: Input should be a whole number from {low} to {high}")
    return int(word)


PROVIDER = DirectElevenLabsWire(
    name="elevenlabs",
    path=_SPEECH,
    voices_route=("GET", "/v1/voices"),
    authentication=errors.AUTHENTICATION,
    capabilities=elevenlabs.capabilities("https://api.elevenlabs.io"),
)
