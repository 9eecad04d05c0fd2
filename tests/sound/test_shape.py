import struct

import numpy as np
import pytest

from kit.sounds import MAKEABLE, noise, pitch_of, sine
from voicekit._sound import codecs, g711, probe, riff
from voicekit._sound.pcm import Pcm, concat
from voicekit._sound.shape import join, shape
from voicekit.errors import SoundError
from voicekit.model import Shape

TELEPHONY = Shape("telephony", "wav", "pcm_mulaw", 8000, 1, ".wav")
TONE = sine(440, 24_000)


@pytest.mark.parametrize("name", MAKEABLE)
def test_without_a_container_the_vendors_bytes_are_kept(name: str) -> None:
    data = codecs.encode(TONE, name)

    assert shape(data, Shape(), encoding=name, sample_rate=None) is data


@pytest.mark.parametrize("name", MAKEABLE)
def test_any_answer_becomes_the_targets_file(name: str) -> None:
    rate = 8000 if name == "AMR" else 24_000

    media = probe.probe(
        file := shape(codecs.encode(TONE, name, rate), TELEPHONY, encoding=name, sample_rate=rate)
    )

    assert (media.container, media.codec, media.sample_rate, media.channels) == ("wav", "pcm_mulaw", 8000, 1)
    assert pitch_of(codecs.decode(file)) == pytest.approx(440, abs=1)


def test_what_fits_already_keeps_its_samples_and_gets_our_header() -> None:
    octets = bytes(range(256)) * 4
    fmt = struct.pack("<HHIIHH", 7, 1, 8000, 8000, 1, 8)
    body = (
        b"WAVEfmt "
        + struct.pack("<I", 16)
        + fmt
        + b"LIST\x02\0\0\0hi"
        + b"data"
        + struct.pack("<I", 1024)
        + octets
    )

    file = shape(b"RIFF" + struct.pack("<I", len(body)) + body, TELEPHONY, encoding="MULAW", sample_rate=8000)

    assert file == riff.write(octets, codec="pcm_mulaw", rate=8000)


@pytest.mark.parametrize("name", ["MP3", "OGG_OPUS", "FLAC", "M4A", "WEBM_OPUS"])
def test_other_files_that_fit_already_are_kept_whole(name: str) -> None:
    data = codecs.encode(TONE, name, 24_000)
    media = probe.probe(data)

    assert (
        shape(data, Shape("x", media.container, media.codec, 24_000), encoding=name, sample_rate=None) == data
    )


def test_headers_come_and_go_without_touching_a_sample() -> None:
    pcm, wav = codecs.encode(TONE, "PCM", 8000), codecs.encode(TONE, "LINEAR16", 8000)
    bare, dressed = Shape("x", "raw", "pcm_s16le", 8000), Shape("x", "wav", "pcm_s16le", 8000)

    assert shape(pcm, dressed, encoding="PCM", sample_rate=8000) == wav
    assert shape(wav, bare, encoding="LINEAR16", sample_rate=8000) == pcm


@pytest.mark.parametrize(
    ("codec", "decode"), [("pcm_mulaw", g711.decode_mulaw), ("pcm_alaw", g711.decode_alaw)]
)
def test_platforms_that_take_bare_g711_get_it(codec: str, decode: type) -> None:
    raw = Shape("asterisk", "raw", codec, 8000)

    converted = shape(codecs.encode(TONE, "FLAC"), raw, encoding="FLAC", sample_rate=None)
    stripped = shape(codecs.encode(TONE, codec[4:].upper(), 8000), raw, encoding="x", sample_rate=None)

    assert pitch_of(Pcm(decode(converted) / 32768, 8000)) == pytest.approx(440, abs=1)
    assert np.abs(decode(converted).astype(int) - decode(stripped)).max() <= 1024
    assert len(converted) == len(stripped) == 8000


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Shape("x", "wav", "mp3", 8000), "no mp3 in a wav"),
        (Shape("x", "wav", "pcm_s16le", 8000, channels=2), "2 channels"),
        (Shape("x", "ogg", "opus", 44_100), "44100"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(wanted: Shape, said: str) -> None:
    with pytest.raises(SoundError, match=said):
        shape(codecs.encode(TONE, "LINEAR16"), wanted, encoding="LINEAR16", sample_rate=24_000)


def test_pieces_are_joined_without_a_pause() -> None:
    first, second = noise(24_000, 0.3), noise(24_000, 0.2, seed=2)

    assert join([first, second]).samples.tolist() == concat([first, second]).samples.tolist()


def test_pieces_of_other_rates_follow_the_first() -> None:
    joined = join([noise(24_000, 0.25), noise(8000, 0.5)])

    assert (joined.rate, joined.seconds) == (24_000, 0.75)


def test_nothing_cannot_be_joined() -> None:
    with pytest.raises(SoundError):
        join([])
