"""What every target promises: a tone can be made for it, and what is read back is what the target says."""

import math
import re

from kit.sounds import pitch_of, sine
from voicekit._sound import codecs, probe
from voicekit._sound.encodings import ENCODINGS, problem_with
from voicekit._sound.pcm import Pcm, rms_dbfs
from voicekit._sound.shape import shape
from voicekit.targets import Target

SECONDS, HERTZ, LEVEL = 1.0, 440.0, 0.5


def tone(rate: int) -> Pcm:
    """One second of A4 at half of full scale."""
    return sine(HERTZ, rate, SECONDS, LEVEL)


def conforms(target: Target) -> None:
    """Fail where a target contradicts itself or cannot be made."""
    _is_well_formed(target)
    vendor = codecs.encode(tone(24_000), "LINEAR16", 24_000)
    file = shape(vendor, target.shape, encoding="LINEAR16", sample_rate=24_000)
    again = shape(file, target.shape, encoding=_kind(target), sample_rate=target.sample_rate)

    assert file == shape(vendor, target.shape, encoding="LINEAR16", sample_rate=24_000), (
        "its bytes do not repeat"
    )
    assert again == file, "a file that fits already is changed"
    if target.container == "raw" and target.codec != "pcm_s16le":
        return  # headerless G.711 says nothing of itself that could be read back
    media = probe.probe(file, encoding=_kind(target), sample_rate=target.sample_rate)
    heard = codecs.decode(file, encoding=_kind(target), sample_rate=target.sample_rate)

    assert (media.container, media.codec) == (target.container, target.codec)
    assert (media.sample_rate, media.channels) == (target.sample_rate, target.channels)
    assert abs(media.duration - SECONDS) <= 0.05
    assert abs(pitch_of(heard) - HERTZ) <= 2
    assert abs(rms_dbfs(heard) - 20 * math.log10(LEVEL / math.sqrt(2))) <= 0.5
    assert target.max_seconds is None or target.max_seconds > SECONDS
    assert target.max_bytes is None or target.max_bytes > len(file)


def _is_well_formed(target: Target) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", target.name)
    assert target.title
    assert target.source, "rules need a source"
    assert re.fullmatch(r"\.[A-Za-z0-9]+", target.extension)
    assert target.encoding in ENCODINGS
    assert problem_with(target.encoding, target.sample_rate) is None
    re.compile(target.file_name or "")
    assert target.loudness is None or -70 < target.loudness < 0


def _kind(target: Target) -> str:
    return "PCM" if target.container == "raw" else target.encoding
