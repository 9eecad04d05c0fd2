from pathlib import Path

import pytest

from kit.story import Story


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Story:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VOICEKIT_302AI_KEY", raising=False)
    return Story(tmp_path, capsys)
