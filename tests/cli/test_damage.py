"""What is damaged or lost on this machine between two builds: nothing is lost that was paid for, and nothing bought twice."""

import json

import pytest

from kit.serving import Server
from kit.story import Story


def damage_sound(story: Story, prompt: str, profile: str = "telephony-en") -> None:
    """Change a byte of a prompt's sound in the store, and remove the file that was made of it."""
    (row,) = (row for row in story.manifest() if (row["id"], row["profile"]) == (prompt, profile))
    record = json.loads(
        (story.root / ".voicekit/store/results" / row["key"][:2] / f"{row['key']}.json").read_bytes()
    )
    path = story.root / ".voicekit/store/objects" / record["digest"][:2] / record["digest"]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    (story.root / "build/phone" / row["file"]).unlink()


def test_a_sound_that_is_damaged_in_the_store_is_bought_anew_in_the_same_build(
    team: Story, server: Server
) -> None:
    team.build()
    before = team.files()
    damage_sound(team, "goodbye")
    server.forget()

    ran = team.run("build")

    assert (ran.code, server.count) == (0, 1)
    assert "1 file of sounds that were damaged in the store, and asked for anew" in ran.out
    assert team.files() == before
    assert team.build()["requests"] == 0


@pytest.mark.parametrize("flags", [("--plan", "plan.json"), ("--fail-fast",), ("--max-cost", "0.000001")])
def test_a_damaged_sound_costs_nothing_that_was_not_agreed_to(
    team: Story, server: Server, flags: tuple[str, ...]
) -> None:
    team.build()
    damage_sound(team, "goodbye")
    team.run("plan", "--out", "plan.json", "--quiet")
    server.forget()

    ran = team.run("build", *flags)

    assert server.count == 0
    assert ran.code == (6 if "--max-cost" in flags else 5)
    assert "goodbye" in ran.err
