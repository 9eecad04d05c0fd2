import io
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit._sound import riff
from voicekit.errors import SoundError

CODECS = st.sampled_from(["pcm_s16le", "pcm_mulaw", "pcm_alaw"])


def chunk(name: bytes, payload: bytes, size: int | None = None) -> bytes:
    return (
        name
        + struct.pack("<I", len(payload) if size is None else size)
        + payload
        + b"\0" * (len(payload) % 2)
    )


def file(*chunks: bytes, size: int | None = None) -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def fmt(tag: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16, block: int | None = None) -> bytes:
    block = channels * bits // 8 if block is None else block
    return chunk(b"fmt ", struct.pack("<HHIIHH", tag, channels, rate, rate * block, block, bits))


@given(st.binary(max_size=64), CODECS, st.integers(4000, 192_000))
def test_what_is_written_is_read(samples: bytes, codec: str, rate: int) -> None:
    samples = samples[: len(samples) // 2 * 2] if codec == "pcm_s16le" else samples

    found = riff.read(riff.write(samples, codec=codec, rate=rate))

    assert (found.data, found.codec, found.rate, found.channels) == (samples, codec, rate, 1)


@given(st.binary(max_size=40), CODECS, st.data())
def test_no_part_of_a_file_passes_for_the_whole(samples: bytes, codec: str, data: st.DataObject) -> None:
    whole = riff.write(samples + samples, codec=codec, rate=8000)
    cut = data.draw(st.integers(0, len(whole) - 1))

    with pytest.raises(SoundError):
        riff.read(whole[:cut])
    with pytest.raises(SoundError):
        riff.read(whole + b"\0")


def test_pcm_has_the_44_bytes_that_everyone_expects() -> None:
    data = riff.write(b"\x01\x00\xff\xff", codec="pcm_s16le", rate=8000)

    assert len(data) == 48
    with wave.open(io.BytesIO(data)) as reader:
        assert reader.getparams()[:4] == (1, 2, 8000, 2)
        assert reader.readframes(9) == b"\x01\x00\xff\xff"


def test_g711_has_the_long_format_and_a_fact_chunk() -> None:
    data = riff.write(b"abc", codec="pcm_mulaw", rate=8000)

    assert struct.unpack_from("<4sIHHIIHHH", data, 12) == (b"fmt ", 18, 7, 1, 8000, 8000, 1, 8, 0)
    assert struct.unpack_from("<4sII", data, 38) == (b"fact", 4, 3)
    assert data[50:] == b"data\x03\0\0\0abc\0"
    assert struct.unpack_from("<I", data, 4) == (len(data) - 8,)
    assert riff.strip_header(data) == b"abc"


def test_unknown_chunks_odd_ones_and_a_missing_last_pad_byte_are_fine() -> None:
    found = riff.read(
        file(chunk(b"LIST", b"odd"), fmt(7, bits=8), chunk(b"bext", b"x"), chunk(b"data", b"abc")[:-1])
    )

    assert found.data == b"abc"


def test_the_extensible_format_is_read_as_its_sub_format() -> None:
    payload = (
        struct.pack("<HHIIHHHHI", 0xFFFE, 1, 8000, 16000, 2, 16, 22, 16, 4) + struct.pack("<H", 1) + bytes(14)
    )

    assert riff.read(file(chunk(b"fmt ", payload), chunk(b"data", b"ab"))).codec == "pcm_s16le"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "does not begin"),
        (file(fmt(), chunk(b"data", b"ab"), size=20), "bytes follow"),
        (file(fmt(), chunk(b"data", b"ab"), size=9999), "cut off"),
        (file(fmt(), chunk(b"data", b"ab", size=3)), "beyond the end"),
        (file(fmt(), chunk(b"data", b"ab"), b"xy"), "chunk's header"),
        (file(fmt()), "lacks"),
        (file(chunk(b"data", b"ab")), "before their format"),
        (file(fmt(), fmt(), chunk(b"data", b"ab")), "twice"),
        (file(chunk(b"fmt ", b"short"), chunk(b"data", b"ab")), "too short"),
        (file(fmt(channels=0), chunk(b"data", b"ab")), "not speech"),
        (file(fmt(rate=1), chunk(b"data", b"ab")), "not speech"),
        (file(fmt(block=3), chunk(b"data", b"abc")), "does not follow"),
        (file(fmt(), chunk(b"data", b"abc")), "last sample"),
        (file(fmt(6, bits=8), chunk(b"fact", struct.pack("<I", 9)), chunk(b"data", b"ab")), "'fact'"),
        (file(fmt(6, bits=8), chunk(b"fact", b""), chunk(b"data", b"ab")), "'fact'"),
    ],
)
def test_a_file_that_lies_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(SoundError, match=said) as caught:
        riff.read(data)

    assert caught.value.problems[0].remedy


UNFILLED = [0, 0x7FFFFFFF, 0xFFFFFFFF]


@pytest.mark.parametrize("size", UNFILLED)
@given(samples=st.binary(min_size=2, max_size=40), codec=CODECS, count=st.sampled_from([None, *UNFILLED]))
def test_a_stream_is_read_to_its_end(size: int, samples: bytes, codec: str, count: int | None) -> None:
    """OpenAI's answers begin so: both lengths are all ones, since nothing is known of the end yet."""
    tag = riff.TAGS[codec]
    width = 2 if tag == riff.PCM else 1
    samples = samples[: len(samples) // width * width]
    fact = [] if count is None else [chunk(b"fact", struct.pack("<I", count))]
    head = file(
        fmt(tag, bits=8 * width), *fact, chunk(b"LIST", b"made by"), chunk(b"data", b"", size), size=size
    )

    found = riff.read(head + samples)

    assert (found.data, found.codec) == (samples, codec)


@pytest.mark.parametrize("size", UNFILLED)
def test_a_stream_that_says_how_many_samples_it_has_is_held_to_it(size: int) -> None:
    whole = file(fmt(), chunk(b"data", b"abcd"), chunk(b"LIST", b"made by"), size=size)

    assert riff.read(whole).data == b"abcd"
    with pytest.raises(SoundError, match="beyond the end"):
        riff.read(whole[:47])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (file(fmt(), chunk(b"data", b"abc", 0xFFFFFFFF)[:-1], size=0xFFFFFFFF), "last sample"),
        (file(fmt(), chunk(b"data", b"ab", 0xFFFFFFFF), size=38), "beyond the end"),
        (file(fmt(), chunk(b"data", b"ab", 0x7FFFFFFE), size=0xFFFFFFFF), "beyond the end"),
        (file(fmt(), chunk(b"LIST", b"ab", 0xFFFFFFFF), size=0xFFFFFFFF), "beyond the end"),
        (file(chunk(b"data", b"ab", 0xFFFFFFFF), size=0xFFFFFFFF), "before their format"),
        (file(fmt(), size=0xFFFFFFFF), "lacks"),
        (file(fmt(6, bits=8), chunk(b"fact", struct.pack("<I", 3)), chunk(b"data", b"ab", 0), size=0), "'fact'"),
    ],
)  # fmt: skip
def test_a_stream_that_lies_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(SoundError, match=said):
        riff.read(data)


@given(st.binary(max_size=120))
def test_nothing_else_than_sound_errors_leaves_the_reader(junk: bytes) -> None:
    for data in (junk, b"RIFF" + struct.pack("<I", len(junk) + 4) + b"WAVE" + junk, file(fmt(), junk)):
        try:
            riff.read(data)
        except SoundError:
            continue
