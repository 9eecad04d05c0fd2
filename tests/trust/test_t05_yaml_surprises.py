"""T5: surprises in YAML. The strict core schema: `no` is text, only true and false are booleans, and nothing stands for another."""

import json
import random
import time
import tracemalloc
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import voicekit
from kit.projects import project
from kit.scalars import SCALARS
from voicekit import _limits as limits
from voicekit import _yaml
from voicekit.errors import ConfigError

Figure = Callable[..., None]
DOCUMENTS = 3_000

# What people write, and what YAML 1.1 makes of it: the text that they meant.
SURPRISES: Mapping[str, str] = {
    "country: no": "no",
    "answer: yes": "yes",
    "switch: off": "off",
    "switch: On": "On",
    "letter: y": "y",
    "opens: 9:30": "9:30",
    "opens: 09:30:00": "09:30:00",
    "day: 2026-12-24": "2026-12-24",
    "moment: 2026-12-24 10:00:00": "2026-12-24 10:00:00",
    "version: 1_000": "1_000",
    "key: =": "=",
    "merge: <<": "<<",
    "digits: 0b11": "0b11",
    "name: NULLS": "NULLS",
    "extension: 0o8": "0o8",
}
REFUSED: Mapping[str, str] = {
    "an alias": "a: &x 1\nb: *x\n",
    "an alias of a mapping": "a: &x {k: 1}\nb: *x\n",
    "a merge of an alias": "a: &x {k: 1}\nb:\n  <<: *x\n",
    "a key twice": "a: 1\na: 2\n",
    "a key twice in flow style": "{a: 1, a: 2}",
    "a key twice by its quotes": "a: 1\n'a': 2\n",
    "a Python object": "a: !!python/object/apply:os.system [id]\n",
    "a Python name": "a: !!python/name:os.system\n",
    "a tag": "a: !secret 1\n",
    "a tag of YAML's own": "a: !!str 1\n",
    "a tag by a handle": "%TAG ! tag:x.example,2026:\n---\na: !foo 1\n",
    "binary": "a: !!binary aGk=\n",
    "a set": "!!set {a, b}\n",
    "a key that is a list": "? [a]\n: 1\n",
    "a key that is a mapping": "{{a: 1}: 2}\n",
    "two documents": "a: 1\n---\nb: 2\n",
    "a tab that indents": "a:\n\tb: 1\n",
    "a control character": "a: \x07\n",
    "half a character": "a: \ud800\n",
    "an escaped half of a character": 'a: "\\ud800"\n',
    "too deep": "[" * (limits.YAML_DEPTH + 1) + "]" * (limits.YAML_DEPTH + 1),
    "far too deep": "[" * 200_000,
    "far too deep in mappings": "{a: " * 100_000,
    "a number too long to be meant": "a: " + "9" * 5_000,
    "an anchor of itself": "a: &x [*x]\n",
    "no end of a quote": 'a: "b\n',
    "no end of a list": "a: [1, 2\n",
}
# Nine levels of nine: 330 bytes that stand for a thousand million words.
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(7)
)


def test_every_scalar_is_what_the_core_schema_says(figure: Figure) -> None:
    assert len(SCALARS) >= 60
    wrong = []
    for text, value in SCALARS:
        found = _yaml.load(f"k: {text}", "f")["k"] if text not in {"", "-"} else _yaml.scalar(text)
        quoted = _yaml.load(f"k: {json.dumps(text)}", "f")["k"]
        wrong += [text] if (type(found), found, quoted) != (type(value), value, text) else []
    figure(f"scalars that are not what the core schema says, of {len(SCALARS)}", len(wrong), goal=0)


def test_no_line_surprises(figure: Figure) -> None:
    wrong = [line for line, meant in SURPRISES.items() if [*_yaml.load(line, "f").values()] != [meant]]
    figure(f"lines that surprise, of {len(SURPRISES)}", len(wrong), goal=0)


def test_what_is_refused_is_told_with_its_line(figure: Figure) -> None:
    accepted, unplaced = [], []
    for name, text in REFUSED.items():
        try:
            accepted.append((name, _yaml.load(text, "f")))
        except ConfigError as error:
            place = error.problems[0].place
            unplaced += [] if place and place.line and error.problems[0].remedy else [name]
    figure(f"documents that should be refused and are read, of {len(REFUSED)}", len(accepted), goal=0)
    figure("refusals without a line or a remedy", len(unplaced), goal=0)


def plain(draw: random.Random, depth: int = 0) -> Any:
    """Draw plain data, as JSON can hold it."""
    kind = draw.randint(0, 7 if depth < 4 else 5)
    if kind == 6:
        return [plain(draw, depth + 1) for _ in range(draw.randint(0, 4))]
    if kind == 7:
        return {text(draw): plain(draw, depth + 1) for _ in range(draw.randint(0, 4))}
    whole, real = draw.randint(-(10**20), 10**20), draw.choice([draw.uniform(-1e6, 1e6), 1e300, -0.0, 5e-324])
    return (None, draw.random() < 0.5, whole, real, text(draw), draw.choice(SCALARS)[0])[kind]


def text(draw: random.Random) -> str:
    """Draw a text of what YAML may take for something else."""
    signs = "abc 019.,:;#&*!|>'\"%@`-?[]{}\\/~=<\t\n\r\0\x07\x1b\x7f\x85\xa0\u2028\ufeff\ud7ff\ue000é😀"
    return "".join(draw.choice(signs) for _ in range(draw.randint(0, 8)))


def test_json_loads_as_the_same_data(figure: Figure) -> None:
    draw, differ = random.Random(5), []
    for _ in range(DOCUMENTS):
        data = plain(draw)
        written = json.dumps(data, ensure_ascii=draw.random() < 0.5, indent=draw.choice([None, 0, 2, "\t"]))
        differ += [written] if _yaml.load(written, "f") != data else []
    figure(f"JSON documents that load as other data, of {DOCUMENTS}", len(differ), goal=0)


def test_an_alias_bomb_is_refused_before_it_grows(tmp_path: Path, figure: Figure) -> None:
    assert len(BOMB) < 330
    root = project(tmp_path, {"prompts.yaml": BOMB})
    tracemalloc.start()
    with pytest.raises(ConfigError, match="aliases"):
        _yaml.load(BOMB, "f")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    with pytest.raises(ConfigError, match=r"prompts\.yaml:2:8: aliases"):
        voicekit.load(root)
    figure(f"memory of an alias bomb of {len(BOMB)} bytes", peak / 2**20, goal=1, unit=" MB")


# Documents that are wide instead of deep: what there is much of, and how a document with n of them is written.
WIDE: Mapping[str, Callable[[int], str]] = {
    "keys": lambda n: "".join(f"k{number}: a\n" for number in range(n)),
    "literal blocks": lambda n: "".join(f"k{number}: |\n  a\n" for number in range(n)),
    "items": lambda n: "- a\n" * n,
    "mappings": lambda n: "- {a: b}\n" * n,
    "quotes with escapes": lambda n: '- "\\u00e9\\ud83d\\ude00"\n' * n,
    "quotes that are never closed": lambda n: 'a: "\\u' + "x " * n + ", \"x, 'y" * n,
    "letters behind one quote": lambda n: 'a: "\\u' + "x" * n,
    "blanks": lambda n: '{"a": "\\u00e9"' + "\n\t " * n + "}",
}


@pytest.mark.parametrize("what", WIDE)
def test_a_wide_document_takes_time_and_memory_for_its_length_and_no_more(what: str, figure: Figure) -> None:
    def seconds(document: str) -> float:
        begun = time.thread_time()
        with suppress(ConfigError):
            _yaml.load(document, "wide.yaml")
        return time.thread_time() - begun

    short, long = WIDE[what](4_000), WIDE[what](64_000)
    growth = min(seconds(long) for _ in range(3)) / max(min(seconds(short) for _ in range(3)), 0.002)
    figure(f"times as long, for 16 times as many {what}", growth, goal=64)

    tracemalloc.start()
    seconds(long)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    figure(f"memory for each byte of many {what}", peak / len(long), goal=80, unit=" bytes")
