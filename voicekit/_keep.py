"""The keep stage's records: each pack's `manifest.json`, and a journal of files that are ours. Imports _files and _wire.

A file that an earlier build did not write is never overwritten and never removed. What is ours stands in the manifest
or, while a build runs, in its journal, which is written before the file is.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import count, zip_longest
from pathlib import Path
from typing import Any

from voicekit import _files, _wire
from voicekit import _limits as limits
from voicekit.errors import ConfigError, HostError, Place, SoundError
from voicekit.model import Artefact, Outcome

SCHEMA = "voicekit.manifest/1"
RESULTS_SCHEMA = "voicekit.results/1"
RESULTS = "build/results.json"
MANIFEST = "manifest.json"
_JOURNAL = ".voicekit/journal"
_PART = 8_000_000  # bytes of a file that are read at once


class Shelf:
    """The folder `build/<pack>` of one project and what we know to be ours in it."""

    def __init__(self, root: Path, build: str, pack: str) -> None:
        self.pack = pack
        self._root = root
        self._folder = f"{build}/{pack}"
        self.artefacts: dict[tuple[str, str], Artefact] = {(row.id, row.profile): row for row in self._read()}
        self._ours = {file: digest for row in self.artefacts.values() for file, digest in _digests(row)}
        self._journal = f"{_JOURNAL}/{pack}.jsonl"
        self._ours.update(self._read_journal())

    def _read(self) -> Iterable[Artefact]:
        path = self._root / self._folder / MANIFEST
        if not path.is_file():
            return []
        try:
            data = _wire.parse(_files.read(path, limits.PROMPT_LIST_BYTES * 4))
        except ValueError as error:
            raise ConfigError.of(
                f"{error}", place=Place(str(path)), remedy="delete it; the next build writes it again"
            ) from None
        rows = data.get("prompts") if isinstance(data, dict) else None
        if not isinstance(rows, list) or data.get("schema") != SCHEMA:
            remedy = "delete it, or use the newer voicekit that wrote it"
            raise ConfigError.of(f"is not {SCHEMA}", place=Place(str(path)), remedy=remedy)
        return [_wire.from_plain(row, Artefact, path=str(path)) for row in rows]

    def _read_journal(self) -> Mapping[str, str]:
        path = self._root / self._journal
        if not path.is_file():
            return {}
        found = {}
        for line in _files.read(path, limits.PROMPT_LIST_BYTES * 4).splitlines():
            try:
                file, digest = _wire.parse(line)
                found[file] = digest
            except (ValueError, TypeError):
                continue  # the line that a kill cut short
        return found

    def whole(self, artefact: Artefact, *, verify: bool = False) -> bool:
        """Whether an artefact's file is there with the size that was written, or to `verify` with every byte; its captions too."""
        found = _files.look(self._root, f"{self._folder}/{artefact.file}")
        if found is None or found.st_size != artefact.size:
            return False
        if verify:
            return all(self._digest(file) == digest for file, digest in _digests(artefact))
        captions = (_files.look(self._root, f"{self._folder}/{file}") for file in artefact.captions)
        return all(caption is not None for caption in captions)

    def refuse_foreign(self, file: str) -> None:
        """Refuse a place where something stands that we did not write, before anything is paid for that belongs there.

        Args:
            file: Relative to the pack's folder.

        Raises:
            SoundError: A file that we did not write stands there.
            HostError: The disk refuses.
        """
        if file not in self._ours and _files.look(self._root, f"{self._folder}/{file}") is not None:
            raise SoundError.of(
                "a file that voicekit did not write stands here",
                place=Place(str(self._root / self._folder / file)),
                remedy="move it away, or rename the prompt",
            )

    def write(self, file: str, data: bytes) -> None:
        """Write a file of the pack.

        Args:
            file: Relative to the pack's folder.
            data: Its whole content.

        Raises:
            SoundError: A file that we did not write stands there, and holds something else.
            HostError: The disk refuses.
        """
        digest = _wire.digest(data)
        if file not in self._ours and self._digest(file) == digest:  # as when a manifest was lost
            self._ours[file] = digest
            return
        self.refuse_foreign(file)
        # The first line end parts it from a line that was cut short, the last one from what may come to stand behind it.
        _files.append(self._root, self._journal, b"\n" + _wire.compact([file, digest]) + b"\n")
        _files.sync(self._root, self._journal)
        self._ours[file] = digest
        _files.write(self._root, f"{self._folder}/{file}", data)

    def _digest(self, file: str) -> str | None:
        """Return the SHA-256 of what stands there; None where it is no plain file or cannot be read."""
        hashed = sha256()
        try:
            for start in count(0, _PART):
                part = _files.read_from(self._root, f"{self._folder}/{file}", start, _PART)
                hashed.update(part)
                if len(part) < _PART:
                    break
        except (ConfigError, HostError):
            return None
        return hashed.hexdigest()

    def is_ours(self, file: str) -> bool:
        """Whether nothing stands there but what we wrote; what cannot be read is not known to be that."""
        try:
            nothing = _files.look(self._root, f"{self._folder}/{file}") is None
        except (ConfigError, HostError):
            return False
        return nothing or self._digest(file) == self._ours.get(file, "")

    def remove(self, file: str) -> bool:
        """Remove a file that we wrote, if it still is what we wrote. Returns whether it is gone."""
        ours = self.is_ours(file)
        if ours:
            _files.remove(self._root, f"{self._folder}/{file}")
        return ours

    def save(self, artefacts: Iterable[Artefact]) -> None:
        """Write the manifest and end the journal; a pack without files has no manifest.

        Captions of files that are gone, or that have none any more, are removed.
        """
        rows = sorted(artefacts, key=lambda row: (row.file, row.profile))
        captions = {name for row in rows for name in row.captions}
        for name in {name for row in self.artefacts.values() for name in row.captions} - captions:
            self.remove(name)
        path = f"{self._folder}/{MANIFEST}"
        if rows:
            data = _wire.pretty({"schema": SCHEMA, "prompts": [_plain(row) for row in rows]}).encode()
            whole = self._root / path
            if not whole.is_file() or whole.read_bytes() != data:
                _files.write(self._root, path, data)
        else:
            _files.remove(self._root, path)
        _files.remove(self._root, self._journal)


def _digests(row: Artefact) -> Iterator[tuple[str, str]]:
    """Return each file of a row with its digest: the sound and its captions."""
    yield row.file, row.digest
    yield from zip_longest(row.captions, row.caption_digests[: len(row.captions)], fillvalue="")


def _plain(row: Artefact) -> dict[str, Any]:
    plain: dict[str, Any] = _wire.to_plain(row)
    return plain


def write_results(root: Path, outcomes: Iterable[Outcome]) -> None:
    """Write what became of each prompt of a build, as `build/results.json`.

    Raises:
        HostError: The disk refuses.
    """
    rows = [_wire.to_plain(outcome) for outcome in outcomes]
    _files.write(root, RESULTS, _wire.pretty({"schema": RESULTS_SCHEMA, "results": rows}).encode())


def read_results(root: Path) -> list[Outcome]:
    """Return what became of each prompt in the last build; nothing where there was none.

    Raises:
        ConfigError: The file is damaged, or of another version.
    """
    path = root / RESULTS
    if not path.is_file():
        return []
    try:
        data = _wire.parse(_files.read(path, limits.PROMPT_LIST_BYTES * 4))
    except ValueError:
        data = None
    rows = data.get("results") if isinstance(data, dict) and data.get("schema") == RESULTS_SCHEMA else None
    if not isinstance(rows, list):
        remedy = "delete it; the next build writes it again"
        raise ConfigError.of(f"is not {RESULTS_SCHEMA}", place=Place(RESULTS), remedy=remedy)
    return [_wire.from_plain(row, Outcome, path=RESULTS) for row in rows]


def packs_built(root: Path, build: str) -> list[str]:
    """Name the packs that have a manifest here."""
    return sorted(path.parent.name for path in (root / build).glob(f"*/{MANIFEST}"))
