"""VK203: more sound than one request may give.

What: A prompt, or the longest piece of it, would take longer to say than the vendor makes of one request. The time is estimated from the number of
    characters, the profile's rate and the pauses, and rather too short than too long.
Why: Azure cuts sound off at ten minutes (quotas page, P), and Gemini's voices at about eleven (M); Polly makes ten at most (P). Azure
    takes 64 KB of SSML, which is almost an hour of English, so that no limit of length stops it before.
Fix: Divide it into several prompts.

Bad:
    profile:
        provider: azure
        voice: en-US-JennyNeural
    prompts:
        - {id: hold, ssml: "<speak>One moment.{% for n in [1,2,3,4,5,6,7,8] %}{% for m in [1,2,3,4] %}<break time='20s'/>Please go on waiting.{% endfor %}{% endfor %}</speak>"}  ←
Good:
    profile:
        provider: azure
        voice: en-US-JennyNeural
    prompts:
        - {id: hold, ssml: "<speak>One moment.{% for n in [1,2,3,4,5,6,7,8] %}<break time='20s'/>Please go on waiting.{% endfor %}</speak>"}
Good:
    prompts:
        - {id: hold, ssml: "<speak>One moment.{% for n in [1,2,3,4,5,6,7,8] %}{% for m in [1,2,3,4] %}<break time='20s'/>Please go on waiting.{% endfor %}{% endfor %}</speak>"}
"""

from collections.abc import Iterator

from voicekit.checks import Check, Document
from voicekit.checks._pace import seconds
from voicekit.model import Finding


def _look(document: Document) -> Iterator[Finding]:
    row, family = document.row, document.row.family
    longest = family.longest if family is not None else None
    if family is None or longest is None:
        return
    takes = seconds(document) * max(row.sizes) / max(sum(row.sizes), 1)
    if takes > longest.number:
        message = (
            f"prompt {row.prompt.id} takes about {takes / 60:.0f} minutes in one request; "
            f"{family.voices} give at most {longest.number // 60} (evidence {longest.fact.grade})"
        )
        yield Finding("VK203", "warning", row.speech.place, message, "divide it into several prompts")


CHECK = Check("VK203", "more sound than one request gives", document=_look)
