from collections.abc import Iterator
from pathlib import Path

import pytest

from voicekit import targets
from voicekit.errors import ConfigError

MEMBER = """
from voicekit.targets import Target
TARGET = Target(name="mill-bank", title="Mill Bank", container="wav", codec="pcm_alaw", sample_rate=8000,
                extension=".wav", encoding="ALAW", source="our own")
"""


@pytest.fixture
def dropped_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "mill_bank.py").write_text(MEMBER)
    (tmp_path / "_helper.py").write_text("raise RuntimeError('a helper is no member')")
    monkeypatch.setattr(targets, "__path__", [*targets.__path__, str(tmp_path)])
    targets.find.cache_clear()
    yield
    targets.find.cache_clear()


def test_finds_the_members_of_its_folder() -> None:
    assert targets.find()["telephony"] is targets.get("telephony")


def test_each_member_has_the_name_of_its_file() -> None:
    folder = Path(targets.__path__[0])

    assert {name.replace("-", "_") for name in targets.find()} == {
        file.stem for file in folder.glob("*.py") if not file.stem.startswith("_")
    }


@pytest.mark.usefixtures("dropped_in")
def test_a_file_dropped_in_is_a_member() -> None:
    assert targets.get("mill-bank").encoding == "ALAW"
    assert list(targets.find()) == sorted(targets.find())


@pytest.mark.parametrize(("asked", "remedy"), [("telefony", "did you mean telephony?"), ("xyz", "telephony")])
def test_an_unknown_name_gets_the_nearest(asked: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        targets.get(asked)

    assert remedy in caught.value.problems[0].remedy


def test_a_target_knows_its_shape() -> None:
    shape = targets.get("telephony").shape

    assert (shape.target, shape.container, shape.codec) == ("telephony", "wav", "pcm_mulaw")
    assert (shape.sample_rate, shape.channels, shape.extension) == (8_000, 1, ".wav")
