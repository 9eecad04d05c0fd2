from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.serving import Server, serving
from kit.story import TARGET, Story


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Story:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VOICEKIT_302AI_KEY", raising=False)
    return Story(tmp_path, capsys)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def team(story: Story, server: Server) -> Story:
    """A project whose packs are bought from a vendor: the local server, at its own address."""
    story.edit(
        "voicekit.yaml",
        "endpoints:\n",
        f"endpoints:\n  {TARGET}: {{provider: google-302ai, url: '{server.address}/google-302ai'}}\n",
    )
    story.edit("voicekit.yaml", "target: telephony}", f"target: telephony, endpoint: {TARGET}}}")
    server.forget()
    return story
