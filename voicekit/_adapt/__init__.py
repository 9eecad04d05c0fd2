"""The adapt stage: Speech and settings → the Asks that say it. Imports ssml and model; no other stage."""

from voicekit import ssml
from voicekit.model import Ask, Settings, Speech


def asks(speech: Speech, settings: Settings) -> tuple[Ask, ...]:
    """Return the requests that say a speech, one for each piece, in order.

    Args:
        speech: What is said.
        settings: How; `language`, `voice` and `encoding` are stated.
    """
    assert settings.language is not None
    assert settings.voice is not None
    assert settings.encoding is not None
    return (
        Ask(
            text=speech.content if isinstance(speech.content, str) else None,
            ssml=None if isinstance(speech.content, str) else ssml.serialise(speech.content),
            language=settings.language,
            voice=settings.voice,
            encoding=settings.encoding,
            pitch=settings.pitch,
            rate=settings.rate,
            gain=settings.gain,
            effects=settings.effects,
            sample_rate=settings.sample_rate,
            options=settings.options,
        ),
    )
