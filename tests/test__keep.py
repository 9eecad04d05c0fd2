import contextlib
import errno
import os
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from voicekit import _wire
from voicekit._keep import Shelf, packs_built
from voicekit.errors import ConfigError, HostError, SoundError
from voicekit.model import Artefact

ROW = Artefact(
    "a", "en-US", "en", "en-US/a.wav", "k", "A.", 1.0, 8_000, "MULAW", None, "google", "embedded", "embedded/x@1", 2,
    digest=_wire.digest(b"sound"), size=5,
)  # fmt: skip


def shelf(root: Path) -> Shelf:
    return Shelf(root, "build", "phone")


def stop_renames(patched: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let no file come to stand under its name: what writes one has to bear with this error."""

    def stop(*_: object, **__: object) -> None:
        raise error

    patched.setattr(os, "rename", stop)


def test_a_manifest_is_read_back(tmp_path: Path) -> None:
    first = shelf(tmp_path)
    first.write(ROW.file, b"sound")
    first.save([ROW])
    again = shelf(tmp_path)

    assert again.artefacts == {("a", "en"): ROW}
    assert again.whole(ROW)
    assert packs_built(tmp_path, "build") == ["phone"]
    data = _wire.parse((tmp_path / "build/phone/manifest.json").read_bytes())
    assert data["schema"] == "voicekit.manifest/1"
    assert {"id", "locale", "profile", "file", "key", "text", "duration", "sample_rate", "encoding", "loudness", "provider", "endpoint", "source", "characters_billed"} <= set(data["prompts"][0])  # fmt: skip


def test_a_manifest_without_changes_is_not_written_again(tmp_path: Path) -> None:
    first = shelf(tmp_path)
    first.write(ROW.file, b"sound")
    first.save([ROW])
    before = (tmp_path / "build/phone/manifest.json").stat()
    shelf(tmp_path).save([ROW])

    assert (tmp_path / "build/phone/manifest.json").stat() == before


@pytest.mark.parametrize("change", [b"soun", b"sounds", None])
def test_a_file_that_was_changed_is_not_whole(tmp_path: Path, change: bytes | None) -> None:
    made = shelf(tmp_path)
    made.write(ROW.file, b"sound")
    path = tmp_path / "build/phone" / ROW.file
    path.unlink() if change is None else path.write_bytes(change)

    assert not made.whole(ROW)


@pytest.mark.parametrize("what", ["file", "folder", "link", "dangling"])
def test_what_voicekit_did_not_write_is_never_overwritten(tmp_path: Path, what: str) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    path = tmp_path / "build/phone" / ROW.file
    path.parent.mkdir(parents=True)
    if what == "file":
        path.write_bytes(b"mine")
    elif what == "folder":
        path.mkdir()
    else:
        path.symlink_to(outside if what == "link" else tmp_path / "nowhere")

    with pytest.raises(SoundError, match="did not write"):
        shelf(tmp_path).write(ROW.file, b"sound")
    assert outside.read_bytes() == b"mine"
    assert not (tmp_path / "nowhere").exists()


def test_a_file_of_the_same_bytes_is_adopted(tmp_path: Path) -> None:
    path = tmp_path / "build/phone" / ROW.file
    path.parent.mkdir(parents=True)
    path.write_bytes(b"sound")
    made = shelf(tmp_path)
    made.write(ROW.file, b"sound")

    assert made.remove(ROW.file)
    assert not path.exists()


def test_a_killed_run_knows_its_files_by_the_journal(tmp_path: Path) -> None:
    shelf(tmp_path).write(ROW.file, b"half of a build")
    again = shelf(tmp_path)
    again.write(ROW.file, b"sound")

    assert (tmp_path / "build/phone" / ROW.file).read_bytes() == b"sound"


@pytest.mark.parametrize(
    "tail",
    [
        b'["en-US/b.wav", "12',
        b"\xff\n",
        b"3\n",
        b"[[1], 2]\n",
        b"[1]\n",
        b'[1, "a"]\n',
        b'["en-US/a.wav", 1]\n',
        b"{}\n",
    ],
)
def test_a_journal_that_was_cut_short_is_read_as_far_as_it_goes(tmp_path: Path, tail: bytes) -> None:
    shelf(tmp_path).write(ROW.file, b"sound")
    journal = tmp_path / ".voicekit/journal/phone.jsonl"
    journal.write_bytes(journal.read_bytes() + tail)

    assert shelf(tmp_path).remove(ROW.file)


@pytest.mark.parametrize("file", [ROW.file, "en-US/a.vtt"])
@pytest.mark.parametrize("when", ["before the file", "after the file"])
def test_what_a_killed_run_may_have_changed_is_read(
    tmp_path: Path, file: str, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sizes say nothing: other digits, another gain and other effects are as long. Both contents are ours."""
    row = evolve(ROW, captions=("en-US/a.vtt",), caption_digests=(_wire.digest(b"sound"),))
    first = shelf(tmp_path)
    first.write(ROW.file, b"sound")
    first.write("en-US/a.vtt", b"sound")
    first.save([row])
    killed = shelf(tmp_path)
    with monkeypatch.context() as patched:
        if when == "before the file":
            stop_renames(patched, KeyboardInterrupt())
        with contextlib.suppress(KeyboardInterrupt):
            killed.write(file, b"other")
    again = shelf(tmp_path)

    assert again.whole(row) == (when == "before the file")
    assert again.is_ours(file)
    (tmp_path / "build/phone" / file).write_bytes(b"their")
    assert not again.is_ours(file)


def test_a_file_of_ours_that_no_row_names_stays_ours(tmp_path: Path) -> None:
    """Its writing was cut off, or the captions beside it failed, or its prompt has another profile now."""
    before = shelf(tmp_path)
    before.write("b.wav", b"sound")
    before.write("c.wav", b"sound")
    before.save([evolve(ROW, id="b", file="b.wav"), evolve(ROW, id="c", file="c.wav")])
    made = shelf(tmp_path)
    made.write(ROW.file, b"sound")
    made.write("b.wav", b"other")
    made.write("d.wav", b"sound")
    made.save([ROW, evolve(ROW, id="b", file="b.wav")])
    again = shelf(tmp_path)

    assert again.whole(ROW)
    assert not again.whole(evolve(ROW, file="b.wav"))
    assert again.strays([]) == {"c.wav", "d.wav"}
    assert again.strays([evolve(ROW, file="d.wav")]) == {"c.wav"}
    for name in ("b.wav", "c.wav", "d.wav"):
        assert again.is_ours(name)
        again.refuse_foreign(name)


def test_a_change_that_a_second_kill_kept_from_being_taken_back_is_not_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shelf(tmp_path)
    before.write(ROW.file, b"sound")
    before.save([ROW])
    shelf(tmp_path).write(ROW.file, b"other")
    with monkeypatch.context() as patched:
        stop_renames(patched, KeyboardInterrupt())
        with contextlib.suppress(KeyboardInterrupt):
            shelf(tmp_path).write(ROW.file, b"sound")
    shelf(tmp_path).save([ROW])  # a build of other prompts

    assert not shelf(tmp_path).whole(ROW)
    again = shelf(tmp_path)
    again.write(ROW.file, b"sound")
    again.save([ROW])
    assert shelf(tmp_path).whole(ROW)
    assert not (tmp_path / ".voicekit/journal").exists()


@pytest.mark.parametrize("there", [b"sound", b"their", None])
def test_what_was_given_up_is_not_ours_any_more(tmp_path: Path, there: bytes | None) -> None:
    before = shelf(tmp_path)
    before.write(ROW.file, b"sound")
    before.save([ROW])
    shelf(tmp_path).write("b.wav", b"sound")
    path = tmp_path / "build/phone/b.wav"
    path.unlink() if there is None else path.write_bytes(there)
    made = shelf(tmp_path)

    assert made.strays([ROW]) == ({"b.wav"} if there else set())
    assert made.remove("b.wav") == (there != b"their")
    made.save([ROW])
    assert not (tmp_path / ".voicekit/journal").exists()
    path.write_bytes(b"their")
    with pytest.raises(SoundError, match="did not write"):
        shelf(tmp_path).refuse_foreign("b.wav")


def test_a_file_that_was_not_written_in_the_end_leaves_no_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = shelf(tmp_path)
    made.write(ROW.file, b"sound")
    made.save([ROW])
    with monkeypatch.context() as patched:
        stop_renames(patched, OSError(errno.ENOSPC, "full"))
        for name in (ROW.file, "b.wav"):
            with pytest.raises(HostError):
                made.write(name, b"other")
    made.save([ROW])

    assert not (tmp_path / ".voicekit/journal").exists()
    assert shelf(tmp_path).whole(ROW)


def test_only_what_is_still_ours_is_removed(tmp_path: Path) -> None:
    made = shelf(tmp_path)
    made.write(ROW.file, b"sound")
    path = tmp_path / "build/phone" / ROW.file
    path.write_bytes(b"edited")

    assert not made.remove(ROW.file)
    assert path.read_bytes() == b"edited"
    path.unlink()
    assert made.remove(ROW.file)


@pytest.mark.parametrize("parts", [8_000_000, 2, 5, 6])
def test_a_file_is_known_by_all_its_bytes(
    tmp_path: Path, parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicekit._keep._PART", parts)
    made = shelf(tmp_path)
    made.write(ROW.file, b"sound")
    made.save([ROW])
    path = tmp_path / "build/phone" / ROW.file

    assert made.whole(ROW, verify=True)
    assert made.is_ours(ROW.file)
    path.write_bytes(b"sounD")
    assert made.whole(ROW)
    assert not made.whole(ROW, verify=True)
    assert not made.is_ours(ROW.file)


def test_captions_are_verified_too(tmp_path: Path) -> None:
    row = evolve(ROW, captions=("en-US/a.vtt",), caption_digests=(_wire.digest(b"words"),))
    made = shelf(tmp_path)
    made.write(ROW.file, b"sound")
    made.write("en-US/a.vtt", b"words")
    made.save([row])

    assert made.whole(row, verify=True)
    assert not made.whole(evolve(row, caption_digests=()), verify=True)
    (tmp_path / "build/phone/en-US/a.vtt").write_bytes(b"wordS")
    assert made.whole(row)
    assert not made.whole(row, verify=True)


@pytest.mark.parametrize("what", ["unreadable", "folder", "link", "dangling", "pipe"])
def test_what_cannot_be_read_is_not_ours(tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fails one prompt, or stays: a build goes on."""
    before = shelf(tmp_path)
    before.write("ours.wav", b"sound")
    place = tmp_path / "build/phone"
    for path in (place / "ours.wav", place / "new.wav"):
        path.unlink(missing_ok=True)
        if what == "folder":
            path.mkdir()
        elif what == "pipe":
            os.mkfifo(path)
        elif what == "unreadable":
            path.write_bytes(b"sound")
        else:
            path.symlink_to(tmp_path / ("nowhere" if what == "dangling" else "outside"))
    (tmp_path / "outside").write_bytes(b"sound")
    if what == "unreadable":  # also to root
        real = os.open

        def refuse(name: str, *args: Any, **how: Any) -> int:
            if str(name).endswith(".wav"):
                raise PermissionError(errno.EACCES, "not yours")
            return real(name, *args, **how)

        monkeypatch.setattr(os, "open", refuse)
    made = shelf(tmp_path)

    assert not made.whole(evolve(ROW, file="ours.wav"), verify=True)
    assert not made.is_ours("ours.wav")
    assert not made.remove("ours.wav")
    assert os.path.lexists(place / "ours.wav")
    with pytest.raises(SoundError, match="did not write"):
        made.write("new.wav", b"sound")


def test_a_pack_without_files_has_no_manifest(tmp_path: Path) -> None:
    made = shelf(tmp_path)
    made.write(ROW.file, b"sound")
    made.save([ROW])
    made.remove(ROW.file)
    made.save([])

    assert not (tmp_path / "build").exists()
    assert not (tmp_path / ".voicekit/journal/phone.jsonl").exists()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", '{"schema": "voicekit.manifest/9", "prompts": []}', '{"schema": "voicekit.manifest/1"}',
     '{"schema": "voicekit.manifest/1", "prompts": {}}', '{"schema": "voicekit.manifest/1", "prompts": [{}]}', '{"schema": "voicekit.manifest/1", "prompts": [3]}'],
)  # fmt: skip
def test_a_manifest_that_is_none_is_an_error_with_a_remedy(tmp_path: Path, text: str) -> None:
    path = tmp_path / "build/phone/manifest.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)

    with pytest.raises(ConfigError) as caught:
        shelf(tmp_path)
    (problem,) = caught.value.problems
    assert problem.place is not None
    assert problem.place.path == str(path)
    assert "delete" in problem.remedy


@pytest.mark.parametrize("file", ["../outside", "/etc/passwd", "a/../../../outside", "."])
def test_a_hostile_manifest_leads_nowhere(tmp_path: Path, file: str) -> None:
    (tmp_path / "outside").write_bytes(b"sound")
    made = shelf(tmp_path)
    made.save([evolve(ROW, file=file)])
    again = shelf(tmp_path)

    for act in (lambda: again.remove(file), lambda: again.write(file, b"x")):
        with contextlib.suppress(ConfigError, HostError, SoundError):
            act()
    assert (tmp_path / "outside").read_bytes() == b"sound"
