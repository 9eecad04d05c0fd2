"""VK611: a placeholder that was left over.

What: A text holds "TODO", "TBD", "FIXME", "XXX", "lorem ipsum", or a gap of another template language: "{name}", "${name}", "%s", "<name>".
Why: Templates here fill `{{ name }}` and refuse a name that has no value. What other systems call a placeholder goes through as it stands, and the
    caller hears "name", or "percent s" (measured with the embedded voice, espeak-ng 1.52).
Fix: Write `{{ name }}` and give the prompt a value, or finish the text.

Bad:
    prompts:
        - {id: greet, text: "Hello {first_name}, welcome back."}  ←
        - {id: count, text: "You have %d messages."}  ←
        - {id: open, text: "We open at TBD."}  ←
        - {id: visit, text: "Your visit is on <date>."}  ←
Good:
    prompts:
        - {id: greet, text: "Hello {{ name }}, welcome back.", values: {name: Ana}}
        - {id: count, text: "You save 5% daily, up to 10%."}
    profile:
        title: English
    profile es:
        language: es-US
        voice: es-US-Neural2-A
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, Row, Run
from voicekit.checks._words import MARKUP_NAMES, STAGE, language_of, shown, texts, told
from voicekit.model import Finding

_GAP = re.compile(
    r"\b(?:TODO|TBD|FIXME|X{3,40})\b|\blorem ipsum\b|\$?\{\{?[ \t]*[A-Za-z_][\w .-]{0,40}\}{1,2}|\{\d{0,2}\}"
    r"|(?<![\w%])%(?:\d\$|\([A-Za-z_]\w{0,40}\))?[sdif]\b|<(?P<name>[A-Za-z][\w -]{0,40})>"
)
_WORDS = frozenset({"todo", "tbd", "fixme", "lorem", *("x" * length for length in range(3, 41))})
_WORD_IN_SPANISH = "TODO"


def _look(row: Row) -> Iterator[Finding]:
    for run in texts(row):
        yield from _gaps(run)


def _gaps(run: Run) -> Iterator[Finding]:
    language = language_of(run)
    for found in told(_GAP, run.text):
        if found["name"] and _is_other(found["name"], language):
            continue
        if found.group() == _WORD_IN_SPANISH and language not in {"en", "de", "fr"}:
            continue
        message = f"{shown(found.group())} looks like a placeholder that nothing fills"
        remedy = "write {{ name }} and give it a value, or finish the text"
        yield Finding("VK611", "warning", run.place_at(found.start()), message, remedy)


def _is_other(name: str, language: str) -> bool:
    """Whether angle brackets hold a tag, which is VK620, or a stage direction, which is VK606."""
    stage = STAGE.get(language)
    return name.split(maxsplit=1)[0].lower() in MARKUP_NAMES or bool(stage and stage.search(name))


CHECK = Check("VK611", "placeholder left over", spoken=_look, signs=frozenset("{%<"), words=_WORDS)
