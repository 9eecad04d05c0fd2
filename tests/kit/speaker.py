"""A stand-in for the embedded voice: an honest tone, as long as the text, in a WAV file."""

import asyncio
import io
import math
import struct
import wave

from voicekit.errors import SoundError
from voicekit.model import Ask, Mark, Sound

LANGUAGES = {"en", "de", "es", "fr"}


def tone(seconds: float, sample_rate: int, pitch: float = 440.0) -> bytes:
    """Return a 16-bit mono WAV of a sine."""
    count = round(seconds * sample_rate)
    samples = [round(9_000 * math.sin(2 * math.pi * pitch * i / sample_rate)) for i in range(count)]
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(struct.pack(f"<{count}h", *samples))
    return buffer.getvalue()


class ToneSpeaker:
    """Speaks every LINEAR16 ask as 10 ms of tone a character, and counts how many jobs ran at once."""

    def __init__(self, *, pause: float = 0.0) -> None:
        self.pause = pause
        self.asked: list[Ask] = []
        self.running = 0
        self.most_at_once = 0

    async def speak(self, ask: Ask) -> Sound:
        if ask.language.partition("-")[0] not in LANGUAGES:
            raise SoundError.of(f"no embedded voice speaks {ask.language}", remedy="use another language")
        if ask.encoding != "LINEAR16":
            raise SoundError.of(f"this test voice cannot write {ask.encoding}", remedy="use LINEAR16")
        self.asked.append(ask)
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        try:
            await asyncio.sleep(self.pause)
        finally:
            self.running -= 1
        said = ask.text or ask.ssml or ""
        rate = ask.sample_rate or 8_000
        marks = (Mark("here", 0.01),) if ask.marks else ()
        return Sound(tone(min(len(said), 100) * 0.01, rate), marks, rate)
