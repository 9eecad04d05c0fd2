"""The pages of the rules, which are the docstrings of their modules. Imports the members.

A docstring has a title, ``VK304: an element that the voice does not speak.``, and the sections *What*, *Why* and *Fix* as words, *Bad* and
*Good* as indented examples; there may be several examples of either.
"""

import difflib
import inspect
import re
from importlib import import_module
from textwrap import dedent

from attrs import frozen

from voicekit.checks._members import find, modules
from voicekit.errors import ConfigError

_SECTION = re.compile(r"^(What|Why|Fix|Bad|Good):(.*(?:\n(?:[ \t]+.*|[ \t]*))*)", re.MULTILINE)


@frozen
class Rule:
    """The page of one rule. `bad` and `good` are examples as text; see `tests/kit/check.py` for how they are run."""

    code: str
    name: str
    title: str
    what: str
    why: str
    fix: str
    bad: tuple[str, ...]
    good: tuple[str, ...]


def rules() -> tuple[Rule, ...]:
    """Return the page of every rule, by code."""
    return tuple(map(_read, find()))


def rule(code: str) -> Rule:
    """Return the page of one rule.

    Raises:
        ConfigError: There is none; names the nearest.
    """
    wanted = code.strip().upper()
    if wanted in find():
        return _read(wanted)
    near = difflib.get_close_matches(wanted, find(), 1, 0.5)
    hint = f"did you mean `{near[0]}`?" if near else "`voicekit rule` lists all"
    shown = code[:40] if code.isprintable() else "that"
    raise ConfigError.of(f"no check is called `{shown}`", remedy=hint)


def _read(code: str) -> Rule:
    check = find()[code]
    words = inspect.cleandoc(import_module(modules()[code]).__doc__ or "")
    head, _, _ = words.partition("\n")
    sections = [(match[1], match[2]) for match in _SECTION.finditer(words)]

    def prose(name: str) -> str:
        return " ".join(" ".join(text for key, text in sections if key == name).split())

    def examples(name: str) -> tuple[str, ...]:
        return tuple(dedent(text.strip("\n")).strip("\n") for key, text in sections if key == name)

    title = head.removeprefix(f"{code}:").strip().rstrip(".")
    return Rule(code, check.name, title, prose("What"), prose("Why"), prose("Fix"), examples("Bad"), examples("Good"))  # fmt: skip


def page() -> str:
    """Write all pages as Markdown, for the reference."""
    return "\n".join(map(_markdown, rules()))


def _markdown(rule: Rule) -> str:
    parts = [f"## {rule.code}: {rule.title}"]
    parts += [f"**{word}.** {text}" for word, text in (("What", rule.what), ("Why", rule.why), ("Fix", rule.fix)) if text]  # fmt: skip
    parts += [f"**{word}:**\n\n```text\n{text}\n```" for word, texts in (("Bad", rule.bad), ("Good", rule.good)) for text in texts]  # fmt: skip
    return "\n\n".join(parts) + "\n"
