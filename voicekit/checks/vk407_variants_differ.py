"""VK407: language variants of a script that differ in more than language.

What: Two variants of one script declare other inputs, or an input of another type; or a prompt's variants set other marks.
Why: A value that one language says and another leaves out is mostly a placeholder lost in translation: the caller hears "You owe", and no
    amount. A program that waits for a mark waits in vain in the language that has none.
Fix: Give every variant the same inputs and marks. Where a language does without one on purpose, ignore this rule on that line.

Bad:
    prompts:
        - {id: owe, script: owe, values: {amount: "20.00 USD"}}
    profile en:
        title: English
    profile es:
        language: es-US
        voice: es-US-Neural2-A
    templates/owe.en.txt.j2:
        ---
        inputs:
          amount: {type: money}
        ---
        You owe {{ amount | money }}.
    templates/owe.es.txt.j2:
        ---  ←
        title: what is owed
        ---
        Tiene un saldo pendiente.
Bad:
    profile en:
        title: English
    profile es:
        language: es-US
        voice: es-US-Neural2-A
    prompts:
        - {id: menu, script: menu}
    templates/menu.en.ssml.j2:
        ---
        ---
        <speak>Welcome.<mark name="options"/>For sales, press 1.</speak>
    templates/menu.es.ssml.j2:
        ---  ←
        ---
        <speak>Bienvenido. Para ventas, oprima 1.</speak>
Good:
    profile en:
        title: English
    profile es:
        language: es-US
        voice: es-US-Neural2-A
    prompts:
        - {id: owe, script: owe, values: {amount: "20.00 USD"}}
    templates/owe.en.ssml.j2:
        ---
        inputs:
          amount: {type: money}
        ---
        <speak>You owe <mark name="amount"/>{{ amount | money }}.</speak>
    templates/owe.es.ssml.j2:
        ---
        inputs:
          amount: {type: money, minimum: "0.01 USD"}
        ---
        <speak>Debe <mark name="amount"/>{{ amount | money }}.</speak>
"""

from collections.abc import Iterator

from voicekit import ssml
from voicekit.checks import Check, PromptUse, Row
from voicekit.checks._ssml import shown
from voicekit.model import Element, Finding, Input, Script

_SAME = "give every variant the same inputs and marks"


def _look(use: PromptUse) -> Iterator[Finding]:
    if len(use.scripts) > 1:
        yield from _inputs(use)
        yield from _marks(use)


def _inputs(use: PromptUse) -> Iterator[Finding]:
    first: dict[str, tuple[Input, Script]] = {}
    for script in use.scripts:
        for spec in script.inputs:
            known, owner = first.setdefault(spec.name, (spec, script))
            if known.type != spec.type:
                message = f"the input `{spec.name}` of {script.path} is of type {spec.type}; in {owner.path}, {known.type}"
                yield Finding("VK407", "warning", spec.place, message, _SAME)
    for script in use.scripts:
        for name in first.keys() - {spec.name for spec in script.inputs}:
            message = f"{script.path} has no input `{name}`, which {first[name][1].path} has"
            yield Finding("VK407", "warning", script.place, message, _SAME)


def _marks(use: PromptUse) -> Iterator[Finding]:
    first: dict[str, Row] = {}
    marks = [(row, _names(row)) for row in use.rows]
    for row, names in marks:
        for name in names:
            first.setdefault(name, row)
    for row, names in marks:
        for name in first.keys() - names:
            other = first[name].speech.place.path.rpartition("/")[2]
            if first[name].speech.place != row.speech.place:
                message = (
                    f'the mark "{shown(name)}" is not set here for prompt {use.prompt.id}, and is in {other}'
                )
                yield Finding("VK407", "warning", row.speech.place, message, _SAME)


def _names(row: Row) -> set[str]:
    content = row.speech.content
    nodes = ssml.walk(content) if isinstance(content, Element) else ()
    return {node.get("name") for node in nodes if node.name == "mark"}


CHECK = Check("VK407", "variants differ", prompt=_look)
