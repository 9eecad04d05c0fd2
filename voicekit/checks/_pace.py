"""How long a prompt takes to say: an estimate, before anything is spoken. Imports _capabilities and the subjects."""

from voicekit import _capabilities as capabilities
from voicekit.checks._subjects import Document
from voicekit.checks._words import primary

# Characters that the embedded voice speaks in a second of prose (measured). It is rather quick: vendors' voices take longer.
PACE = {"en": 19, "es": 16, "fr": 21, "de": 18}
# Measured too, but for Japanese: a character is a mora or more there, and nobody says more than eight in a second.
_DENSE = {"zh": 4, "cmn": 4, "yue": 4, "ja": 8, "ko": 6}
_FASTEST = 21


def seconds(document: Document) -> float:
    """Estimate how long all of a prompt takes, in seconds, pauses included; of a language that is not known, the least."""
    row, language = document.row, primary(document.row.language)
    pace = PACE.get(language) or _DENSE.get(language, _FASTEST)
    times = [node.get("time") for node in document.elements if node.name == "break"]
    pauses = sum(capabilities.seconds(time) or 0.0 for time in times)
    return len(row.text) / pace / (row.ask.rate or 1) + pauses
