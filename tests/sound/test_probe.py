import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.sounds import MAKEABLE, noise, sine
from voicekit import _limits as limits
from voicekit._sound import codecs, probe, riff
from voicekit._sound.encodings import ENCODINGS
from voicekit._sound.pcm import Pcm, concat, silence
from voicekit.errors import SoundError, WrongAnswer

SHORT = concat([sine(440, 24_000, 0.12), noise(24_000, 0.05)])
FILES = {name: codecs.encode(SHORT, name) for name in MAKEABLE}


def adts_ends(data: bytes) -> set[int]:
    """Where each frame of AAC without a container ends, by the length in its header."""
    ends, at = set(), 0
    while at < len(data):
        at += (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        ends.add(at)
    return ends


# What a cut leaves undetectable: see the table in `whole`.
WHOLE_WITHOUT_ITS_END: dict[str, Callable[[int], bool]] = {
    "PCM": lambda cut: cut > 0 and cut % 2 == 0,
    "AMR": lambda cut: cut > 6 and (cut - 6) % 32 == 0,
    "AAC": lambda cut: cut in adts_ends(FILES["AAC"]),
}


def look(data: bytes, name: str) -> probe.Media:
    return probe.probe(data, encoding=name, sample_rate=ENCODINGS[name].default_rate)


@pytest.mark.parametrize("name", MAKEABLE)
def test_says_what_a_file_is(name: str) -> None:
    asked, media = ENCODINGS[name], look(FILES[name], name)

    assert (media.container, media.codec, media.channels) == (asked.container, asked.codec, 1)
    assert (media.sample_rate, media.size) == (asked.default_rate, len(FILES[name]))
    assert media.duration == pytest.approx(SHORT.seconds, abs=0.086 if name == "AAC" else 0.03)
    assert media.bit_rate == (asked.bit_rate if asked.codec == "mp3" else None)


@pytest.mark.parametrize("name", MAKEABLE)
def test_a_file_that_lost_its_end_is_refused(name: str) -> None:
    data = FILES[name]
    cuts = sorted({*range(min(len(data), 400)), *range(0, len(data), 13), *range(len(data) - 150, len(data))})
    accepted = []
    for cut in cuts:
        try:
            look(data[:cut], name)
        except SoundError:
            continue
        accepted.append(cut)

    undetectable = WHOLE_WITHOUT_ITS_END.get(name)
    assert accepted == [cut for cut in cuts if undetectable and undetectable(cut)]


@pytest.mark.parametrize("name", [name for name in MAKEABLE if name not in ("PCM", "FLAC")])
def test_bytes_behind_the_end_are_refused(name: str) -> None:
    with pytest.raises(SoundError):
        look(FILES[name] + b"\0\0junk", name)


@pytest.mark.parametrize("name", ["OGG_OPUS", "FLAC"])
def test_containers_with_checksums_show_every_changed_byte(name: str) -> None:
    data = FILES[name]
    start = 42 if name == "FLAC" else 0  # behind STREAMINFO, whose digest nobody needs
    start = data.index(b"\xff\xf8", start) if name == "FLAC" else start
    for at in range(start, len(data), 7):
        with pytest.raises(SoundError):
            look(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :], name)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(MAKEABLE), st.data())
def test_changed_bytes_give_a_sound_or_a_sound_error(name: str, data: st.DataObject) -> None:
    changed = bytearray(FILES[name])
    for at in data.draw(st.lists(st.integers(0, len(changed) - 1), min_size=1, max_size=8)):
        changed[at] = data.draw(st.integers(0, 255))
    try:
        media = look(bytes(changed), name)
    except SoundError:
        return

    assert media.duration > 0


def test_an_mp3_without_a_count_is_whole_to_its_last_frame() -> None:
    data = FILES["MP3"]
    frame = b"\xff\xf3\x44"  # MPEG-2 layer III, 32 kbit/s, 24 kHz
    second = data.index(frame)  # the first frame holds the count only

    assert look(data[second:], "MP3").codec == "mp3"
    with pytest.raises(SoundError, match="cut off"):
        look(data[second:-1], "MP3")
    with pytest.raises(SoundError, match="frames"):
        look(data[: data.rindex(frame)], "MP3")


def test_an_mp3_that_states_its_bytes_only_is_held_to_them() -> None:
    data = FILES["MP3"]
    at = data.index(b"Info") + 4
    flags, _, size = struct.unpack_from(">III", data, at)
    bytes_only = data[:at] + struct.pack(">II", flags & ~1, size) + data[at + 8 :]
    too_many = data[:at] + struct.pack(">II", flags & ~1, size + 1) + data[at + 8 :]

    assert look(bytes_only, "MP3").codec == "mp3"
    with pytest.raises(SoundError, match="bytes of sound"):
        look(too_many, "MP3")


def test_an_mp3_may_have_tags_at_both_ends() -> None:
    tagged = b"ID3\x04\0\0\0\0\0\x05title" + FILES["MP3"] + b"TAG" + bytes(125)

    assert look(tagged, "MP3").duration == pytest.approx(SHORT.seconds, abs=0.03)


def test_a_webm_of_open_size_is_walked_too() -> None:
    data = FILES["WEBM_OPUS"]
    at = data.index(b"\x18\x53\x80\x67") + 4
    width = 9 - data[at].bit_length()
    live = data[:at] + bytes([0x01]) + b"\xff" * 7 + data[at + width :]

    assert look(live, "WEBM_OPUS").codec == "opus"
    with pytest.raises(SoundError, match=r"cut off|beyond"):
        look(live[:-1], "WEBM_OPUS")


def test_an_ogg_page_that_is_missing_is_noticed() -> None:
    data = codecs.encode(noise(24_000, 3), "OGG_OPUS")
    pages = [data.index(b"OggS", at) for at in range(len(data)) if data.startswith(b"OggS", at)]
    assert len(pages) > 4

    with pytest.raises(SoundError, match="missing"):
        look(data[: pages[2]] + data[pages[3] :], "OGG_OPUS")
    with pytest.raises(SoundError, match="last page"):
        look(data[: pages[-1]], "OGG_OPUS")


@pytest.mark.parametrize("extra", range(5))
def test_an_ogg_page_that_ends_inside_its_head_is_refused(extra: int) -> None:
    """One whole page, which is also the last, with the right checksum."""
    payload = b"OpusHead" + bytes(extra)
    page = struct.pack("<4sBBQIIIB", b"OggS", 0, 6, 0, 1, 0, 0, 1) + bytes([len(payload)]) + payload
    data = page[:22] + struct.pack("<I", _ogg_crc(page)) + page[26:]

    with pytest.raises(SoundError):
        look(data, "OGG_OPUS")


def _ogg_crc(page: bytes) -> int:
    """Ogg's checksum, bit by bit (RFC 3533, 6)."""
    crc = 0
    for octet in page:
        crc ^= octet << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc >> 31 else 0)) & 0xFFFFFFFF
    return crc


def test_a_flac_file_that_counts_other_samples_is_refused() -> None:
    data = bytearray(FILES["FLAC"])
    data[25] ^= 1

    with pytest.raises(SoundError, match=r"says that it lasts|decoded"):
        look(bytes(data), "FLAC")


# --- verify -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAKEABLE)
def test_the_right_answer_passes(name: str) -> None:
    rate = ENCODINGS[name].default_rate

    assert probe.verify(FILES[name], name, rate, text_length=3) == look(FILES[name], name)
    assert probe.verify(FILES[name], name, None, text_length=3) == look(FILES[name], name)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b'{"error": {"code": 400, "message": "no"}}', "text"),
        (b"\n <!doctype html><html><body>Bad Gateway</body></html>", "text"),
        ("\ufeff[\u00e9]".encode(), "text"),
        (b"upstream request timeout", "text"),
        (FILES["MP3"], "mp3 in a mp3 file"),
        (FILES["PCM"], "no audio file"),
        (riff.write(b"", codec="pcm_s16le", rate=24_000), "no sound"),
        (FILES["LINEAR16"][:-2], "cut off"),
        (codecs.encode(SHORT, "LINEAR16", 16_000), "16000 Hz"),
        (codecs.encode(silence(1, 24_000), "LINEAR16"), "silent"),
        (codecs.encode(noise(24_000, 15), "LINEAR16"), "cannot last longer than 14 s"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_answer_is_refused_and_says_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(WrongAnswer, match=said) as caught:
        probe.verify(data, "LINEAR16", 24_000, text_length=1)

    assert all(problem.remedy for problem in caught.value.problems)


def test_text_is_no_headerless_sound() -> None:
    with pytest.raises(WrongAnswer, match="text"):
        probe.verify(b'{"error":"no such voice"}', "PCM", 8000, text_length=5)
    with pytest.raises(WrongAnswer, match="flac"):
        probe.verify(FILES["FLAC"], "PCM", 24_000, text_length=5)


@pytest.mark.parametrize("name", MAKEABLE)
def test_a_prompt_of_pauses_may_be_silent(name: str) -> None:
    data = codecs.encode(silence(0.5, 24_000), name)

    with pytest.raises(WrongAnswer, match="silent"):
        probe.verify(data, name, None, text_length=20)
    assert probe.verify(data, name, None, text_length=20, may_be_silent=True).duration >= 0.5


def test_an_opus_file_may_state_the_codecs_own_rate() -> None:
    asked = codecs.encode(SHORT, "OGG_OPUS", 48_000)

    assert probe.verify(asked, "OGG_OPUS", 24_000, text_length=1).sample_rate == 48_000
    with pytest.raises(WrongAnswer, match="16000 Hz"):
        probe.verify(codecs.encode(SHORT, "OGG_OPUS", 16_000), "OGG_OPUS", 24_000, text_length=1)


def test_a_minute_of_pause_is_plausible_for_its_markup() -> None:
    markup = f'<break time="{limits.BREAK_SECONDS:g}s"/>'
    data = codecs.encode(Pcm(silence(limits.BREAK_SECONDS, 8000).samples, 8000), "MULAW", 8000)

    assert probe.verify(data, "MULAW", 8000, text_length=len(markup), may_be_silent=True).duration == 60


def test_an_answer_has_the_bit_rate_and_the_channels_that_were_asked_for() -> None:
    data = codecs.encode(SHORT, "MP3", 44_100, bit_rate=128_000, channels=2)

    asked = probe.verify(data, "MP3", 44_100, text_length=1, bit_rate=128_000, channels=2)
    assert (asked.bit_rate, asked.channels) == (128_000, 2)
    with pytest.raises(WrongAnswer, match="128000 bit/s; 192000 bit/s were asked for"):
        probe.verify(data, "MP3", 44_100, text_length=1, bit_rate=192_000)
    with pytest.raises(WrongAnswer, match="number of channels is 2, and 1 was asked for"):
        probe.verify(data, "MP3", 44_100, text_length=1, channels=1)


def test_an_mp3_that_varies_has_the_mean_of_its_frames() -> None:
    one, other = (codecs.encode(SHORT, "MP3", 44_100, bit_rate=1_000 * kilobits) for kilobits in (112, 128))
    # Behind their first frames, which count those that follow.
    bare = [data[data.index(b"\xff\xfb", 4) :] for data in (one, other)]
    varied = bare[0] + bare[1]

    assert probe.probe(varied).bit_rate == 120_000
    assert probe.verify(varied, "MP3", 44_100, text_length=1, bit_rate=128_000).codec == "mp3"
    with pytest.raises(WrongAnswer, match="120000 bit/s"):
        probe.verify(varied, "MP3", 44_100, text_length=1, bit_rate=96_000)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (FILES["AAC"][:-1], "cut off"),
        (FILES["AAC"] + b"x", "begin"),
        (FILES["AAC"][:3] + bytes(4) + FILES["AAC"][7:], "shorter than its header"),
        (FILES["AAC"][:5], "begin"),
    ],
    ids=["cut", "junk", "empty frame", "cut header"],
)
def test_aac_without_a_container_is_followed_frame_by_frame(data: bytes, said: str) -> None:
    with pytest.raises(SoundError, match=said):
        probe.probe(data)


@pytest.mark.parametrize(("name", "rate"), [("MP4", None), ("AMR", 16_000)])
def test_an_impossible_ask_is_the_askers_fault(name: str, rate: int | None) -> None:
    with pytest.raises(SoundError) as caught:
        probe.verify(b"", name, rate, text_length=1)

    assert not isinstance(caught.value, WrongAnswer)


def test_wideband_amr_is_read_though_it_cannot_be_written() -> None:
    silent_frames = b"\x7c" * 50  # frame type 15: nothing is sent

    media = probe.probe(b"#!AMR-WB\n" + silent_frames)

    assert (media.codec, media.sample_rate, media.duration) == ("amr_wb", 16_000, 1.0)


def test_speex_cannot_be_read() -> None:
    with pytest.raises(WrongAnswer, match="cannot be read as SPEEX"):
        probe.verify(b"\x46" + bytes(70), "SPEEX_WITH_HEADER_BYTE", 16_000, text_length=5)


def test_amr_frames_of_no_known_type_are_refused() -> None:
    with pytest.raises(SoundError, match="type"):
        look(b"#!AMR\n" + bytes([10 << 3]) + bytes(31), "AMR")


def test_a_wav_that_was_sent_while_it_was_made_is_heard_to_its_end() -> None:
    data = riff.write(b"\x01\x02" * 4_800, codec="pcm_s16le", rate=24_000)
    stream = data[:4] + b"\xff" * 4 + data[8:40] + b"\xff" * 4 + data[44:]

    assert look(stream, "LINEAR16") == look(data, "LINEAR16")
    with pytest.raises(SoundError, match="last sample"):
        look(stream[:-1], "LINEAR16")
    with pytest.raises(SoundError, match="no sound"):
        look(stream[:44], "LINEAR16")


def test_a_wav_header_that_lies_is_refused() -> None:
    data = bytearray(FILES["MULAW"])
    struct.pack_into("<I", data, 4, len(data))

    with pytest.raises(SoundError, match="cut off"):
        look(bytes(data), "MULAW")
