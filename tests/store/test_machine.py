"""Any order of keeping, obtaining, damaging, deleting, losing the share and opening anew: bad bytes are never served.

Two machines share a folder. The model remembers which bytes were ever kept under a key; whatever is served must be among
them, and what was neither damaged nor deleted must be served.
"""

import contextlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kit.records import keep, numbered, object_file, result_file, store
from voicekit._store import Kept, Miss, Record, Remote, Store
from voicekit._store.folder import Folder
from voicekit.errors import Unreachable

KEYS = [numbered(number)["key"] for number in range(3)]
SOUNDS = [b"sound one", b"sound two", b"another sound"]
MACHINES = st.sampled_from(["mine", "yours"])
PLACES = st.sampled_from(["mine", "yours", "share"])


class Switched:
    """The shared folder, behind a network that someone can cut."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.on = True

    def get(self, path: str, limit: int) -> bytes:
        self._reach()
        return self._folder.get(path, limit)

    def put(self, path: str, data: bytes) -> bool:
        self._reach()
        return self._folder.put(path, data)

    def names(self, folder: str) -> Iterable[str]:
        self._reach()
        return self._folder.names(folder)

    def _reach(self) -> None:
        if not self.on:
            raise Unreachable.of("the network is cut", remedy="mend it")


class Machines(RuleBasedStateMachine):
    """The stores, and what the world knows of them."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.root = Path(self._folder.name)
        (self.root / "share").mkdir()
        self.network = Switched(Folder(self.root / "share"))
        self.ever: dict[str, set[bytes]] = {key: set() for key in KEYS}
        # What must be served, by place and key, until something is done to it.
        self.sure: dict[tuple[str, str], bytes] = {}
        self.open("mine")
        self.open("yours")

    def teardown(self) -> None:
        self._folder.cleanup()

    @rule(machine=MACHINES)
    def open(self, machine: str) -> None:
        """Open a machine's store in a new process, as it were."""
        remote = Remote(self.network, failures=10**6)
        setattr(self, machine, store(self.root / machine, remote))

    def at(self, machine: str) -> Store:
        found = getattr(self, machine)
        assert isinstance(found, Store)
        return found

    @rule(machine=MACHINES, number=st.integers(0, 2), sound=st.sampled_from(SOUNDS))
    def keep(self, machine: str, number: int, sound: bytes) -> None:
        key = KEYS[number]
        self.ever[key].add(sound)
        record = keep(self.at(machine), sound, **numbered(number))
        assert (record.key, record.size) == (key, len(sound))
        self.sure[machine, key] = sound
        if self.network.on:
            self.sure["share", key] = sound

    @rule(machine=MACHINES, key=st.sampled_from(KEYS))
    def obtain(self, machine: str, key: str) -> None:
        here, there = self.sure.get((machine, key)), self.sure.get(("share", key))
        found = self.at(machine).obtain(key)
        if isinstance(found, Miss):
            assert here is None
            assert there is None or not self.network.on
            assert key not in self.at(machine).inventory()
            return
        assert found.data in self.ever[key]
        assert found.record.key == key
        if here is not None:
            assert found == Kept(found.record, here)
        self.sure[machine, key] = found.data

    @rule(machine=MACHINES, keys=st.sets(st.sampled_from(KEYS)))
    def ask_for_many(self, machine: str, keys: set[str]) -> None:
        found = self.at(machine).remote_has(keys)
        assert found <= keys
        if self.network.on:
            assert {key for key in keys if ("share", key) in self.sure} <= found
        else:
            assert found == frozenset()

    @rule()
    def cut_or_mend_the_network(self) -> None:
        self.network.on = not self.network.on

    # --- what happens to disks --------------------------------------------------------------------------

    @rule(place=PLACES, key=st.sampled_from(KEYS), position=st.integers(0, 8), cut=st.booleans())
    def damage_content(self, place: str, key: str, position: int, cut: bool) -> None:
        record = Store(self.root / place).find(key)
        if record is None:
            return
        path = object_file(self.root / place, record)
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(data[:position] if cut else data[:position] + b"\0" + data[position + 1 :])
        self.doubt(place, record.digest)

    @rule(place=PLACES, key=st.sampled_from(KEYS))
    def delete_content(self, place: str, key: str) -> None:
        record = Store(self.root / place).find(key)
        if record is not None:
            object_file(self.root / place, record).unlink()
            self.doubt(place, record.digest)

    @rule(place=PLACES, key=st.sampled_from(KEYS), position=st.integers(0, 2_000))
    def damage_record(self, place: str, key: str, position: int) -> None:
        path = result_file(self.root / place, key)
        with contextlib.suppress(FileNotFoundError):
            data = path.read_bytes()
            path.unlink()
            path.write_bytes(data[: position % len(data)] if data else b"{")
            self.sure.pop((place, key), None)

    @rule(place=PLACES, key=st.sampled_from(KEYS))
    def delete_record(self, place: str, key: str) -> None:
        result_file(self.root / place, key).unlink(missing_ok=True)
        self.sure.pop((place, key), None)

    @rule(machine=MACHINES, key=st.sampled_from(KEYS))
    def lose_the_index(self, machine: str, key: str) -> None:
        (self.root / machine / "index" / key[:2]).unlink(missing_ok=True)

    @rule(machine=MACHINES)
    def sweep(self, machine: str) -> None:
        assert self.at(machine).sweep() == 0

    def doubt(self, place: str, digest: str) -> None:
        """Nothing is sure any more that leads to this content, under whichever key."""
        for key in KEYS:
            record = Store(self.root / place).look(key)
            leads = result_file(self.root / place, key).exists()
            if leads and (isinstance(record, Miss) or record.digest == digest):
                self.sure.pop((place, key), None)

    # --- what always holds ------------------------------------------------------------------------------

    @invariant()
    def what_is_sure_is_served(self) -> None:
        for (place, key), sound in self.sure.items():
            one = Store(self.root / place)
            record = one.look(key)
            assert isinstance(record, Record)
            assert one.read(record) == sound

    @invariant()
    def nothing_is_listed_that_has_no_record_and_content(self) -> None:
        for machine in ("mine", "yours"):
            listed = Store(self.root / machine).inventory()
            assert {key for place, key in self.sure if place == machine} <= listed
            assert all(result_file(self.root / machine, key).exists() for key in listed)


TestMachines = Machines.TestCase
TestMachines.settings = settings(
    max_examples=settings().max_examples // 3, stateful_step_count=25, deadline=None
)
