"""VK622: an effect or a sample rate that the phone line does not carry.

What: A pack for the target `telephony`, or a profile that asks for G.711 (MULAW, ALAW), states the effect of another device, or more than 8000 Hz.
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
from voicekit.model import Finding

_LINE = 8_000  # Hz
_EFFECT = "telephony-class-application"
_G711 = frozenset({"MULAW", "ALAW"})


def _look(row: Row) -> Iterator[Finding]:
    if row.pack.target != "telephony" and row.ask.encoding not in _G711:
        return
    others = [effect for effect in row.ask.effects if effect != _EFFECT]
    if others:
        message = f"the effect {others[0]} is made for another device than a phone line"
        yield Finding("VK622", "warning", row.place_of("effects"), message, f"use {_EFFECT}, or none")
    rate = row.ask.sample_rate or 0
    if rate > _LINE:
        message = f"{rate} Hz are asked for, and a phone line carries {_LINE}"
        yield Finding("VK622", "warning", row.place_of("sample_rate"), message, f"ask for {_LINE} Hz")


CHECK = Check("VK622", "not for a phone line", row=_look)
