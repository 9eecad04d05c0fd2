"""The keep stage's records: each pack's `manifest.json`, and a journal of files that are ours. Imports _files and _wire.

A file that an earlier build did not write is never overwritten and never removed. What is ours stands in the manifest
or, until one names it as it is, in the pack's journal, which is written before the file is.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain, count, zip_longest
from pathlib import Path

from voicekit import _files, _wire
from voicekit import _limits as limits
from voicekit.errors import ConfigError, HostError, Place, SoundError
from voicekit.model import Artefact, Outcome

SCHEMA = "voicekit.manifest/1"
RESULTS_SCHEMA = "voicekit.results/1"
RESULTS = "build/results.json"
MANIFEST = "manifest.json"
JOURNALS = ".voicekit/journal"
_PART = 8_000_000  # bytes of a file that are read at once


class _Journal:
    """The files of a pack that were written since its manifest was, each with every digest that it may have.

    Attributes:
        begun: Whether there is one on the disk.
        digests: SHA-256 by file.
    """

    def __init__(self, root: Path, pack: str) -> None:
        self._root, self._path = root, f"{JOURNALS}/{pack}.jsonl"
        self.digests: dict[str, tuple[str, ...]] = {}
        path = root / self._path
        self.begun = path.is_file()
        for line in _files.read(path, limits.PROMPT_LIST_BYTES * 4).splitlines() if self.begun else ():
            with contextlib.suppress(ValueError, TypeError):  # the line that a kill cut short
                file, digest = _wire.parse(line)
                if isinstance(file, str) and isinstance(digest, str):
                    self._note(file, digest)

    def _note(self, file: str, digest: str) -> None:
        self.digests[file] = (*self.digests.get(file, ()), digest)

    def add(self, files: Sequence[tuple[str, str]]) -> None:
        """Note durably that files are about to be written, with their digests.

        Raises:
            HostError: The disk refuses.
        """
        # The first line end parts it from a line that was cut short, the last one from what may come to stand behind it.
        _files.append(self._root, self._path, b"\n" + _lines(files))
        _files.sync(self._root, self._path)
        self.begun = True
        for file, digest in files:
            self._note(file, digest)

    def keep(self, files: Iterable[str]) -> None:
        """Forget what it says of all other files: the manifest says it.

        Raises:
            HostError: The disk refuses.
        """
        self.digests = {file: self.digests[file] for file in files}
        self.begun = bool(self.digests)
        if self.begun:
            lines = _lines((file, digest) for file, known in self.digests.items() for digest in known)
            _files.write(self._root, self._path, lines)
        else:
            _files.remove(self._root, self._path)


def _lines(files: Iterable[tuple[str, str]]) -> bytes:
    return b"".join(_wire.compact(one) + b"\n" for one in files)


class Shelf:
    """The folder `build/<pack>` of one project and what we know to be ours in it."""

    def __init__(self, root: Path, build: str, pack: str) -> None:
        self.pack = pack
        self._root = root
        self._folder = f"{build}/{pack}"
        self.artefacts: dict[tuple[str, str], Artefact] = {(row.id, row.profile): row for row in self._read()}
        self._ours = {file: digest for row in self.artefacts.values() for file, digest in _digests(row)}
        self._journal = _Journal(root, pack)

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

    def whole(self, artefact: Artefact, *, verify: bool = False) -> bool:
        """Whether an artefact's file is there with the size that was written, or to `verify` with every byte; its captions too.

        What a build was about to write that was killed may hold either content, and is always read.
        """
        found = _files.look(self._root, f"{self._folder}/{artefact.file}")
        if found is None or found.st_size != artefact.size:
            return False
        return all(
            self._digest(file) == digest
            if verify or file in self._journal.digests
            else _files.look(self._root, f"{self._folder}/{file}") is not None
            for file, digest in _digests(artefact)
        )

    def refuse_foreign(self, file: str) -> None:
        """Refuse a place where something stands that we did not write, before anything is paid for that belongs there.

        Args:
            file: Relative to the pack's folder.

        Raises:
            SoundError: A file that we did not write stands there.
            HostError: The disk refuses.
        """
        if not self._known(file) and _files.look(self._root, f"{self._folder}/{file}") is not None:
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
        if not self._known(file) and self._digest(file) == digest:  # as when a manifest was lost
            self._ours[file] = digest
            return
        self.refuse_foreign(file)
        self._journal.add([(file, digest)])
        _files.write(self._root, f"{self._folder}/{file}", data)
        self._journal.digests[file] = (digest,)  # it holds no other any more

    def _known(self, file: str) -> bool:
        return file in self._ours or file in self._journal.digests

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
        ours = {self._ours.get(file), *self._journal.digests.get(file, ())} - {None, ""}
        return nothing or self._digest(file) in ours

    def remove(self, file: str) -> bool:
        """Remove a file that we wrote, if it still is what we wrote; what stays is not ours any more. Returns whether it is gone.

        Raises:
            HostError: The disk refuses.
        """
        ours = self.is_ours(file)
        if ours:
            _files.remove(self._root, f"{self._folder}/{file}")
        self._ours.pop(file, None)
        self._journal.digests.pop(file, None)
        return ours

    def strays(self, artefacts: Iterable[Artefact]) -> set[str]:
        """Return the files that a build wrote and that neither the manifest names nor one of these rows, as when it was killed."""
        named = {file for row in artefacts for file, _ in _digests(row)}
        files = self._journal.digests.keys() - self._ours.keys() - named
        return {file for file in files if _files.look(self._root, f"{self._folder}/{file}") is not None}

    def save(self, artefacts: Iterable[Artefact]) -> None:
        """Write the manifest, and end the journal but for files of ours that the manifest does not name as they are.

        A pack without files has no manifest. Captions of files that are gone, or that have none any more, are removed.

        Args:
            artefacts: A row for each file of the pack, also of those that an earlier build wrote.

        Raises:
            HostError: The disk refuses.
        """
        rows = {(row.id, row.profile): row for row in artefacts}
        if rows == self.artefacts and not self._journal.begun:
            return
        named = dict(chain.from_iterable(map(_digests, rows.values())))
        for name in {name for row in self.artefacts.values() for name in row.captions} - named.keys():
            self.remove(name)
        dropped = [(file, self._ours[file]) for file in self._ours if file not in named]
        if dropped:
            self._journal.add(dropped)
        if rows != self.artefacts:
            self._write_manifest(rows.values())
        self.artefacts, self._ours = rows, named
        self._journal.keep(filter(self._is_owed, self._journal.digests))

    def _write_manifest(self, artefacts: Iterable[Artefact]) -> None:
        path = f"{self._folder}/{MANIFEST}"
        rows = [_wire.to_plain(row) for row in sorted(artefacts, key=lambda row: (row.file, row.profile))]
        if rows:
            data = _wire.pretty({"schema": SCHEMA, "prompts": rows})
            _files.write(self._root, path, data.encode())
        else:
            _files.remove(self._root, path)

    def _is_owed(self, file: str) -> bool:
        """Whether only the journal knows what stands there to be ours: it is in no row, or was written after its row."""
        digests, named = self._journal.digests[file], self._ours.get(file)
        return digests != (named,) and self._digest(file) in {*digests} - {named}


def _digests(row: Artefact) -> Iterator[tuple[str, str]]:
    """Return each file of a row with its digest: the sound and its captions."""
    yield row.file, row.digest
    yield from zip_longest(row.captions, row.caption_digests[: len(row.captions)], fillvalue="")


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
    """Name the packs that have a manifest here, or that a killed build began."""
    begun = {path.stem for path in (root / JOURNALS).glob("*.jsonl")}
    return sorted(begun | {path.parent.name for path in (root / build).glob(f"*/{MANIFEST}")})
