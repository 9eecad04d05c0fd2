"""Credentials in what a vendor says: found in any spelling, and blotted out. Imports model, errors.

Some vendors quote a key in their refusals, and a proxy may quote it anywhere. What is blotted out here is gone before anybody
decodes, cuts or shows an answer.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, Self
from urllib.parse import quote, quote_plus

from attrs import evolve, field, frozen

from voicekit.errors import VoicekitError
from voicekit.model import Reply

SHORTEST: Final = 4  # characters; anything shorter is no secret, and would be found in every word
LONG: Final = 16  # characters; anything shorter may be a word, and stand in a sound by chance

_SHOWN: Final = b"[credential]"
_ESCAPED: Final = re.compile(rb'\\(?:u00([0-7][0-9a-fA-F])|(["\\/]))')


@frozen
class Blots:
    """What nobody may see, in every spelling.

    Attributes:
        words: Spellings that count as they are: all secrets, and base64.
        small: Spellings in small letters, for any size of letters: long secrets as they are, in addresses and in JSON.
    """

    words: tuple[bytes, ...] = field(repr=False)
    small: tuple[bytes, ...] = field(repr=False)
    _long: tuple[bytes, ...] = field(repr=False)  # those of `words` that do not stand anywhere by chance

    @classmethod
    def of(cls, secrets: Iterable[str]) -> Self:
        """Make the blots for some secrets."""
        found = [secret for secret in secrets if len(secret) >= SHORTEST]
        long = [secret for secret in found if len(secret) >= LONG]
        exact = [secret.encode(errors="replace") for secret in found]
        base = [word for secret in long for word in _in_base64(secret.encode(errors="replace"))]
        small = [word.lower() for secret in long for word in _spellings(secret)]
        return cls((*exact, *base), tuple(small), tuple(base))

    def are_in(self, data: bytes) -> bool:
        """Say whether a long secret stands in some bytes, be they text, JSON or a sound."""
        if not self.small:
            return False
        return any(self._stand_in(text) for text in (data, _unescaped(data)))

    def _stand_in(self, data: bytes) -> bool:
        small = data.lower()
        return any(word in small for word in self.small) or any(word in data for word in self._long)

    def out_of(self, data: bytes) -> bytes:
        """Return some bytes with every spelling blotted out; nothing at all where one is hidden behind escapes."""
        if not (self.words or self.small):
            return data
        clean = self._pattern.sub(_SHOWN, data)
        return b"" if self.are_in(clean) else clean

    def out_of_reply(self, reply: Reply) -> Reply:
        """Return a reply without credentials in its type, its headers and, where it is no success, its body.

        A success is a sound, in which a short secret may stand by chance: ask `are_in` of it.
        """
        headers = tuple((name, self.out_of_text(value)) for name, value in reply.headers)
        body = reply.body if reply.status == 200 else self.out_of(reply.body)
        return Reply(reply.status, self.out_of_text(reply.content_type), body, headers)

    def out_of_error(self, error: VoicekitError) -> VoicekitError:
        """Return a new error of the same class, free of credentials and of everything that led to it."""
        problems = (
            evolve(found, message=self.out_of_text(found.message), where=self.out_of_text(found.where))
            for found in error.problems
        )
        return type(error)(tuple(problems))

    def out_of_text(self, text: str) -> str:
        """Return a text without credentials."""
        return self.out_of(text.encode(errors="replace")).decode(errors="replace")

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        """Every spelling in one pattern, the longest first: what is left of one that begins as another would show."""
        spelt = [re.escape(word) for word in self.words]
        spelt += [b"(?i:%b)" % re.escape(word) for word in self.small]
        spelt.sort(key=len, reverse=True)
        return re.compile(b"|".join(spelt))


def _spellings(secret: str) -> Iterator[bytes]:
    """Give a secret as it is, in addresses, and in JSON."""
    addresses = (quote(secret, safe="", errors="replace"), quote(secret, errors="replace"))
    for text in (secret, *addresses, quote_plus(secret, errors="replace"), json.dumps(secret)[1:-1]):
        yield text.encode(errors="replace")


def _in_base64(secret: bytes) -> Iterator[bytes]:
    """Give the letters that a secret alone decides, wherever it begins within three bytes, in both alphabets."""
    for shift in range(3):
        first, last = -(-shift * 8 // 6), (shift + len(secret)) * 8 // 6
        for write in (base64.b64encode, base64.urlsafe_b64encode):
            yield write(bytes(shift) + secret)[first:last]


def _unescaped(data: bytes) -> bytes:
    """Return what stands behind the escapes of JSON."""
    if b"\\" not in data:
        return data
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]) if found[1] else found[2], data)
