import sys
import warnings
from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from kit.sounds import int16_ramp
from voicekit._sound import g711

OCTETS = bytes(range(256))
LAWS = {
    "mulaw": (g711.encode_mulaw, g711.decode_mulaw, 4),
    "alaw": (g711.encode_alaw, g711.decode_alaw, 8),
}
Encode = Callable[[NDArray[np.int16]], bytes]
Decode = Callable[[bytes], NDArray[np.int16]]


@pytest.fixture(params=LAWS)
def law(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_what_was_decoded_survives_encoding(law: str) -> None:
    encode, decode, _ = LAWS[law]

    assert decode(encode(decode(OCTETS))).tolist() == decode(OCTETS).tolist()


def test_decodes_as_libav_does(law: str) -> None:
    context = av.CodecContext.create(f"pcm_{law}", "r")
    assert isinstance(context, av.AudioCodecContext)
    context.sample_rate, context.layout = 8000, "mono"

    reference = np.concatenate([frame.to_ndarray()[0] for frame in context.decode(av.Packet(OCTETS))])

    assert LAWS[law][1](OCTETS).tolist() == reference.tolist()


def test_encodes_as_libav_does_but_where_the_step_size_doubles(law: str) -> None:
    """libav picks the nearest output value; the Recommendation's decision values are lower at 7 magnitudes."""
    encode, decode, grid = LAWS[law]
    values = int16_ramp()[::grid].copy()
    context = av.CodecContext.create(f"pcm_{law}", "w")
    assert isinstance(context, av.AudioCodecContext)
    context.sample_rate, context.layout, context.format = 8000, "mono", "s16"
    context.time_base = Fraction(1, 8000)
    frame = av.AudioFrame.from_ndarray(values[np.newaxis], format="s16", layout="mono")
    frame.sample_rate = 8000

    reference = b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])
    differs = np.frombuffer(encode(values), np.uint8) != np.frombuffer(reference, np.uint8)

    assert differs.mean() < 0.01
    levels = np.unique(np.abs(decode(OCTETS)))
    ours, theirs = (np.searchsorted(levels, np.abs(decode(data))) for data in (encode(values), reference))
    assert set((ours - theirs)[differs].tolist()) == {1}


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="audioop left the standard library")
def test_encodes_every_value_of_the_recommendation_as_audioop_does(law: str) -> None:
    """All positive values, and all negative ones but A-law's own decision values, which audioop rounds inwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import audioop
    encode, _, grid = LAWS[law]
    values = int16_ramp()[::grid]
    reference = audioop.lin2ulaw if law == "mulaw" else audioop.lin2alaw

    differs = np.frombuffer(encode(values), np.uint8) != np.frombuffer(
        reference(values.tobytes(), 2), np.uint8
    )

    assert not differs[values >= 0].any()
    assert int(differs.sum()) == (0 if law == "mulaw" else 127)


def test_both_signs_are_the_same(law: str) -> None:
    encode, decode, _ = LAWS[law]
    values = int16_ramp()[32769:]

    assert decode(encode(-values)).tolist() == (-decode(encode(values))).tolist()


def test_the_error_is_within_half_a_step(law: str) -> None:
    encode, decode, _ = LAWS[law]
    values = int16_ramp().astype(int)

    error = np.abs(decode(encode(int16_ramp())).astype(int) - values)

    assert (error <= np.maximum(np.abs(values) / 16, 8) + 4)[np.abs(values) < 32_000].all()
