"""What a document becomes: stretches of speech and silences, in order. Imports engines, prosody and voices."""

from attrs import frozen

from voicekit._speak.prosody import Prosody
from voicekit._speak.voices import Chosen
from voicekit.engines import Phonemes

# Where a clause ends in the scripts that the engines read; here the engine pauses before it goes on.
CLAUSE_ENDS = frozenset(".?!:;,…\u2028\u2029。？！，、；：۔؟،؛।॥")


@frozen
class Run:
    """One stretch of speech in one voice and one manner. Marks, ``sub``, ``p`` and ``s`` do not end it.

    Attributes:
        text: What is said; U+2028 and U+2029 end sentences and paragraphs (see `Utterance`).
        voice: Who says it.
        prosody: How.
        marks: Names and the positions in the text that they stand in front of.
        phonemes: Pronunciations of parts of the text.
    """

    text: str
    voice: Chosen
    prosody: Prosody
    marks: tuple[tuple[str, int], ...] = ()
    phonemes: tuple[Phonemes, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether there is nothing to say in it."""
        return not self.text.strip()

    @property
    def ends_clause(self) -> bool:
        """Whether speech that follows directly comes after a pause."""
        last = self.text.rstrip(" \t\r\n")[-1:]
        return last in CLAUSE_ENDS and bool(last)


@frozen
class Silence:
    """An exact silence, in seconds. It takes the place of any pause around it."""

    seconds: float


Segment = Run | Silence
