"""VK104: blank space at the ends of a text.

What: A literal `text:` starts or ends with blank space.
Why: It is cut before anything is sent, so it is never heard; whoever wrote it may have meant a pause, or half a sentence.
Fix: Remove it, or write a pause in SSML. `voicekit check --fix` removes it.

Bad:
    prompts:
        - {id: hello, text: "Good morning. "}  ←
Good:
    prompts:
        - {id: hello, text: "Good morning."}
        - id: long
          text: |
            Good morning.
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, PromptUse, Source
from voicekit.model import Finding, Fix, Project

_BLANK = " \t"
_QUOTED = re.compile(r"""(?:^|[\s{,])text[ \t]*:[ \t]*(?P<quote>["'])(?P<text>[^"'\\]*)(?P=quote)(?!["'])""")


def _look(use: PromptUse) -> Iterator[Finding]:
    text = use.prompt.text
    if text and text.strip() and (text[0] in _BLANK or text.rstrip("\n")[-1] in _BLANK):
        message = f"the text of prompt {use.prompt.id} has blank space at its ends, which is cut"
        yield Finding(
            "VK104", "info", use.prompt.place_of("text"), message, "remove it, or write a <break/> in ssml"
        )


def _mend(finding: Finding, source: Source, _: Project) -> Fix | None:
    line = finding.place.line or 0
    found = list(_QUOTED.finditer(source.line(line))) if source.path.endswith(".yaml") else []
    if len(found) != 1:
        return None
    text, start = found[0]["text"], found[0].start("text")
    if all(prompt.text != text for prompt in source.prompts_on(line)):
        return None  # it is some value's
    return source.fix(line, start + 1, len(text), text.strip(_BLANK))


CHECK = Check("VK104", "blank ends", prompt=_look, mend=_mend)
