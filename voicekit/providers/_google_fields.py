"""The fields of Google's ``SynthesizeSpeechRequest``, read and written one by one. Imports model, _limits and providers.

Protocol buffers' JSON is read as its page says (P): enumerations come by name or by number, and Google's clients send both; fields by
their names in JSON or in the proto (``audio_config``); numbers as such or as texts, a whole one with or without a fraction of zero. The
numbers of enumerations, and the names of the fields, are those of the v1 and v1beta1 protos.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, Literal, cast

from voicekit import _limits as limits
from voicekit.model import CustomPronunciation, Mark
from voicekit.providers import Refusal

UNSPECIFIED = 0
_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
ENCODINGS: Mapping[int, str] = {
    UNSPECIFIED: "AUDIO_ENCODING_UNSPECIFIED", 1: "LINEAR16", 2: "MP3", 3: "OGG_OPUS", 4: "MP3_64_KBPS", 5: "MULAW", 6: "ALAW",
    7: "PCM", 8: "M4A",
}  # fmt: skip
GENDERS: Mapping[int, str] = {
    UNSPECIFIED: "SSML_VOICE_GENDER_UNSPECIFIED",
    1: "MALE",
    2: "FEMALE",
    3: "NEUTRAL",
}
TIMEPOINTS: Mapping[int, str] = {UNSPECIFIED: "TIMEPOINT_TYPE_UNSPECIFIED", 1: "SSML_MARK"}
PHONETICS: Mapping[int, str] = {
    UNSPECIFIED: "PHONETIC_ENCODING_UNSPECIFIED",
    1: "PHONETIC_ENCODING_IPA",
    2: "PHONETIC_ENCODING_X_SAMPA",
    3: "PHONETIC_ENCODING_JAPANESE_YOMIGANA",
    4: "PHONETIC_ENCODING_PINYIN",
}
_ALPHABETS = {"PHONETIC_ENCODING_IPA": "ipa", "PHONETIC_ENCODING_X_SAMPA": "x-sampa"}
_ENCODING_OF = {alphabet: encoding for encoding, alphabet in _ALPHABETS.items()}


def refuse(message: str) -> Refusal:
    """Return the error for a request that Google answers with 400."""
    return Refusal.of(message, remedy="correct the request")


def unsupported(what: str) -> Refusal:
    """Return the error for an argument that is of the right type and says nothing that can be done."""
    return refuse(f"Request contains an invalid argument: {what}.")


def unknown(name: str, where: str = "") -> Refusal:
    """Return the error for a field that a message does not have."""
    at = f" at '{where}'" if where else ""
    return refuse(f'Invalid JSON payload received. Unknown name "{name[:80]}"{at}: Cannot find field.')


def object_of(
    value: Any, where: str, known: Collection[str], *, unread: Collection[str] = ()
) -> dict[str, Any]:
    """Return an object by its fields' names in JSON; one that is not there is empty.

    Args:
        value: What stands in the request.
        where: Its path; "" is the whole request, which must be there.
        known: The names of its fields.
        unread: Those that the vendor has too, and nobody here does anything with; they may have their defaults.

    Raises:
        Refusal: It is none, has another field, or has one under both of its names.
    """
    if value is None and where:
        value = {}
    if not isinstance(value, dict):
        raise refuse(f"Invalid value at '{where or 'request'}': expected an object.")
    fields = {_in_json(name, {*known, *unread}): found for name, found in value.items()}
    if len(fields) < len(value):
        raise refuse(f"Invalid JSON payload received. A field of '{where or 'request'}' is set twice.")
    for name in (name for name in fields if name not in known):
        if name not in unread:
            raise unknown(name, where)
        if fields[name]:
            raise unsupported(f"{f'{where}.' if where else ''}{name} is not read here")
    return fields


def _in_json(name: str, fields: Collection[str]) -> str:
    """Return a field's name in JSON, which that in the proto may stand for; another name as it is."""
    found = re.sub(r"_([a-z])", lambda letter: letter[1].upper(), name)
    return found if found in fields else name


def _plain_number(value: Any) -> Any:
    """Return a number that is written as a text."""
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def text(holder: Mapping[str, Any], key: str, where: str) -> str | None:
    """Return a text, or None where the field is not set.

    Raises:
        Refusal: It is something else.
    """
    value = holder.get(key)
    if value is not None and not isinstance(value, str):
        raise refuse(f"Invalid value at '{where}.{key}' (TYPE_STRING)")
    return value


def word(value: Any, names: Mapping[int, str], where: str, kind: str, *, also: Collection[str] = ()) -> str:
    """Return the name of an enumeration's value; one that is not set is ``…_UNSPECIFIED``.

    Args:
        value: A name or a number.
        names: The enumeration.
        where: The field's path.
        kind: What the protos call the enumeration.
        also: Names that are taken and have no number.

    Raises:
        Refusal: It is none of its names and none of its numbers.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = names.get(value)
    elif value is None:
        value = names[UNSPECIFIED]
    if not isinstance(value, str) or value not in {*names.values(), *also}:
        raise refuse(f"Invalid value at '{where}' (type.googleapis.com/google.cloud.texttospeech.{kind})")
    return value


def number(config: Mapping[str, Any], key: str, bounds: tuple[float, float]) -> float | None:
    """Return a number of ``audioConfig``, or None where it is not set.

    Raises:
        Refusal: It is something else, or out of bounds.
    """
    value = _plain_number(config.get(key))
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refuse(f"Invalid value at 'audio_config.{key}' (TYPE_DOUBLE)")
    if not bounds[0] <= value <= bounds[1]:
        raise unsupported(f"{key} must be in [{bounds[0]:g}, {bounds[1]:g}]")
    return float(value)


def rate(config: Mapping[str, Any]) -> float | None:
    """Return ``speakingRate``: "If not set (0.0), it defaults to the native speed".

    Raises:
        Refusal: It is no number, or out of bounds.
    """
    value = _plain_number(config.get("speakingRate"))
    unset = value == 0 and not isinstance(value, bool)
    return None if unset else number(config, "speakingRate", limits.RATE)


def sample_rate(config: Mapping[str, Any]) -> int | None:
    """Return ``sampleRateHertz``, or None where it is not set.

    Raises:
        Refusal: It is no integer, or none that any encoding has.
    """
    value = _plain_number(config.get("sampleRateHertz"))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or value == 0:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise refuse("Invalid value at 'audio_config.sampleRateHertz' (TYPE_INT32)")
    low, high = limits.SAMPLE_RATE
    if not low <= value <= high:
        raise unsupported("unsupported sample rate for the encoding")
    return value


def effects(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return ``effectsProfileId``.

    Raises:
        Refusal: It is no list of the eight profiles.
    """
    value = config.get("effectsProfileId")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise refuse("Invalid value at 'audio_config.effects_profile_id' (TYPE_STRING)")
    for item in value:
        if item not in limits.EFFECTS:
            raise unsupported(f"unknown effects profile id {item[:80]!r}")
    return tuple(value)


def marks(value: Any) -> bool:
    """Return whether ``enableTimePointing`` asks for the times of marks.

    Raises:
        Refusal: It is no list of the enumeration's values.
    """
    if value is None:
        return False
    if not isinstance(value, list):
        raise refuse("Invalid value at 'enable_time_pointing'")
    kinds = [word(kind, TIMEPOINTS, "enable_time_pointing", "TimepointType") for kind in value]
    return "SSML_MARK" in kinds


def pronunciations(value: Any) -> tuple[CustomPronunciation, ...]:
    """Return ``customPronunciations``.

    Raises:
        Refusal: They are not what the proto says, or in an encoding that is not read here.
    """
    where = "input.custom_pronunciations"
    rows = object_of(value, where, {"pronunciations"}).get("pronunciations")
    if rows is not None and not isinstance(rows, list):
        raise refuse(f"Invalid value at '{where}.pronunciations': expected a list.")
    return tuple(_pronunciation(row, f"{where}.pronunciations") for row in rows or ())


def _pronunciation(row: Any, where: str) -> CustomPronunciation:
    row = object_of(row, where, {"phrase", "phoneticEncoding", "pronunciation"})
    phrase, said = (text(row, key, where) or "" for key in ("phrase", "pronunciation"))
    if not phrase.strip() or not said.strip():
        raise unsupported("a custom pronunciation needs a phrase and a pronunciation")
    encoding = word(row.get("phoneticEncoding"), PHONETICS, f"{where}.phonetic_encoding", "PhoneticEncoding")
    alphabet = _ALPHABETS.get(encoding)
    if alphabet is None:
        raise unsupported(f"phonetic_encoding {encoding} is not read here; use {' or '.join(_ALPHABETS)}")
    return CustomPronunciation(phrase, cast("Literal['ipa', 'x-sampa']", alphabet), said)


def written_pronunciations(wanted: tuple[CustomPronunciation, ...]) -> dict[str, Any]:
    """Write ``customPronunciations``."""
    rows = [
        {"phrase": one.phrase, "phoneticEncoding": _ENCODING_OF[one.alphabet], "pronunciation": one.phoneme}
        for one in wanted
    ]
    return {"pronunciations": rows}


def timepoints(found: Any) -> tuple[Mark, ...]:
    """Read v1beta1's time points. 302.AI's page types them as strings, which say nothing and are dropped."""
    points = found if isinstance(found, list) else []
    return tuple(
        Mark(point["markName"], float(point["timeSeconds"]))
        for point in points
        if isinstance(point, dict)
        and isinstance(point.get("markName"), str)
        and isinstance(point.get("timeSeconds"), int | float)
    )


def positive(value: Any) -> int | None:
    """Return a sample rate (Hz) of an answer, or None where it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
