"""T16: a resume after a change. The key covers all that decides the bytes and nothing else, and is the same on any machine.

Plans are made in processes of their own, under other hash seeds, locales, time zones, folders and, where they have what voicekit
needs, other Pythons: those on PATH, and those that VOICEKIT_PYTHONS names, parted by colons.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import voicekit
from kit.projects import PROFILE, write
from kit.story import ACME
from kit.vendor import ENVIRON, Vendor
from kit.wishes import wishes
from voicekit import providers
from voicekit._plan import bytes_key, request_key
from voicekit.errors import VoicekitError
from voicekit.model import Ask, Call
from voicekit.testing import asks

Figure = Callable[..., None]
REPOSITORY = Path(__file__).parents[2]

# --- what decides, and what does not ----------------------------------------------------------------------

_CALL = Call("POST", "/a", (("q", "1"),), b'{"text":"One.","rate":0.5}')
CALLS: Mapping[str, Call] = {
    "method": evolve(_CALL, method="GET"),
    "path": evolve(_CALL, path="/b"),
    "query": evolve(_CALL, query=(("q", "2"),)),
    "a name in the query": evolve(_CALL, query=(("r", "1"),)),
    "no query": evolve(_CALL, query=()),
    "text": evolve(_CALL, body=b'{"text":"Two.","rate":0.5}'),
    "a blank": evolve(_CALL, body=b'{"text":"One. ","rate":0.5}'),
    "number": evolve(_CALL, body=b'{"text":"One.","rate":0.50000001}'),
    "a name in the body": evolve(_CALL, body=b'{"text":"One.","Rate":0.5}'),
    "a field less": evolve(_CALL, body=b'{"text":"One."}'),
    "a field more": evolve(_CALL, body=b'{"text":"One.","rate":0.5,"pitch":0}'),
    "text instead of a number": evolve(_CALL, body=b'{"text":"One.","rate":"0.5"}'),
    "true instead of one": evolve(_CALL, body=b'{"text":"One.","rate":true}'),
    "type": evolve(_CALL, content_type="application/ssml+xml"),
    "a header": evolve(_CALL, headers=(("X-Output", "mulaw"),)),
    "another header": evolve(_CALL, headers=(("X-Output", "alaw"),)),
}
SAME: Mapping[str, Call] = {
    "the order of fields": evolve(_CALL, body=b'{"rate":0.5,"text":"One."}'),
    "blanks between fields": evolve(_CALL, body=b'{ "text": "One.", "rate": 0.5 }'),
    "the spelling of a number": evolve(_CALL, body=b'{"text":"One.","rate":5e-1}'),
    "the spelling of a text": evolve(_CALL, body=b'{"text":"\\u004fne.","rate":0.50}'),
}


def test_every_part_of_a_call_decides_its_key_and_its_spelling_does_not(figure: Figure) -> None:
    base = request_key("google", _CALL)
    found = [request_key("google", call) for call in CALLS.values()]
    keys = {base, request_key("openai", _CALL), *found}
    wrong = 2 + len(CALLS) - len(keys) + sum(request_key("google", call) != base for call in SAME.values())
    sources = {bytes_key(base, source) for source in ("google", "embedded/espeak@1", "embedded/espeak@2")}
    figure(
        f"calls of {2 + len(CALLS) + len(SAME) + 3} whose key is not theirs", wrong + 3 - len(sources), goal=0
    )


@pytest.mark.parametrize("name", sorted(providers.find()))
@settings(max_examples=25)
@given(data=st.data())
def test_what_changes_a_call_changes_its_key_and_nothing_else_does(name: str, data: st.DataObject) -> None:
    wire = providers.get(name)
    one, other = data.draw(asks(name)), data.draw(asks(name))
    fields = [field for field in ("text", "ssml", "markup", "language", "voice", "encoding", "pitch", "rate", "gain", "effects", "sample_rate", "bit_rate", "channels", "options") if getattr(one, field) != getattr(other, field)]  # fmt: skip
    mixed = [evolve(one, **{field: getattr(other, field)}) for field in fields]
    calls = [call for call in (_encoded(wire, ask) for ask in (one, other, *mixed)) if call is not None]
    for first in calls:
        for second in calls:
            assert (first == second) == (request_key(name, first) == request_key(name, second))


@pytest.mark.parametrize("name", sorted(providers.find()))
@settings(max_examples=25)
@given(data=st.data())
def test_every_field_that_a_wire_carries_changes_the_key(name: str, data: st.DataObject) -> None:
    """What a wire carries, its capabilities say; whatever else is asked for, the field arrives."""
    wire = providers.get(name)
    for field, different in wishes(wire, data.draw(asks(name))):
        keys = [request_key(name, wire.encode(ask)) for ask in different]
        assert len({*keys}) == len(keys), f"{field} decides nothing"


def _encoded(wire: Any, ask: Ask) -> Call | None:
    try:
        found: Call = wire.encode(ask)
    except (VoicekitError, AssertionError, LookupError, ValueError):
        return None  # a mixture that this wire cannot say
    return found


# --- edits ------------------------------------------------------------------------------------------------

PROMPTS = """\
prompts:
  - {id: hello, text: "Welcome to {{ company }}.", tags: [menu]}
  - {id: hours, script: hours, values: {opens: "09:00"}}
  - {id: bye, text: "Good bye.", override: {rate: 0.9}}
"""
FILES: Mapping[str, str] = {
    "profiles/en.yaml": PROFILE + "pitch: -1.5\n",
    "prompts.yaml": PROMPTS,
    "templates/hours.ssml.j2": "---\ninputs: {opens: {type: time}}\n---\n<speak>We open at {{ opens | time }}.</speak>\n",
}
COUNT = 3
YAML = "voicekit.yaml"
Edit = Callable[[Path], None]


def edit(name: str, old: str, new: str) -> Edit:
    def do(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new))

    return do


def moved(old: str, new: str, *edits: Edit) -> Edit:
    def do(root: Path) -> None:
        (root / new).parent.mkdir(parents=True, exist_ok=True)
        (root / old).rename(root / new)
        for one in edits:
            one(root)

    return do


def as_json(root: Path) -> None:
    from voicekit import _yaml

    for name in ("prompts.yaml", "profiles/en.yaml", YAML):
        (root / name).write_text(json.dumps(_yaml.load((root / name).read_text(), name), indent="\t"))


def extended(root: Path) -> None:
    (root / "profiles/en.yaml").rename(root / "profiles/base.yaml")
    (root / "profiles/en.yaml").write_text("extends: base\n")


def in_csv(root: Path) -> None:
    rows = "id,text,script,values.opens,override.rate\nhello,Welcome to {{ company }}.,,,\nhours,,hours,09:00,\nbye,Good bye.,,,0.9\n"
    (root / "prompts.csv").write_text(rows)
    edit(YAML, "prompts.yaml", "prompts.csv")(root)


def pronounced(word: str) -> Edit:
    """Add a lexicon that says one word in another way."""
    head = '<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">'
    entry = f"<lexeme><grapheme>{word}</grapheme><alias>Ackmee</alias></lexeme>"

    def do(root: Path) -> None:
        write(root, {"lexicons/names.pls": f"{head}{entry}</lexicon>"})
        edit(YAML, "packs:", "lexicons: [names.pls]\npacks:")(root)

    return do


UNRELATED: Mapping[str, Edit] = {
    "a lexicon of other words": pronounced("Apex"),
    "a comment": edit("prompts.yaml", "prompts:", "# of the main menu\nprompts:"),
    "a note": edit("prompts.yaml", "id: bye,", "id: bye, note: said last,"),
    "tags": edit("prompts.yaml", "[menu]", "[menu, new]"),
    "a title": edit("profiles/en.yaml", "provider:", "title: The voice\nprovider:"),
    "a title of a script": edit("templates/hours.ssml.j2", "inputs:", "title: Hours\ninputs:"),
    "an example": edit("templates/hours.ssml.j2", "{type: time}", '{type: time, example: "10:00"}'),
    "blank space in a script": edit("templates/hours.ssml.j2", "<speak>We", "<speak>\n  We"),
    "the order of prompts": edit("prompts.yaml", PROMPTS, "\n".join([PROMPTS.splitlines()[0], *reversed(PROMPTS.splitlines()[1:])])),
    "the style of YAML": as_json,
    "a list in CSV": in_csv,
    "the name of a list": moved("prompts.yaml", "lists/menu.yaml", edit(YAML, "prompts.yaml", "lists/menu.yaml")),
    "the name of a credential": edit(YAML, "VENDOR_KEY", "OTHER_KEY"),
    "a rate limit": edit(YAML, "credential:", "requests_per_minute: 6000, credential:"),
    "a budget": edit(YAML, "packs:", "budget: {run: 5}\npacks:"),
    "a name of the project": edit(YAML, "name: mill", "name: other"),
    "a severity": edit(YAML, "packs:", "checks: {VK307: 'off'}\npacks:"),
    "a value that nobody says": edit(YAML, "Acme", "Acme, unused: 7"),
    "the spelling of a number": edit("profiles/en.yaml", "-1.5", "-1.50"),
    "a chain of profiles": extended,
    "where a value stands": edit("prompts.yaml", '{id: hello, text: "Welcome to {{ company }}."', '{id: hello, text: "Welcome to {{ company }}.", values: {company: Acme}'),
    "a script for words": edit("prompts.yaml", 'text: "Welcome to {{ company }}."', 'text: "{% if true %}Welcome to {{ company }}.{% endif %}"'),
    "a locale": edit("prompts.yaml", "id: bye,", "id: bye, locale: en-US,"),
    "a fenced template": edit(YAML, "packs:", "foreign_templates: true\npacks:"),
}  # fmt: skip
RELATED: Mapping[str, tuple[Edit, int]] = {
    "words": (edit("prompts.yaml", "Good bye.", "Good night."), 1),
    "a blank between words": (edit("prompts.yaml", "Good bye.", "Good  bye."), 1),
    "a value": (edit(YAML, "Acme", "Apex"), 1),
    "a value of a script": (edit("prompts.yaml", "09:00", "08:00"), 1),
    "a script": (edit("templates/hours.ssml.j2", "We open", "We are open"), 1),
    "an override": (edit("prompts.yaml", "rate: 0.9", "rate: 0.8"), 1),
    "a pitch": (edit("profiles/en.yaml", "-1.5", "-2"), COUNT),
    "a language": (edit("profiles/en.yaml", "language: en-US", "language: en-GB"), COUNT),
    "an option": (
        edit("profiles/en.yaml", "pitch:", "google-302ai: {response_format: base64}\npitch:"),
        COUNT,
    ),
    "a lexicon": (pronounced("Acme"), 1),
    "a voice": (edit("profiles/en.yaml", "Neural2-F", "Neural2-A"), COUNT),
    "an encoding": (edit("profiles/en.yaml", "LINEAR16", "LINEAR16\nsample_rate: 16000"), COUNT),
    "a gain": (edit("profiles/en.yaml", "pitch:", "gain: -3\npitch:"), COUNT),
    "an effect": (edit("profiles/en.yaml", "pitch:", "effects: [handset-class-device]\npitch:"), COUNT),
}


def resent(root: Path, vendor: Vendor, change: Edit) -> int:
    """Build, change something, build again: return how many requests the second build sends."""
    write(root, {**FILES, YAML: vendor.project + "values: {company: Acme}\n"})
    environ = {**ENVIRON, "OTHER_KEY": "k"}
    assert voicekit.build(voicekit.load(root), via="vendor", environ=environ).requests == COUNT
    change(root)
    before = vendor.count().total()
    result = voicekit.build(voicekit.load(root), via="vendor", environ=environ)
    failed = [error for _, error in result.failures if "rate" not in str(error)]
    assert not failed or root.name == "an encoding", failed
    return vendor.count().total() - before


def test_only_what_decides_is_sent_again(tmp_path: Path, figure: Figure) -> None:
    again, missed = dict[str, int](), dict[str, int]()
    with Vendor() as vendor:
        for name, change in UNRELATED.items():
            count = resent(tmp_path / name, vendor, change)
            again |= {name: count} if count else {}
        for name, (change, wanted) in RELATED.items():
            count = resent(tmp_path / name, vendor, change)
            missed |= {name: count} if count != wanted else {}
    print(again, missed)
    figure(
        f"edits of {len(UNRELATED)} that decide nothing, after which something is sent again",
        len(again),
        goal=0,
    )
    figure(
        f"edits of {len(RELATED)} that decide, after which not all or too much is sent", len(missed), goal=0
    )


# --- other machines ---------------------------------------------------------------------------------------

ENVIRONMENTS: Mapping[str, Mapping[str, str]] = {
    "another hash seed": {"PYTHONHASHSEED": "1"},
    "a third hash seed": {"PYTHONHASHSEED": "4242"},
    "another locale and time zone": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati"},
    "no locale": {"LC_ALL": "C", "LANG": "C", "TZ": "America/St_Johns"},
    "another home": {"HOME": "/", "XDG_CONFIG_HOME": "/", "PYTHONUTF8": "0", "COLUMNS": "20", "NO_COLOR": "1"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
}  # fmt: skip


def keys(python: str, root: Path, cwd: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """Plan in another process, and return every key by its file and piece."""
    ran = subprocess.run(
        [python, "-m", "voicekit", "plan", "--format", "json", "--project", str(root)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": "0", **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    rows = json.loads(ran.stdout)["requests"]
    return {f"{row['file']}#{row['piece']}": (row["request_key"], row["key"], row["request"]) for row in rows}


def pythons() -> Iterator[tuple[str, str]]:
    """Find other Pythons that have what voicekit needs: their version and path."""
    named = [shutil.which(f"python3.{minor}") for minor in range(11, 20)]
    for path in dict.fromkeys([*named, *os.environ.get("VOICEKIT_PYTHONS", "").split(":")]):
        if not path:
            continue
        program = (
            "import voicekit._render, jinja2, babel, orjson, attrs, yaml, sys; print(sys.version.split()[0])"
        )
        ran = subprocess.run(
            [path, "-c", program], env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True, check=False
        )  # fmt: skip
        if ran.returncode == 0 and ran.stdout.strip() != sys.version.split()[0]:
            yield ran.stdout.strip(), path


def test_keys_are_the_same_everywhere(tmp_path: Path, figure: Figure) -> None:
    root, elsewhere = write(tmp_path / "one", ACME), write(tmp_path / "two" / "elsewhere", ACME)
    base = keys(sys.executable, root, tmp_path, {})
    assert len(base) > 10
    found = {name: keys(sys.executable, root, tmp_path, environ) for name, environ in ENVIRONMENTS.items()}
    found["another folder"] = keys(sys.executable, elsewhere, Path("/"), {"PYTHONHASHSEED": "random"})
    others = dict(pythons())
    for version, path in others.items():
        found[f"Python {version}"] = keys(path, root, tmp_path, {})
    differing = {
        name: {file for file in base if base[file] != other.get(file)} for name, other in found.items()
    }
    print({name: files for name, files in differing.items() if files})
    wrong = sum(len(files) for files in differing.values())
    figure(f"keys that differ, of {len(base)} in {len(found)} other processes", wrong, goal=0)
    print(
        f"T16: compared with Python {', '.join(others) or 'of no other version: none here has what voicekit needs'}"
    )
