"""VK701: more markup than words.

What: More than half of the 20,000 or more characters that are billed for a pack's Google voices are markup.
Why: Google bills every character of a request, tags and blanks in them included, all but `<mark>` (pricing page): a `prosody` around
    each sentence can cost as much as the sentence.
Fix: State in the profile what every prompt repeats (rate, pitch, gain), and put one element around all instead of one around each.

Bad:
    voicekit.yaml:
        name: example
        packs:
          phone:  ←
            prompts: prompts.yaml
            profiles: [en]
    prompts:
        - {id: "row/{n}", script: row, each: {n: 1..100}}
    templates/row.ssml.j2:
        ---
        inputs:
          n: {type: integer}
        ---
        <speak>
        <prosody rate="slow" volume="loud"><emphasis level="strong">Your seat is in this row:</emphasis></prosody>
        <prosody rate="slow" volume="loud"><emphasis level="strong">{{ n }}</emphasis></prosody>
        </speak>
Good:
    profile:
        rate: 0.8
        gain: 4
    prompts:
        - {id: "row/{n}", script: row, each: {n: 1..100}}
    templates/row.ssml.j2:
        ---
        inputs:
          n: {type: integer}
        ---
        <speak>
        <emphasis level="strong">Your seat is in this row: {{ n }}</emphasis>
        </speak>
"""

from collections.abc import Iterator

from voicekit.checks import Check, PackUse
from voicekit.checks._vendors import billed, bought, is_google
from voicekit.model import Finding

_LEAST = 20_000  # characters; less costs next to nothing, whatever is in it


def _look(use: PackUse) -> Iterator[Finding]:
    if sum(sum(row.sizes) for row in use.rows) < _LEAST:
        return
    rows = [row for row in bought(use) if is_google(row)]
    whole = sum(map(billed, rows))
    markup = whole - sum(len(row.text) for row in rows)
    if whole >= _LEAST and markup > whole / 2:
        message = f"{markup:,} of the {whole:,} characters billed for pack {use.pack.name} are markup"
        remedy = "state in the profile what every prompt repeats, or put one element around all"
        yield Finding("VK701", "info", use.pack.place, message, remedy)


CHECK = Check("VK701", "more markup than words", pack=_look)
