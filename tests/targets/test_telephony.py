from kit.target import conforms, tone
from voicekit._sound import codecs, riff
from voicekit._sound.shape import shape
from voicekit.targets import get


def test_conforms() -> None:
    conforms(get("telephony"))


def test_is_what_contact_centres_ask_for() -> None:
    target = get("telephony")

    wave = riff.read(
        shape(codecs.encode(tone(24_000), "MP3"), target.shape, encoding="MP3", sample_rate=None)
    )

    assert (wave.tag, wave.rate, wave.channels, wave.bits) == (7, 8_000, 1, 8)
    assert target.extension == ".wav"
