"""The telephone network itself: what almost every switch and contact centre plays without converting."""

from voicekit.targets import Target

TARGET = Target(
    name="telephony",
    title="Telephony, G.711 µ-law",
    container="wav",
    codec="pcm_mulaw",
    sample_rate=8_000,
    extension=".wav",
    encoding="MULAW",
    source="ITU-T G.711; RFC 3551, section 4.5.14 (PCMU)",
)
