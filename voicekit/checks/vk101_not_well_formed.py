"""VK101: not well-formed SSML.

What: A prompt renders to text that is no well-formed XML, has a DOCTYPE, or is over a limit of size, depth or count.
Why: Every vendor answers an error. Of eleven SSML tools that were tried, seven wrote such text for a name like "AT&T".
Fix: Write `&` as `&amp;` and `<` as `&lt;`, and close every element. Values need nothing: `{{ company }}` is escaped.
     `voicekit check --fix` escapes what stands in a literal `ssml:`.

Bad:
    prompts:
        - {id: brand, ssml: "<speak>Welcome to AT&T.</speak>"}  ←
Bad:
    template hello:
        <speak>
        <p>Welcome.
        </speak>  ←
Good:
    prompts:
        - {id: brand, ssml: "<speak>Welcome to AT&amp;T.</speak>"}
Good:
    project:
        values: {company: AT&T}
    prompts:
        - {id: brand, ssml: "<speak>Welcome to {{ company }}.</speak>"}
"""

import re

from voicekit.checks import Check, Source
from voicekit.model import Finding, Fix, Project

_JINJA = r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<!--.*?-->|<!\[CDATA\[.*?\]\]>"
_BARE = re.compile(
    rf"{_JINJA}|(?P<bare>&(?!(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#x[0-9A-Fa-f]+);)|<(?![A-Za-z/!?_]))", re.DOTALL
)
_IN_CODES = re.compile(r"\\(?:x|u00|U000000)(?:26|3[cC])")  # how a quoted text may write `&` and `<`
_ESCAPED = {"&": "&amp;", "<": "&lt;"}


def _mend(finding: Finding, source: Source, _: Project) -> Fix | None:
    """Escape each bare `&` and `<` between the first and the last of them."""
    prompt = next((one for one in source.prompts_on(finding.place.line) if one.ssml is not None), None)
    if prompt is None or not source.path.endswith(".yaml"):
        return None
    start, stop = _region(source, prompt.place_of("ssml").line or 1)
    written = [match for match in _BARE.finditer(source.text, start, stop) if match["bare"]]
    meant = [match for match in _BARE.finditer(prompt.ssml or "") if match["bare"]]
    if not written or [match["bare"] for match in written] != [match["bare"] for match in meant]:
        return None  # something else on these lines has one too
    if _IN_CODES.search(source.text, start, stop):
        return None  # perhaps one of the prompt's own, so that one of those written is not
    first, last = written[0].start(), written[-1].end()
    replacement = _BARE.sub(
        lambda match: _ESCAPED.get(match["bare"] or "", match[0]), source.text[first:last]
    )
    return source.fix(*source.position(first), last - first, replacement)


def _region(source: Source, line: int) -> tuple[int, int]:
    """Return where the value of `ssml:` starts and ends, with those deeper lines that follow it."""
    key = max(source.line(line).find("ssml"), 0)
    end = line
    while end < len(source.lines):
        following = source.lines[end]
        if following.strip() and len(following) - len(following.lstrip()) <= key:
            break
        end += 1
    return source.starts[line - 1] + key, source.starts[end - 1] + len(source.lines[end - 1])


CHECK = Check("VK101", "not well-formed SSML", mend=_mend)
