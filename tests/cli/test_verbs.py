"""What every verb has in common, and the small ones."""

import errno
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import voicekit
from kit.story import Story, voicekit_command
from voicekit._sound import containers
from voicekit.cli import find

README = Path(__file__).parent.parent.parent / "README.md"


@pytest.mark.parametrize("verb", sorted(find()))
def test_every_verb_explains_itself_with_an_example(story: Story, verb: str) -> None:
    ran = story.run(verb, "--help")

    assert ran.code == 0
    assert "Example" in ran.out
    assert f"voicekit {verb}" in ran.out


def test_the_list_of_verbs_is_whole_and_the_readme_s(story: Story) -> None:
    told = story.run("--help").out.partition("Commands:\n")[2]
    listed = dict(line.split(maxsplit=1) for line in told.splitlines())
    rows = re.findall(r"^\| `voicekit (\w+)` \| (.+) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)

    assert not [line for line in listed.values() if line.endswith("...")]
    assert {verb: f"{words}." for verb, words in rows} == listed


@pytest.mark.parametrize(
    "arguments", [["frobnicate"], ["plan", "--bogus"], ["plan", "--format", "xml"], ["say"]]
)
def test_wrong_usage_exits_with_64(story: Story, arguments: list[str]) -> None:
    ran = story.run(*arguments)

    assert ran.code == 64
    assert "Traceback" not in ran.err


def test_a_mistyped_verb_names_the_nearest(story: Story) -> None:
    assert "`build`" in story.run("biuld").err


def test_version_is_the_package_s(story: Story) -> None:
    done = subprocess.run([*voicekit_command(), "--version"], capture_output=True, text=True, check=True)

    assert done.stdout == f"voicekit {voicekit.__version__}\n"
    assert story.run("--version").out == done.stdout


def test_version_imports_almost_nothing() -> None:
    code = "import sys; sys.argv[1:] = ['--version']; from voicekit.__main__ import main\ntry: main()\nexcept SystemExit: pass\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"click", "attrs", "attr", "httpx", "numpy", "jinja2", "asyncio"} & set(done.stdout.split())


def test_outside_a_project_the_message_says_what_to_do(
    story: Story, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ran = story.run("plan", "--project", str(tmp_path_factory.mktemp("empty")))

    assert ran.code == 4
    assert "voicekit init" in ran.err


def test_check_is_quiet_about_a_clean_project_and_fails_on_what_it_is_told(story: Story) -> None:
    assert story.run("check").code == 0
    story.edit("voicekit.yaml", "checks: {VK307: off}\n", "")

    warned = story.run("check", "--format", "json")
    failed = story.run("check", "--fail-on", "warning")

    assert warned.code == 0
    assert {finding["code"] for finding in warned.json["findings"]} == {"VK307"}
    assert set(warned.json["findings"][0]) == {
        "code",
        "severity",
        "path",
        "line",
        "column",
        "message",
        "remedy",
    }
    assert failed.code == 3


def test_check_reports_what_a_family_refuses(story: Story) -> None:
    story.edit("profiles/telephony-en.yaml", "en-US-Neural2-F", "en-US-Chirp3-HD-Kore")

    ran = story.run("check", "--format", "json")

    found = {
        (finding["code"], finding["severity"], finding["path"], finding["line"])
        for finding in ran.json["findings"]
    }
    assert ran.code == 3
    assert ("VK301", "error", "profiles/telephony-en.yaml", 5) in found
    assert any(code == "VK304" and severity == "warning" for code, severity, *_ in found)


def test_render_shows_what_is_said(story: Story) -> None:
    ran = story.run("render", "--select", "queue-position")
    data = story.run("render", "--select", "queue-position", "--format", "json").json

    assert "Smith &amp; Sons. You are the third in line." in ran.out
    assert (
        data["prompts"][1]["spoken"] == "Gracias por llamar a Smith & Sons. Usted es el tercero de la fila."
    )


def test_render_says_that_there_is_nothing_to_say(story: Story) -> None:
    ran = story.run("render", "--select", "id:nowhere")

    assert (ran.code, ran.out) == (0, "")
    assert "nothing is selected" in ran.err


def test_init_writes_a_project_that_is_clean_and_never_overwrites(story: Story) -> None:
    ran = story.run("init", "fresh")
    again = story.run("init", "fresh")

    assert (ran.code, again.code) == (0, 4)
    assert story.run("check", "--project", "fresh").err.startswith("183 prompts checked, 0 findings")
    planned = story.plan("--project", "fresh")["requests"]
    assert len({row["prompt"] for row in planned}) >= 60
    assert {"en-US", "es-US", "fr-FR"} == {row["locale"] for row in planned}


@pytest.mark.parametrize("stopped", [OSError(errno.ENOSPC, ""), KeyboardInterrupt()])
@pytest.mark.parametrize("folder", ["fresh", "there"])
def test_init_leaves_nothing_where_it_cannot_write_all(
    story: Story, monkeypatch: pytest.MonkeyPatch, stopped: BaseException, folder: str
) -> None:
    Path("there/profiles").mkdir(parents=True)
    Path("there/profiles/ours.yaml").write_text("title: ours\n", encoding="utf-8")
    before = sorted(Path().rglob("*"))
    calls, fsync = itertools.count(), os.fsync

    def full(file: int) -> None:
        if next(calls) == 60:
            raise stopped
        fsync(file)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        ran = story.run("init", folder)

    assert ran.code == (7 if isinstance(stopped, OSError) else 130)
    assert next(calls) > 60
    assert sorted(Path().rglob("*")) == before
    assert story.run("init", folder).code == 0


def test_say_speaks_without_a_project(
    story: Story, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))

    ran = story.run(
        "say", "Good morning.", "--language", "en-GB", "--set", "encoding=MULAW", "--set", "sample_rate=8000"
    )

    assert ran.code == 0
    assert Path("say.wav").read_bytes()[20:22] == b"\x07\x00"
    assert story.run("say", "Again.").code == 64


def test_say_takes_the_encoding_of_the_file_and_the_language_of_the_voice(story: Story) -> None:
    ran = story.run("say", "Buenos días.", "--voice", "es-US-Neural2-A", "--out", "a.mp3")

    assert "MP3" in ran.out
    assert story.run("say", "").code == 64


def test_a_voice_that_nobody_has_is_refused_in_the_name_of_the_embedded_voice(story: Story) -> None:
    ran = story.run("say", "Guten Tag.", "--voice", "de")

    assert ran.code == 5
    assert "said by the embedded voice in its stead: no vendor was asked" in ran.err
    assert "correct the text, the voice or its settings" in ran.err


def test_say_speaks_like_a_profile(story: Story) -> None:
    ran = story.run(
        "say",
        "<speak>One <break time='1s'/> two</speak>",
        "--ssml",
        "--profile",
        "telephony-en",
        "--out",
        "a.wav",
    )

    assert ran.code == 0
    assert "MULAW, 8,000 Hz" in ran.out


def test_what_say_is_told_is_laid_over_the_profile(story: Story) -> None:
    def seconds(*flags: str) -> float:
        ran = story.run(
            "say", "Thank you for calling.", "--profile", "telephony-en", "--out", "a.wav", *flags
        )
        assert ran.code == 0, ran.err
        return float(ran.out.split()[1])

    slow, both = seconds("--set", "rate=0.5"), seconds("--set", "rate=0.5", "--set", "encoding=LINEAR16")
    english = Path("a.wav").read_bytes()

    assert slow > 1.5 * seconds()
    assert both == pytest.approx(slow, abs=0.01)
    assert english[20:22] == b"\x01\x00"
    for flags in (("--voice", "es-US-Neural2-A"), ("--set", "voice=en-US-Neural2-D")):
        seconds("--set", "rate=0.5", "--set", "encoding=LINEAR16", *flags)
        assert Path("a.wav").read_bytes() != english, flags
    refused = story.run("say", "Hola.", "--profile", "telephony-en", "--language", "es-US")
    assert "language code es-US doesn't match the voice en-US-Neural2-F" in refused.err


@pytest.mark.parametrize("flags", [[], ["--profile", "telephony-en"], ["--via", "embedded"]])
@pytest.mark.parametrize(
    ("name", "container"), [("a.mp3", "mp3"), ("a.FLAC", "flac"), ("a.wav", "wav"), ("a.m4a", "m4a")]
)
def test_a_file_is_what_its_name_says(story: Story, name: str, container: str, flags: list[str]) -> None:
    ran = story.run("say", "One moment.", "--out", name, *flags)

    assert ran.code == 0, ran.err
    assert containers.sniff(Path(name).read_bytes()) == container


def test_say_writes_over_nothing_but_sounds(story: Story) -> None:
    os.mkfifo("fifo")
    Path("link.wav").symlink_to("prompts.yaml")
    Path("folder").mkdir()
    Path("notes.pcm").write_text("What the caller hears at night.\n", encoding="utf-8")
    Path("page.wav").write_bytes(bytes(range(256)))
    before = {path: path.lstat() for path in Path().iterdir()}

    for name in ("fifo", "link.wav", "folder", "notes.pcm", "page.wav", "prompts.yaml"):
        ran = story.run("say", "Hi.", "--out", name)
        assert (ran.code, ran.out) == (4, ""), name
        assert ran.err.startswith(f"{name}: is there and is no "), name
    assert {path: path.lstat() for path in Path().iterdir()} == before


def test_say_writes_over_what_it_wrote_itself(story: Story) -> None:
    Path("empty.wav").touch()  # as mktemp leaves it

    for name in ("empty.wav", "a.wav", "a.mp3", "a.ogg", "a.webm", "a.flac", "a.m4a", "a.amr", "a.pcm"):
        assert [story.run("say", text, "--out", name).code for text in ("Hi.", "Good morning.")] == [0, 0]


def test_what_does_not_fit_a_profile_is_refused_with_its_place(story: Story) -> None:
    refused = story.run("say", "Hi.", "--profile", "telephony-en", "--set", "encoding=AMR_WB")
    unknown = story.run("say", "Hi.", "--profile", "telephony-en", "--set", "pich=1")

    assert (refused.code, unknown.code) == (4, 4)
    assert refused.err.startswith("--set: sample_rate: AMR_WB cannot have 8000 Hz")
    assert "did you mean `pitch`?" in unknown.err


def test_voices_lists_what_the_engine_speaks(story: Story) -> None:
    found = story.run("voices", "--language", "es", "--format", "json").json["voices"]

    assert {"es", "es-419"} <= {voice["language"] for voice in found}
    assert story.run("voices").out.splitlines()[0].split() == ["LANGUAGE", "VOICE", "TITLE"]


def test_doctor_tries_the_engine_and_every_encoder(story: Story) -> None:
    data = story.run("doctor", "--format", "json")
    states = {check["name"]: check["state"] for check in data.json["checks"]}

    assert data.code == 0
    assert states["embedded voice"] == "ok"
    assert states["encoder MULAW"] == "ok"
    assert states["endpoint 302ai"] == "note"


def test_doctor_names_what_is_wrong_with_a_project_and_how_much(story: Story) -> None:
    (story.root / "voicekit.yaml").write_text("packs: 1\nname: [a]\n", encoding="utf-8")
    checks = story.run("doctor", "--format", "json").json["checks"]

    (detail,) = (check["detail"] for check in checks if check["name"] == "project")
    assert detail == "expected a mapping, found a number; 2 problems in all"


def test_no_colour_when_asked_or_piped(story: Story) -> None:
    assert "\x1b" not in story.run("plan").out
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(
        [*voicekit_command(), "plan"], cwd=story.root, env=environment, capture_output=True, check=True
    )

    assert b"\x1b" not in done.stdout


def test_a_port_in_use_is_told(story: Story) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = story.run("serve", "--port", str(taken.getsockname()[1]))

    assert ran.code == 7
    assert "port" in ran.err


def test_the_starter_s_files_name_no_unknown_keys() -> None:
    root = Path(voicekit.__file__).parent
    starter = root / "_starter" if (root / "_starter").is_dir() else root.parent

    data = yaml.safe_load((starter / "voicekit.yaml").read_text(encoding="utf-8"))

    assert set(data) <= {"name", "language", "values", "locales", "packs", "endpoints", "checks"}


def test_a_server_that_requires_a_key_refuses_requests_without_one() -> None:
    import httpx

    process = subprocess.Popen(
        [*voicekit_command(), "serve", "--port", "0", "--require-key"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().split()[-1]
        body = {
            "input": {"text": "x"},
            "voice": {"languageCode": "en-US", "name": "en-US-Standard-A"},
            "audioConfig": {"audioEncoding": "PCM"},
        }
        without = httpx.post(f"{address}/v1/text:synthesize", json=body)
        with_key = httpx.post(
            f"{address}/v1/text:synthesize", json=body, headers={"x-goog-api-key": "anything"}, timeout=30
        )
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()

    assert without.status_code == 403  # as Google says it
    assert with_key.status_code == 200


def unread(story: Story, stream: str, *arguments: str) -> tuple[int, str]:
    """Run a command of which one stream is a pipe that nobody reads any more: its code, and what the other one says."""
    reader, writer = os.pipe()
    os.close(reader)
    outputs = [writer, subprocess.PIPE] if stream == "stdout" else [subprocess.PIPE, writer]
    try:
        with subprocess.Popen(
            [*voicekit_command(), *arguments],
            cwd=story.root,
            stdout=outputs[0],
            stderr=outputs[1],
            encoding="utf-8",
        ) as process:
            said = process.communicate(timeout=60)
    finally:
        os.close(writer)
    return process.returncode, "".join(filter(None, said))


@pytest.mark.parametrize(
    "flags", [[], ["--format", "json"], ["--detailed-exitcode"], ["--format", "markdown"]]
)
def test_a_plan_that_nobody_reads_is_saved_and_is_no_success(story: Story, flags: list[str]) -> None:
    assert unread(story, "stdout", "plan", "--out", "p.json", *flags) == (141, "")
    assert story.run("build", "--plan", "p.json").code == 0


def test_messages_that_nobody_reads_change_no_exit_code(story: Story) -> None:
    assert unread(story, "stderr", "say") == (64, "")
    assert unread(story, "stderr", "plan", "--via", "nobody") == (4, "")

    story.edit("voicekit.yaml", "checks: {VK307: off}\n", "")

    assert unread(story, "stderr", "plan") == (0, story.run("plan").out)


def test_say_tells_what_is_wrong_with_standard_input(story: Story) -> None:
    code = "import sys; from voicekit.cli import run; sys.stdin = None; sys.exit(run(['say', '-']))"
    nothing = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    command = [*voicekit_command(), "say", "-"]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    garbled = subprocess.run(command, input=b"caf\xe9", env=environment, capture_output=True, check=False)

    assert (nothing.returncode, garbled.returncode) == (64, 64)
    assert "there is nothing to say" in nothing.stderr
    assert b"is not UTF-8" in garbled.stderr


@pytest.mark.parametrize("host", ["my..host", f"{'a' * 64}.example", "\ud800"])
def test_a_host_that_is_none_is_told(story: Story, host: str) -> None:
    ran = story.run("serve", "--host", host, "--port", "0")

    assert ran.code == 7
    assert "no such host or port" in ran.err
