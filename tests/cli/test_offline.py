"""Offline stays offline: what the daily verbs and the embedded build do with the network."""

import subprocess
import sys

import pytest

from kit.story import Story

_WATCH = """\
import sys
connects = []
sys.addaudithook(lambda event, found: connects.append((event, found)) if event in {
    "socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto"} else None)
from voicekit.cli import run
code = run(sys.argv[1:])
print("connects:", [event for event, _ in connects], file=sys.stderr)
raise SystemExit(code)
"""


@pytest.mark.parametrize("verb", ["check", "plan", "render", "build", "rule", "schema", "voices", "doctor"])
def test_no_socket_is_opened(story: Story, verb: str) -> None:
    arguments = [verb, *(["project"] if verb == "schema" else [])]
    done = subprocess.run(
        [sys.executable, "-c", _WATCH, *arguments],
        cwd=story.root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stderr.rstrip().endswith("connects: []")


def test_the_watch_sees_a_socket(story: Story) -> None:
    """Port 1 of this machine answers nobody; that a connection was tried is all that is looked at."""
    story.edit(
        "voicekit.yaml",
        "endpoints:\n",
        "endpoints:\n  here: {provider: google-302ai, url: 'http://127.0.0.1:1'}\n",
    )
    done = subprocess.run(
        [sys.executable, "-c", _WATCH, "build", "--via", "here", "--select", "goodbye", "--fail-fast"],
        cwd=story.root,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )

    assert done.returncode == 5, done.stderr
    assert "socket.connect" in done.stderr
