"""VK103: nothing to say.

What: A prompt renders to empty text.
Why: Google answers INVALID_ARGUMENT when neither text nor SSML is set (proto, SynthesisInput). A document without words,
     pauses or sounds becomes a file without sound, which no build keeps.
Fix: Give the prompt words, or a pause in SSML: `<speak><break time="1s"/></speak>`.

Bad:
    prompts:
        - {id: hello, text: "{% if late %}Sorry for the wait.{% endif %}", values: {late: false}}  ←
Bad:
    prompts:
        - {id: hello, ssml: "<speak><emphasis/></speak>"}  ←
Good:
    prompts:
        - {id: hello, text: "{% if late %}Sorry for the wait.{% endif %}", values: {late: true}}
Good:
    prompts:
        - {id: pause, ssml: "<speak><break time='1s'/></speak>"}
"""

from collections.abc import Iterator

from voicekit.checks import Check, Document
from voicekit.model import Element, Finding

_HEARD = frozenset({"break", "audio", "media"})


def _look(document: Document) -> Iterator[Finding]:
    row, content = document.row, document.row.speech.content
    silent = isinstance(content, Element) and not row.text.strip()
    if silent and _HEARD.isdisjoint(one.name for one in document.elements):
        message = f"prompt {row.prompt.id} is a document in which nothing is said"
        yield Finding("VK103", "warning", row.speech.place, message, "give it words, or a <break/>")
    elif row.ask.text is not None and not row.ask.text.strip():
        message = f"prompt {row.prompt.id} renders to nothing"
        yield Finding("VK103", "error", row.speech.place, message, "give it words, or a <break/> in ssml")


CHECK = Check("VK103", "nothing to say", document=_look)
