"""T17: a corrupt or poisoned store. Every damage that fits in a small entry is done to it, here and in the shared store.

The promise: bad bytes are served 0 times, each damage is told, and the next purchase mends it. A damage that changes
nothing that is meant, such as white space between the tokens of a record, may be served: the bytes are still the right ones.

A store that others write to may also hold what fits its digests and is no sound, or not the one that was asked for. It is looked
at as an answer of the vendor would be.
"""

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import frozen

import voicekit
from kit.projects import PROFILE, write
from kit.records import KEY, keep, object_file, result_file, store
from kit.sounds import noise
from kit.vendor import ENVIRON, Vendor, tone
from voicekit import _pipeline
from voicekit._sound import codecs
from voicekit._store import Kept, Miss, Remote, Store
from voicekit._store.folder import Folder
from voicekit.errors import HostError

Figure = Callable[..., None]
SOUND = bytes(range(48))
SAME_LENGTH = bytes(reversed(SOUND))


@frozen
class Damage:
    """Something that is done to one file of an entry."""

    name: str
    do: Callable[[Path], None]


def written(data: bytes) -> Callable[[Path], None]:
    def do(path: Path) -> None:
        path.unlink()
        path.write_bytes(data)

    return do


def folder_in_place(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "child").write_bytes(SOUND)


def pipe_in_place(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def linked(goal: bytes | None) -> Callable[[Path], None]:
    def do(path: Path) -> None:
        path.unlink()
        elsewhere = path.with_name("elsewhere")
        if goal is not None:
            elsewhere.write_bytes(goal)
        path.symlink_to(elsewhere)

    return do


def damages(whole: bytes) -> Iterator[Damage]:
    """List what can be done to a file with this content."""
    for position in range(len(whole)):
        flipped = bytearray(whole)
        flipped[position] ^= 1 << (position % 8)
        yield Damage(f"a flipped bit of byte {position}", written(bytes(flipped)))
        if position % 4 == 0:
            yield Damage(f"cut at {position}", written(whole[:position]))
    for name, data in {
        "one byte more": whole + b"\0",
        "twice": whole * 2,
        "other bytes": SAME_LENGTH,
        "zeros": bytes(len(whole)),
        "huge": bytes(2_000_000),
        "a page of a proxy": b"<!doctype html><title>Sign in</title>",
    }.items():
        yield Damage(name, written(data))
    yield Damage("a folder", folder_in_place)
    yield Damage("a pipe", pipe_in_place)
    yield Damage("a link to the right bytes", linked(whole))
    yield Damage("a link to other bytes", linked(SAME_LENGTH))
    yield Damage("a link to nothing", linked(None))
    yield Damage("nothing at all", Path.unlink)


@frozen
class Figures:
    """What became of the damages."""

    tried: int = 0
    served: int = 0
    untold: int = 0
    unmended: int = 0


def try_all(tmp_path: Path, file: Callable[[Path], Path], *, shared: bool) -> Figures:
    """Do every damage to one file of an entry, here or in the shared store, and look what a reader gets."""
    share = tmp_path / "share"
    place = share if shared else tmp_path / "here"
    share.mkdir()
    keep(store(place), SOUND)
    tried = served = untold = unmended = 0
    for tried, damage in enumerate(damages(file(place).read_bytes()), 1):
        here = tmp_path / f"here-{tried}" if shared else place
        damaged = file(place)
        damage.do(damaged)
        one = store(here, Remote(Folder(share)) if shared else None)
        found = one.obtain(KEY)
        served += isinstance(found, Kept) and found.data != SOUND
        if isinstance(found, Miss):
            untold += not (found.reason and (one.problems or not shared or damage.name == "nothing at all"))
        if damaged.is_dir():
            # A folder full of someone's files is not cleared away.
            shutil.rmtree(damaged)
        keep(one, SOUND)
        mended = Store(place).obtain(KEY)
        unmended += not (isinstance(mended, Kept) and mended.data == SOUND)
    return Figures(tried, served, untold, unmended)


FILES: dict[str, Callable[[Path], Path]] = {
    "content": lambda root: object_file(root, Store(root).find(KEY) or pytest.fail("no record")),
    "record": result_file,
}


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("shared", [False, True], ids=["here", "shared"])
def test_no_damage_is_served(
    what: str, shared: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # thousands of entries, and no power fails here
    figures = try_all(tmp_path, FILES[what], shared=shared)
    where = f"{what} {'in the shared store' if shared else 'here'}"
    assert figures.tried > 70
    figure(f"bad bytes served after {figures.tried} damages of the {where}", figures.served, goal=0)
    figure(f"damages of the {where} that are not told", figures.untold, goal=0)
    figure(f"damages of the {where} that the next purchase does not mend", figures.unmended, goal=0)


def test_what_is_damaged_here_is_fetched_again_from_the_shared_store(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    one = store(tmp_path / "here", Remote(Folder(tmp_path / "share")))
    record = keep(one, SOUND)
    for file in (object_file(tmp_path / "here", record), result_file(tmp_path / "here")):
        written(SAME_LENGTH)(file)
        assert one.obtain(KEY) == Kept(record, SOUND, fetched=True)
        assert Store(tmp_path / "here").obtain(KEY) == Kept(record, SOUND)
    held = list((tmp_path / "here" / "quarantine").iterdir())
    assert [file.read_bytes() for file in held] == [SAME_LENGTH]


# --- lies that fit their digests ------------------------------------------------------------------------


def mp3(seconds: float) -> bytes:
    return codecs.encode(noise(24_000, seconds, seed=1), "MP3", 24_000)


LIES: dict[str, tuple[bytes, dict[str, object]]] = {
    "a page of a proxy": (b"<!doctype html><title>Sign in</title>", {}),
    "nothing": (b"", {}),
    "half a sound": (tone("Hello.")[:-999], {}),
    "silence": (codecs.encode(noise(24_000, 1.0, level=0.0), "LINEAR16", 24_000), {}),
    "a sound far too long": (tone("Hello. " * 700), {}),
    "another encoding": (mp3(1.0), {}),
    "another encoding, and says so": (mp3(1.0), {"encoding": "MP3"}),
    "the right one as another encoding": (tone("Hello."), {"encoding": "PCM"}),
    "bare samples": (tone("Hello.")[44:], {"encoding": "PCM"}),
}


def test_no_lie_that_fits_its_digests_is_used(tmp_path: Path, figure: Figure) -> None:
    used = untold = unmended = 0
    for number, (name, (data, said)) in enumerate(LIES.items()):
        share, here, there = (tmp_path / f"{number}-{folder}" for folder in ("share", "here", "there"))
        share.mkdir()
        with Vendor() as vendor:
            text = {
                "voicekit.yaml": f"{vendor.project}store: {{url: '{share}'}}\n",
                "profiles/en.yaml": PROFILE,
            }
            for root in (here, there):
                write(root, {**text, "prompts.yaml": "prompts: [{id: a, text: Hello.}]\n"})
            (row,) = voicekit.plan(voicekit.load(here), via="vendor").requests
            made = {"source": row.source, "provider": row.provider, "request_key": row.request_key}
            keep(
                Store(share),
                data,
                row.key,
                **({"encoding": row.encoding, "sample_rate": 24_000} | made | said),
            )

            results = [
                _pipeline.build(voicekit.load(root), via="vendor", environ=ENVIRON) for root in (here, there)
            ]
            sounds = [(root / "build/phone/en-US/a.wav").read_bytes() for root in (here, there)]
            print(f"{name}: {results[0].warnings}")
            used += sounds[0] != tone("Hello.")
            untold += not results[0].warnings
            unmended += (
                sounds[1] != tone("Hello.") or results[1].fetched != 1 or vendor.count() != {"Hello.": 1}
            )
    figure(f"sounds used of {len(LIES)} that fit their digests and not what was asked for", used, goal=0)
    figure("of them not told", untold, goal=0)
    figure("of them not mended by what was bought instead", unmended, goal=0)


# --- a disk that refuses --------------------------------------------------------------------------------


def failing(real: Callable[..., int], number: int, allowed: int) -> Callable[..., int]:
    """Return a call that works so many times and then never again."""
    left = allowed

    def call(*args: object, **options: object) -> int:
        nonlocal left
        if left == 0:
            raise OSError(number, os.strerror(number))
        left -= 1
        return real(*args, **options)

    return call


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("call", ["write", "fsync", "rename", "mkdir", "open"])
def test_a_disk_that_refuses_at_any_call_serves_nothing_bad_and_keeps_what_was_kept(
    number: int, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = refused = 0
    for allowed in range(40):
        root = tmp_path / str(allowed)
        before = keep(store(root), b"before")
        with monkeypatch.context() as patched:
            patched.setattr(os, call, failing(getattr(os, call), number, allowed))
            try:
                keep(store(root), SOUND)
            except HostError as error:
                refused += 1
                assert error.exit_code == 7
                assert error.problems[0].remedy
            else:
                if refused:
                    break
        tried += 1
        found = Store(root).obtain(KEY)
        assert isinstance(found, Kept)
        assert found.data in {b"before", SOUND}
        assert found.record == before or found.data == SOUND
        assert keep(store(root), SOUND) == store(root).find(KEY)
    print(f"T17 {call} fails with {errno.errorcode[number]}: {tried} places, 0 bad")
    assert refused > 0


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
def test_what_may_not_be_read_is_an_error_that_buying_again_would_not_mend(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store(tmp_path), SOUND)
    monkeypatch.setattr(os, "open", failing(os.open, number, 0))
    with pytest.raises(HostError) as caught:
        store(tmp_path).obtain(KEY)
    assert caught.value.problems[0].remedy


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root; errors are injected above")
def test_no_permission(tmp_path: Path) -> None:
    record = keep(store(tmp_path), SOUND)
    path = object_file(tmp_path, record)
    path.chmod(0)
    with pytest.raises(HostError, match="Permission denied"):
        store(tmp_path).obtain(KEY)
    path.chmod(stat.S_IRUSR)
    assert store(tmp_path).obtain(KEY) == Kept(record, SOUND)


def test_a_store_on_a_read_only_disk_serves_what_is_whole_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = keep(store(tmp_path), SOUND)
    for call in ("write", "rename", "mkdir", "unlink"):
        monkeypatch.setattr(os, call, failing(getattr(os, call), errno.EROFS, 0))
    one = store(tmp_path)
    assert one.obtain(KEY) == Kept(record, SOUND)
    assert one.inventory() == {KEY}
    object_file(tmp_path, record).chmod(0o644)
    object_file(tmp_path, record).write_bytes(SAME_LENGTH)
    assert isinstance(one.obtain(KEY), Miss)
    assert isinstance(one.obtain(KEY), Miss)
