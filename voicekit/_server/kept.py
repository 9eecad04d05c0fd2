"""The sounds that a link may ask for, in memory, under their digest. Imports _wire and _limits."""

from collections import OrderedDict

from attrs import field, frozen

from voicekit import _limits as limits
from voicekit import _wire

MOST_BYTES = 256_000_000  # of all of them together


@frozen
class KeptSound:
    """Bytes with their media type."""

    data: bytes = field(repr=False)
    content_type: str


class KeptSounds:
    """The sounds last linked to. The one that was asked for least recently makes room."""

    def __init__(self, most: int = limits.KEPT_LINKS, most_bytes: int = MOST_BYTES) -> None:
        self._sounds: OrderedDict[str, KeptSound] = OrderedDict()
        self._most, self._most_bytes, self._bytes = most, most_bytes, 0

    def keep(self, data: bytes, extension: str, content_type: str) -> str:
        """Keep a sound and return its file name, ``<sha256><extension>``."""
        name = _wire.digest(data) + extension
        if self.get(name) is None:
            self._sounds[name] = KeptSound(data, content_type)
            self._bytes += len(data)
        while len(self._sounds) > 1 and (len(self._sounds) > self._most or self._bytes > self._most_bytes):
            _, oldest = self._sounds.popitem(last=False)
            self._bytes -= len(oldest.data)
        return name

    def get(self, name: str) -> KeptSound | None:
        """Return a sound by its file name, and count it as asked for."""
        found = self._sounds.get(name)
        if found is not None:
            self._sounds.move_to_end(name)
        return found

    def __len__(self) -> int:
        return len(self._sounds)
