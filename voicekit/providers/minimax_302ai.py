"""MiniMax through 302.AI, answered at once: ``POST /minimaxi/v1/t2a_v2``.

Path and fields: callers (S); see `_minimax_wire` for what is MiniMax's own. An address (``output_format`` ``url``) may lead to a host that is not
302.AI's, from which nothing is fetched; so hexadecimal digits are what is asked for unless a profile says otherwise. WAV comes here only,
where nothing is streamed. The price is MiniMax's list price; 302.AI's is not known.
"""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from voicekit._capabilities import minimax as known
from voicekit.model import Ask, words
from voicekit.providers import _minimax_wire as minimax

_FORM = words("hex", "url")


@frozen
class DirectMiniMaxWire(minimax.MiniMaxWire):
    """MiniMax's body, answered with the sound."""

    def wants_link(self, ask: Ask) -> bool:
        """Whether ``output_format`` asks for an address."""
        return bool(self.more(ask)["output_format"] == "url")

    def more(self, ask: Ask) -> dict[str, Any]:
        """Return that nothing is streamed, and the form of the answer."""
        return {"stream": False, "output_format": dict(ask.options).get("output_format", _FORM.default)}

    def read_more(self, body: minimax.Fields) -> Mapping[str, Any]:
        """Return the form of the answer."""
        if body.switch("stream"):
            raise body.wrong("enum", "stream", "Only whole answers are given here")
        return {"output_format": body.word("output_format", _FORM.words, "hex")}


PROVIDER = DirectMiniMaxWire(
    name="minimax-302ai",
    path="/minimaxi/v1/t2a_v2",
    capabilities=minimax.capabilities(
        known.VENDOR.families, options={**minimax.OPTIONS, "output_format": _FORM}
    ),
)
