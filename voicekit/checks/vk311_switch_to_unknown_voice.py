"""VK311: a switch to a voice of an unknown name.

What: A `<voice name>` in the SSML of an Azure voice is none that Azure's list could hold, such as `Jenny` for `en-US-JennyNeural`.
Why: Azure's names follow one grammar, and it is reported to refuse a request for a voice that it does not have (S). A custom voice may have any name,
    which only its owner knows: so this is a warning.
Fix: Copy the name from the vendor's list of voices. For a custom voice of your own, ignore this rule.

Bad:
    profile:
        provider: azure
        voice: en-US-JennyNeural
    prompts:
        - {id: hello, ssml: "<speak><voice name='Guy'>Hello.</voice></speak>"}  ←
Good:
    profile:
        provider: azure
        voice: en-US-JennyNeural
    prompts:
        - {id: hello, ssml: "<speak><voice name='en-US-GuyNeural'>Hello.</voice></speak>"}
        - {id: bye, ssml: "<speak><voice name='en-US-Ava:DragonHDLatestNeural'>Goodbye.</voice></speak>"}
"""

from collections.abc import Iterator

from voicekit._capabilities import azure
from voicekit.checks import Check, Node
from voicekit.checks._ssml import shown
from voicekit.model import Finding


def _look(node: Node) -> Iterator[Finding]:
    family, name = node.row.family, node.element.get("name").strip()
    if family is None or family.vendor != azure.VENDOR.title or not name or azure.named(name):
        return
    message = f"<voice>: {shown(name)} fits no name that a voice of {family.vendor} is known to have"
    remedy = "copy the name from the vendor's list of voices, such as en-US-JennyNeural"
    yield Finding("VK311", "warning", node.place, message, remedy, attribute="name")


CHECK = Check("VK311", "switch to an unknown voice", tags={"voice": _look})
