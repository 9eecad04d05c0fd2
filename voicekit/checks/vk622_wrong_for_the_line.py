"""VK622: an effect or a sample rate that the phone line does not carry.

What: A pack whose target is a phone line, or a profile that asks for G.711 (MULAW, ALAW), states the effect of another device, or more than 8000 Hz; or
    a profile asks for more than the files of its pack's target carry.
Why: G.711 carries 8000 samples a second, whatever goes in (P, ITU-T G.711): all above 4 kHz is thrown away. Google's effects shape the sound
    for one kind of device, and name `telephony-class-application` for interactive voice response (P).
Fix: State `effects: [telephony-class-application]` and `sample_rate: 8000`, or extend a profile that does.

Bad:
    profile:
        encoding: MULAW
        effects: [headphone-class-device]  ←
        sample_rate: 16000  ←
Bad:
    pack:
        target: telephony
    profile:
        encoding: LINEAR16
        sample_rate: 24000  ←
Good:
    profile:
        encoding: ALAW
        effects: [telephony-class-application]
        sample_rate: 8000
Good:
    profile:
        encoding: MP3
        effects: [headphone-class-device]
        sample_rate: 24000
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.checks._words import LINE, carried
from voicekit.model import Finding

_EFFECT = "telephony-class-application"


def _look(row: Row) -> Iterator[Finding]:
    line, rate = carried(row), row.ask.sample_rate or 0
    others = [effect for effect in row.ask.effects if effect != _EFFECT]
    if others and line == LINE:
        message = f"the effect {others[0]} is made for another device than a phone line"
        yield Finding("VK622", "warning", row.place_of("effects"), message, f"use {_EFFECT}, or none")
    if line is not None and rate > line:
        carrier = "a phone line" if line == LINE else f"a file for {row.shape.target}"
        message = f"{rate} Hz are asked for, and {carrier} carries {line}"
        yield Finding("VK622", "warning", row.place_of("sample_rate"), message, f"ask for {line} Hz")


CHECK = Check("VK622", "not for a phone line", settings=_look)
