"""VK110: a document inside a document, or a language that is not named.

What: A `<speak>` stands inside another one, or a `<lang>` has no `xml:lang`.
Why: SSML 1.1 has `speak` as the root only, and requires `xml:lang` on `lang` (3.1.12); Google takes an inner `speak` in `<media>` only, and
    marks `xml:lang` as required (M). A partial that is a whole document of its own is how the first happens.
Fix: Take `<speak>` out of the partial. Write it like `<lang xml:lang="es-US">`.

Bad:
    templates/partials/closing.ssml.j2:
        <speak>Goodbye.</speak>  ←
    template hello:
        <speak>
        Thank you.
        {% include "partials/closing.ssml.j2" %}
        </speak>
Bad:
    prompts:
        - {id: name, ssml: "<speak>Welcome to <lang>La Rochelle</lang>.</speak>"}  ←
Good:
    prompts:
        - {id: name, ssml: "<speak>Welcome to <lang xml:lang='fr-FR'>La Rochelle</lang>.</speak>"}
        - {id: music, ssml: "<speak><par><media begin='1s'><speak>One moment.</speak></media></par></speak>"}
"""

from collections.abc import Iterator

from voicekit.checks import Check, Node
from voicekit.model import Finding


def _nested(node: Node) -> Iterator[Finding]:
    if node.parents and node.parents[-1].name != "media":
        message = f"a <speak> stands inside <{node.parents[-1].name}>"
        yield Finding(
            "VK110", "warning", node.place, message, "remove the inner <speak>, and keep what is in it"
        )


def _unnamed(node: Node) -> Iterator[Finding]:
    if not node.element.get("xml:lang").strip() and not node.element.get(
        "lang"
    ):  # VK107 says what `lang` is called
        message = "<lang> has no `xml:lang`"
        yield Finding("VK110", "warning", node.place, message, 'write it like <lang xml:lang="es-US">')


CHECK = Check("VK110", "nested document or unnamed language", tags={"speak": _nested, "lang": _unnamed})
