"""espeak-ng through ctypes. Runs inside a worker process only, and imports the standard library only.

The library is GPL-3.0-or-later and is loaded nowhere else. It is not thread-safe, and after its first utterance no
longer gives the same bytes for the same text; re-initialising does not help. So each utterance has a fresh instance: the
library is unloaded after it and loaded again, about 5 ms. Its noise is seeded by hand; by itself it takes the time.
"""

import _ctypes
import ctypes
import os
from collections.abc import Callable
from typing import Any

# From espeak-ng's speak_lib.h.
_SYNCHRONOUS = 2
_CHUNK_MS = 500
_PHONEME_EVENTS, _IPA_EVENTS, _DO_NOT_EXIT = 0x1, 0x2, 0x8000
_UTF8, _PHONEMES, _END_PAUSE = 0x1, 0x100, 0x1000
_POSITION_CHARACTER = 1
_RATE = 1
_EVENT_WORD, _EVENT_PHONEME = 1, 7

_UTTERANCES = 4_000  # a worker grows by 2 to 27 kB with each; this keeps it below some 100 MB


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


class _Recorder:
    """Collects what the library hands to its callback, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        self.samples = bytearray()
        self.words: list[tuple[int, int]] = []
        self.phones: list[tuple[str, int]] = []
        self.overflow = False
        self._most = most

    def take(self, wave: int | None, count: int, events: Any) -> int:
        if wave and count:
            self.samples += ctypes.string_at(wave, count * 2)
        index = 0
        while events[index].type:
            event = events[index]
            if event.type == _EVENT_WORD:
                self.words.append((event.text_position - 1, event.sample))
            elif event.type == _EVENT_PHONEME:
                name = bytes(event.id.string).split(b"\0")[0].decode("utf-8", "ignore")
                self.phones.append((name, event.sample))
            index += 1
        self.overflow = len(self.samples) > self._most
        return int(self.overflow)  # 1 stops the synthesis


def open(library: str, data: str) -> Callable[[dict[str, Any]], tuple[dict[str, Any], bytes]]:  # noqa: A001
    """Return the function that answers requests with the library and data at these paths."""
    answered = 0

    def answer(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        nonlocal answered
        answered += 1
        handle = ctypes.CDLL(library)
        try:
            reply, body = _speak(handle, data, request)
        finally:
            handle.espeak_Terminate()
            unloaded = _unload(handle, library)
        reply["spent"] = not unloaded or answered >= _UTTERANCES
        return reply, body

    return answer


def _unload(handle: ctypes.CDLL, library: str) -> bool:
    """Unload the library; whether it is really gone (musl's dlclose does nothing, for one)."""
    close = getattr(_ctypes, "dlclose", None) or getattr(_ctypes, "FreeLibrary", None)
    look = getattr(os, "RTLD_NOLOAD", None)
    if close is None or look is None:
        return False
    close(handle._handle)  # noqa: SLF001 - ctypes has no public way
    try:
        still_there = ctypes.CDLL(library, mode=look)
    except OSError:
        return True
    close(still_there._handle)  # noqa: SLF001
    return False


def _speak(lib: ctypes.CDLL, data: str, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    recorder = _Recorder(int(request["most"]))
    options = _DO_NOT_EXIT | (_PHONEME_EVENTS | _IPA_EVENTS if request["trace"] else 0)
    if lib.espeak_Initialize(_SYNCHRONOUS, _CHUNK_MS, os.fsencode(data), options) <= 0:
        return {"error": "start"}, b""
    lib.espeak_ng_SetRandSeed(1)  # breath is noise, and the clock would seed it
    callback = _Callback(recorder.take)
    lib.espeak_SetSynthCallback(callback)
    if lib.espeak_SetVoiceByName(request["voice"].encode()) != 0:  # the old voice would stay, silently
        return {"error": "voice"}, b""
    if lib.espeak_SetParameter(_RATE, int(request["wpm"]), 0) != 0:
        return {"error": "rate"}, b""
    text = request["text"].encode() + b"\0"
    flags = _UTF8 | (_PHONEMES if request["phonemes"] else 0) | (_END_PAUSE if request["pause"] else 0)
    failed = lib.espeak_Synth(text, ctypes.c_size_t(len(text)), 0, _POSITION_CHARACTER, 0, flags, None, None)
    if recorder.overflow:
        return {"error": "length"}, b""
    if failed:
        return {"error": "synthesis"}, b""
    lib.espeak_Info.restype = ctypes.c_char_p
    version = lib.espeak_Info(None).decode()
    return {"words": recorder.words, "phones": recorder.phones, "version": version}, bytes(recorder.samples)
