"""SiliconFlow through 302.AI, ``POST /siliconflow/v1/audio/speech``: OpenAI's call with a sample rate and a gain.

Path: S. Fields, ranges and voices are SiliconFlow's own (P, its guide and API reference): `speed` 0.25 to 4.0; `gain` -10 to 10, in dB as
ours is; `sample_rate` by format, 44,100 Hz where none is asked for. A system voice is named after its model, as
``FunAudioLLM/CosyVoice2-0.5B:alex``, an uploaded one ``speech:…``. The rate is always said, and ``stream`` is always false.

The price is SiliconFlow's list price by UTF-8 bytes (S); 302.AI's is not known. Nor are the words of its refusals.
"""

import re
from typing import Any, Final

from attrs import frozen

from voicekit import _limits as limits
from voicekit._capabilities import siliconflow
from voicekit.model import Ask, Capabilities, Family, Option, Options
from voicekit.providers import _gateway as gateway
from voicekit.providers._openai_wire import SpeechWire
from voicekit.providers._requests import Body, stated

_MODEL: Final = "FunAudioLLM/CosyVoice2-0.5B"
_VOICE = re.compile(r"(?P<model>[\w.-]+/[\w.-]+):[\w.-]+|speech:[\w.-]+(?::[\w.-]+)*", re.ASCII)
_GAIN: Final = (-10.0, 10.0)  # dB
_RATES: Final = {
    "MP3": (44_100, 32_000),
    "OGG_OPUS": (48_000,),
    "LINEAR16": (44_100, 8_000, 16_000, 24_000, 32_000),
    "PCM": (44_100, 8_000, 16_000, 24_000, 32_000),
}  # Hz, the default first


def _model_of(voice: str) -> str:
    """Return the model that a system voice is named after; for an uploaded voice the one that voices are uploaded for."""
    match = _VOICE.fullmatch(voice)
    return (match and match["model"]) or _MODEL


@frozen
class SiliconFlowWire(SpeechWire):
    """OpenAI's call in SiliconFlow's dialect. The model is the one that the voice is named after, unless one is stated."""

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return what speaks: the model; None where a voice is not named as SiliconFlow names them."""
        if _VOICE.fullmatch(voice) is None:
            return None
        families = self.capabilities.families
        return families.get(str(dict(options).get("model", _model_of(voice))), families["any other model"])

    @property
    def longest(self) -> int | None:
        """The most characters of `input`."""
        return self.capabilities.limit

    def billed(self, ask: Ask) -> int:
        """Count UTF-8 bytes, by which SiliconFlow bills."""
        return len(ask.content.encode())

    def settings(self, ask: Ask) -> dict[str, Any]:
        """Return model, voice, rate, and the gain where one is stated."""
        found: dict[str, Any] = {
            "model": self.option(ask, "model") or _model_of(ask.voice),
            "voice": ask.voice,
            "sample_rate": ask.sample_rate or _RATES[ask.encoding][0],
            "stream": False,
        }
        return found if ask.gain is None else found | {"gain": ask.gain}

    def read_settings(self, body: Body) -> dict[str, Any]:
        """Read them."""
        model, voice = body.text("model"), body.text("voice")
        if _VOICE.fullmatch(voice) is None:
            raise body.wrong(
                "enum", "voice", "Input should be a voice such as 'FunAudioLLM/CosyVoice2-0.5B:alex'"
            )
        if body.switch("stream"):
            raise body.wrong("enum", "stream", "Only whole answers are given here")
        rates = _RATES[self._encoding(body)]
        return {
            "voice": voice,
            "gain": body.number("gain", *_GAIN),
            "sample_rate": body.choice("sample_rate", rates, rates[0]),
            "options": stated(
                {"model": model if model != _model_of(voice) else None}, self.capabilities.options
            ),
        }


PROVIDER = SiliconFlowWire(
    name="siliconflow-302ai",
    path="/siliconflow/v1/audio/speech",
    authentication=gateway.AUTHENTICATION,
    capabilities=Capabilities(
        url=gateway.URL,
        file_hosts=gateway.FILE_HOSTS,
        limit=128_000,
        unit="characters",
        ranges={"rate": limits.RATE, "gain": _GAIN},
        encodings=frozenset(_RATES),
        families=siliconflow.VENDOR.families,
        examples={
            f"{_MODEL}:alex": "zh-CN",
            f"{_MODEL}:anna": "en-US",
            "fishaudio/fish-speech-1.5:david": "en-US",
        },
        inputs=frozenset({"text"}),
        language=False,
        sample_rates={name: tuple(sorted(rates)) for name, rates in _RATES.items()},
        natural_rate=44_100,
        options={"model": Option("text")},
        priced="2026-07",
    ),
)
