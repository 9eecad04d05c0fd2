import io
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.sounds import MAKEABLE, change_db, int16_ramp, noise, pitch_of, sine
from voicekit import _limits as limits
from voicekit._sound import codecs, probe, riff
from voicekit._sound.encodings import ENCODINGS
from voicekit._sound.pcm import Pcm, concat, from_int16, resample, silence, to_int16
from voicekit.errors import SoundError

DIGESTS = """
import hashlib
from kit.sounds import MAKEABLE, sine
from voicekit._sound import codecs
for name in MAKEABLE:
    print(name, hashlib.sha256(codecs.encode(sine(440, 22050, 0.3), name)).hexdigest())
"""


@pytest.mark.parametrize(
    ("name", "rate"),
    [(name, rate) for name in MAKEABLE for rate in ENCODINGS[name].rates or (8000, 22_050, 48_000)],
)
def test_a_tone_comes_back_as_it_went(name: str, rate: int) -> None:
    before = sine(440, rate)

    after = codecs.decode(codecs.encode(before, name, rate), encoding=name, sample_rate=rate)

    # AMR fills its last frame up, and AAC without a container begins with one of silence and fills the last one up.
    slack = {"AMR": 0.021, "AAC": 2 * 1_024 / rate}.get(name, 1e-6)
    assert pitch_of(after) == pytest.approx(440, abs=1)
    assert after.seconds == pytest.approx(before.seconds, abs=slack)
    # A codec made for speech, or one at a low bit rate, may change a pure tone's level a little.
    assert change_db(before, after) == pytest.approx(0, abs=2 if ENCODINGS[name].bit_rate else 0.05)


@pytest.mark.parametrize("name", MAKEABLE)
def test_without_a_rate_it_is_the_default_one(name: str) -> None:
    default = ENCODINGS[name].default_rate

    assert codecs.encode(noise(22_050, 0.1), name) == codecs.encode(noise(22_050, 0.1), name, default)


@pytest.mark.parametrize("name", ["LINEAR16", "PCM", "FLAC"])
def test_lossless_encodings_keep_every_16_bit_value(name: str) -> None:
    before = int16_ramp()

    after = codecs.decode(
        codecs.encode(Pcm(from_int16(before), 8000), name, 8000), encoding=name, sample_rate=8000
    )

    assert to_int16(after.samples).tolist() == before.tolist()


def test_the_same_sound_becomes_the_same_bytes_in_every_process() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", DIGESTS], capture_output=True, text=True, check=True, env={"PYTHONPATH": p}
        )
        for p in [":".join(filter(None, sys.path))] * 2
    ]

    assert runs[0].stdout == runs[1].stdout
    assert [line.split()[0] for line in runs[0].stdout.splitlines()] == list(MAKEABLE)


@pytest.mark.parametrize(("name", "kilobits"), [("MP3", 32), ("MP3_64_KBPS", 64)])
def test_mp3_has_the_bit_rate_of_its_name(name: str, kilobits: int) -> None:
    data = codecs.encode(noise(24_000, 10), name, 24_000)

    assert len(data) * 8 / 10 / 1000 == pytest.approx(kilobits, rel=0.02)


@pytest.mark.parametrize(
    ("rate", "kilobits"),
    [(rate, one) for rate in (8_000, 12_000) for one in (8, 32, 64)]
    + [(rate, one) for rate in (16_000, 22_050, 24_000) for one in (8, 32, 96, 160)]
    + [(rate, one) for rate in (32_000, 44_100, 48_000) for one in (32, 64, 192, 320)],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_frame_of_mp3_has_the_bit_rate_that_was_asked_for(
    rate: int, kilobits: int, channels: int
) -> None:
    data = codecs.encode(noise(rate, 0.5), "MP3", rate, bit_rate=1_000 * kilobits, channels=channels)
    media = probe.probe(data)

    assert (media.bit_rate, media.sample_rate, media.channels) == (1_000 * kilobits, rate, channels)


@pytest.mark.parametrize("name", ["OGG_OPUS", "WEBM_OPUS"])
@pytest.mark.parametrize("kilobits", [24, 32, 64, 128, 192])
def test_opus_keeps_a_bit_rate_that_was_asked_for(name: str, kilobits: int) -> None:
    # Silence is what a varying rate would save on.
    data = codecs.encode(concat([noise(48_000), silence(1, 48_000)]), name, 48_000, bit_rate=1_000 * kilobits)
    with av.open(io.BytesIO(data), "r") as file:
        sizes = {packet.size for packet in file.demux(audio=0) if packet.size}

    assert sizes == {kilobits * 1_000 // 50 // 8}, "not every 20 ms have the bits of 20 ms"


@pytest.mark.parametrize(("rate", "bit_rate"), [(8_000, 128_000), (11_025, 80_000), (12_000, 160_000)])
def test_what_the_mp3_encoder_would_quietly_lower_is_refused(rate: int, bit_rate: int) -> None:
    with pytest.raises(SoundError, match=f"at {rate} Hz with 64000 bit/s at most, not {bit_rate}"):
        codecs.encode(noise(rate, 0.1), "MP3", rate, bit_rate=bit_rate)


@pytest.mark.parametrize(
    "name", ["LINEAR16", "PCM", "MULAW", "ALAW", "FLAC", "MP3", "OGG_OPUS", "M4A", "AAC"]
)
def test_two_channels_hold_the_same(name: str) -> None:
    one, two = (codecs.encode(sine(440, 8_000, 0.3), name, 8_000, channels=count) for count in (1, 2))

    if name == "PCM":
        assert np.frombuffer(two, "<i2").tolist() == np.frombuffer(one, "<i2").repeat(2).tolist()
        return
    assert (probe.probe(one).channels, probe.probe(two).channels) == (1, 2)
    mono, mixed = codecs.decode(one), codecs.decode(two)
    assert mixed.seconds == mono.seconds
    if name in ("LINEAR16", "MULAW", "ALAW", "FLAC"):
        assert mixed.samples.tolist() == mono.samples.tolist()
    else:
        assert (pitch_of(mixed), change_db(mono, mixed)) == pytest.approx((440, 0), abs=1)


@pytest.mark.parametrize("name", ["AMR_WB", "SPEEX_WITH_HEADER_BYTE"])
def test_an_encoding_without_an_encoder_says_so(name: str) -> None:
    with pytest.raises(SoundError, match=f"no encoder for {name}") as caught:
        codecs.encode(sine(440, 16_000), name)

    assert "LINEAR16" in caught.value.problems[0].remedy


@pytest.mark.parametrize(("name", "rate"), [("MP4", None), ("OGG_OPUS", 44_100)])
def test_an_impossible_encoding_is_refused(name: str, rate: int | None) -> None:
    with pytest.raises(SoundError):
        codecs.encode(sine(440, 8000), name, rate)


@pytest.mark.parametrize("name", MAKEABLE)
def test_no_sound_cannot_be_encoded(name: str) -> None:
    with pytest.raises(SoundError, match="no sound"):
        codecs.encode(silence(0, 8000), name)


@pytest.mark.parametrize("name", [name for name in MAKEABLE if name != "PCM"])
def test_names_are_not_believed(name: str) -> None:
    data = codecs.encode(sine(440, 24_000), name)
    rate = codecs.decode(data).rate

    for lie in (None, "MP3", "FLAC", "PCM"):
        if lie != "PCM" or name not in ("MP3", "MP3_64_KBPS", "AAC"):
            assert codecs.decode(data, encoding=lie, sample_rate=11_025).rate == rate


@pytest.mark.parametrize(
    ("encoding", "rate"), [("PCM", None), (None, 8000), ("SPEEX_WITH_HEADER_BYTE", 16_000)]
)
def test_headerless_sound_needs_to_be_named(encoding: str | None, rate: int | None) -> None:
    with pytest.raises(SoundError):
        codecs.decode(codecs.encode(noise(8000), "PCM", 8000), encoding=encoding, sample_rate=rate)


@pytest.mark.parametrize("codec", ["pcm_s16le", "pcm_mulaw"])
def test_two_channels_are_mixed(codec: str) -> None:
    left, right = np.full(100, 8000, "<i2"), np.full(100, -8000, "<i2")
    both = np.stack([left, right], axis=1).tobytes() if codec == "pcm_s16le" else b"\x10\x90" * 100

    mixed = codecs.decode(riff.write(both, codec=codec, rate=8000, channels=2))

    assert mixed.samples.tolist() == [0.0] * 100


def test_other_wav_formats_are_read_by_libav() -> None:
    values = sine(440, 8000).samples
    fmt = b"\x03\0\x01\0" + (8000).to_bytes(4, "little") + (32_000).to_bytes(4, "little") + b"\x04\0\x20\0"
    body = b"WAVEfmt \x10\0\0\0" + fmt + b"data" + (values.size * 4).to_bytes(4, "little") + values.tobytes()

    heard = codecs.decode(b"RIFF" + len(body).to_bytes(4, "little") + body)

    assert heard.samples.tolist() == values.tolist()


@pytest.mark.parametrize("name", ["LINEAR16", "PCM", "MULAW", "FLAC", "OGG_OPUS"])
def test_longer_than_a_speech_may_last_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = codecs.encode(sine(440, 24_000, 1.1), name)
    monkeypatch.setattr(limits, "FILE_SECONDS", 1.0)

    with pytest.raises(SoundError, match="longer than 1 s"):
        codecs.decode(data, encoding=name, sample_rate=24_000)


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([*ENCODINGS, None]))
def test_junk_is_a_sound_error(junk: bytes, name: str | None) -> None:
    heads = [
        b"",
        b"OggS\0",
        b"fLaC",
        b"#!AMR\n",
        b"\x1a\x45\xdf\xa3",
        b"\0\0\0\x20ftypM4A ",
        b"ID3\x04",
        b"\xff\xfb\x90\0",
    ]
    for head in heads:
        try:
            heard = codecs.decode(head + junk, encoding=name, sample_rate=8000)
        except SoundError:
            continue
        assert heard.seconds <= limits.FILE_SECONDS


def many_channels(layout: str, channels: int, muxer: str = "matroska", codec: str = "pcm_s16le") -> bytes:
    """PCM in a container that may hold any number of channels: 1, 2, 3 … in 16-bit steps."""
    file = io.BytesIO()
    with av.open(file, "w", format=muxer) as container:
        stream = container.add_stream(codec, rate=8000, layout=layout)
        assert isinstance(stream, av.AudioStream)
        values = np.tile(np.arange(1, channels + 1, dtype=np.int16), 800)[np.newaxis]
        frame = av.AudioFrame.from_ndarray(values, format="s16", layout=layout)
        frame.sample_rate, frame.pts = 8000, 0
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return file.getvalue()


def test_channels_are_mixed_whatever_the_container() -> None:
    assert codecs.decode(many_channels("stereo", 2)).samples.tolist() == [1.5 / 32768] * 800
    assert codecs.decode(many_channels("5.1", 6)).samples.tolist() == [3.5 / 32768] * 800


def test_eight_planes_do_not_crash_the_process() -> None:
    """They did, with PyAV 18.1: it looks for a null pointer behind the last plane of a frame."""
    assert codecs.decode(many_channels("7.1", 8, "ipod", "aac")).rate == 8000


@pytest.mark.parametrize(("layout", "channels"), [("hexadecagonal", 16), ("22.2", 24)])
def test_more_channels_than_libavs_frames_hold_are_refused(layout: str, channels: int) -> None:
    with pytest.raises(SoundError, match=f"{channels} channels"):
        codecs.decode(many_channels(layout, channels))


def test_playlists_and_other_formats_that_open_files_are_not_tried() -> None:
    for text in (
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n",
        b"ffconcat version 1.0\nfile x\n",
    ):
        with pytest.raises(SoundError, match="text"):
            codecs.decode(text)


def test_the_version_is_that_of_the_codec_library() -> None:
    assert codecs.codec_version() == f"av@{version('av')}"


def test_threads_do_not_disturb_each_other() -> None:
    jobs = [name for name in MAKEABLE for _ in range(4)]
    sound = noise(22_050, 0.3)

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda name: codecs.encode(sound, name), jobs))

    assert together == [codecs.encode(sound, name) for name in jobs]


def test_encoding_does_not_grow_memory() -> None:
    sound = resample(noise(22_050, 0.2), 24_000)

    def encode_all(times: int) -> int:
        for _ in range(times):
            for name in MAKEABLE:
                codecs.decode(codecs.encode(sound, name), encoding=name, sample_rate=24_000)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = encode_all(15)
    after = encode_all(30)

    assert after - before < (8 << 10 if sys.platform == "linux" else 8 << 20)
