"""Azure's text-to-speech REST call, both ways: SSML in, bare bytes out, at its own addresses and behind 302.AI's. Imports ssml and _wire.

Source: the REST page of 2024-09-23 (P) for path, headers, formats, statuses and the list of voices; the quotas page of 2024-09-24 (P): sound is
cut off at ten minutes, at most 50 distinct voices and recordings, 64 KB for one document over a websocket, which is taken for the REST
call too, whose own limit is not stated. What is billed: the overview's "Billable characters" of 2025-03-10 (P). A refusal's body is empty or
plain text (S); its words are only known for a voice.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import field, frozen

from voicekit import _wire, ssml
from voicekit._capabilities import azure
from voicekit.errors import MarkupError
from voicekit.model import Ask, Call, Capabilities, Family, Link, Options, Reply, Sound, Task
from voicekit.providers import Authentication, Refusal, VoiceEntry, Wire
from voicekit.providers import _answers as answers
from voicekit.providers import _azure_documents as documents
from voicekit.providers import _azure_formats as formats
from voicekit.providers import _format_words as format_words
from voicekit.providers import _gateway as gateway

FORMAT: Final = "X-Microsoft-OutputFormat"
_CONTENT: Final = "application/ssml+xml"
_MOST_BYTES = 65_536
_REMEDY = "correct the request"


def capabilities(url: str, *, regional: str = "", file_hosts: frozenset[str] = frozenset()) -> Capabilities:
    """Return what Azure's voices take, at one address."""
    return Capabilities(
        url=url,
        regional=regional,
        file_hosts=file_hosts,
        limit=64_000,  # which leaves room for the frame around a text
        unit="bytes",
        ranges={"pitch": documents.PITCH, "rate": documents.RATE},
        encodings=frozenset(formats.SENT),
        families=azure.VENDOR.families,
        examples={
            "en-US-JennyNeural": "en-US",
            "en-US-ChristopherNeural": "en-US",
            "ga-IE-OrlaNeural": "ga-IE",
            "zh-CN-YunxiNeural": "zh-CN",
            "en-US-Ava:DragonHDLatestNeural": "en-US",
        },
        effects=frozenset({documents.TELEPHONE}),
        natural_rate=24_000,
        priced="2025-10",
        **format_words.rates(formats.SENT),
    )


@frozen
class AzureWire(Wire):
    """Azure's call at one address.

    A format says encoding and rates in one word. A request for G.711 without a header, as calls are streamed, is read with the option
    ``headerless``; no profile can state that, since a file wants its header.

    Attributes:
        proxy: 302.AI's address, whose own refusals, all but 400, are in its own shape.
    """

    name: str
    path: str
    capabilities: Capabilities
    authentication: Authentication
    voices_route: tuple[str, str] | None = None
    proxy: bool = False
    route: tuple[str, str] = field(init=False)
    headers: frozenset[str] = frozenset({FORMAT})

    @route.default
    def _route(self) -> tuple[str, str]:
        return "POST", self.path

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return the family of a voice by Azure's grammar of names; None for a custom voice, which only its owner knows."""
        del options
        match = azure.named(voice)
        return self.capabilities.families["HD" if match["hd"] else "neural"] if match else None

    def size(self, ask: Ask) -> int:
        """Measure the document in UTF-8 bytes."""
        return len(documents.written(ask).encode())

    def billed(self, ask: Ask) -> int:
        """Count the document's characters, markup included except ``speak`` and ``voice``; an ideograph counts twice."""
        return documents.billed(documents.written(ask))

    def bare_rate(self, ask: Ask) -> int | None:
        """Return the rate of G.711 that is asked for without its header; None for anything else."""
        return 8_000 if ask.encoding in formats.HEADERLESS and dict(ask.options).get("headerless") else None

    # --- the request ---------------------------------------------------------------------------------

    def encode(self, ask: Ask) -> Call:
        """Write the request: the document, and its format in a header. The rate is always said."""
        body = documents.written(ask).encode()
        return Call("POST", self.path, (), body, _CONTENT, ((FORMAT, self._format(ask)),))

    def _format(self, ask: Ask) -> str:
        if self.bare_rate(ask):
            return formats.HEADERLESS[ask.encoding]
        return format_words.word_of(formats.SENT, ask.encoding, ask.sample_rate, ask.bit_rate)

    def parse(self, call: Call) -> Ask:
        """Read a request and check it as Azure documents.

        Raises:
            Refusal: With Azure's words, as far as they are known.
        """
        asked = _format_of(call)
        if len(call.body) > _MOST_BYTES:
            raise _refuse(f"The SSML is {len(call.body):,} bytes long; at most {_MOST_BYTES:,} are taken.")
        try:
            text = call.body.decode()
            document = documents.read(text)
        except UnicodeDecodeError:
            raise _refuse("The SSML is not UTF-8.") from None
        except MarkupError as error:
            raise _refuse(f"Invalid SSML: {error.problems[0].message}.") from None
        self._check(document)
        voice = document.voices[0].get("name")
        said = document.text if _speaks(voice, document.language) else None
        tree = ssml.serialise(document.tree) if document.settings else text
        return Ask(
            text=said,
            ssml=tree if said is None else None,
            language=document.language,
            voice=voice,
            encoding=asked.encoding,
            sample_rate=asked.sample_rate,
            bit_rate=asked.bit_rate,
            pitch=document.settings.get("pitch"),
            rate=document.settings.get("rate"),
            effects=(documents.TELEPHONE,) if document.telephone else (),
            options=(("headerless", True),) if asked.headerless else (),
        )

    def _check(self, document: documents.Document) -> None:
        root = document.tree
        missing = [name for name in ("version", "xml:lang") if not root.get(name)]
        if root.name != "speak" or missing:
            raise _refuse(f"Invalid SSML: the speak element must have {' and '.join(missing) or 'its name'}.")
        outside = (child for child in root.children if isinstance(child, str) and child.strip())
        if not document.voices or any(outside):
            raise _refuse("Invalid SSML: what is said must stand in a voice element.")
        kinds = [self._kind(voice.get("name")) for voice in document.voices]
        if document.settings and any(kind.rate.refuses for kind in kinds):
            raise _refuse("Invalid SSML: HD voices take no prosody.")
        tags = {(node.name, node.attributes) for node in ssml.walk(root) if node.name in {"voice", "audio"}}
        if len(tags) > azure.MOST_TAGS:
            raise _refuse(
                f"Invalid SSML: at most {azure.MOST_TAGS} distinct voice and audio elements are taken."
            )

    def _kind(self, voice: str) -> Family:
        found = self.family(voice)
        if found is None:
            raise _refuse(f"Unsupported voice {voice[:80]}.")
        return found

    # --- the answer ----------------------------------------------------------------------------------

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with nothing but the sound."""
        assert isinstance(made, Sound)
        return Reply(200, formats.content_type(self._format(ask)), made.data)

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer that is nothing but the sound, or a refusal in plain text."""
        if reply.status != 200 and reply.content_type.startswith("text/plain"):
            raise answers.refused(self.name, reply.status, reply.body.decode("utf-8", "replace"))
        return answers.bare_sound(self.name, reply)

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error as plain text; behind 302.AI what the gateway refuses itself, all but 400, is in its own shape."""
        if self.proxy and status != 400:
            return gateway.refuse(status, message)
        return Reply(status, "text/plain", message.encode())

    def list_voices(self, voices: Iterable[VoiceEntry], call: Call) -> Reply | None:
        """Write Azure's list, which is never narrowed: stand-ins, named so, for what the embedded voice speaks.

        Azure names no language by a number, as ``es-419`` is.
        """
        del call
        if self.voices_route is None:
            return None
        rows = [row for row in map(_listed, voices) if azure.named(row["ShortName"])]
        return Reply(200, "application/json", _wire.compact(rows))


def _listed(voice: VoiceEntry) -> Mapping[str, Any]:
    gender = "Female" if voice.female else "Male"
    name = f"Embedded{gender}"
    return {
        "Name": f"Microsoft Server Speech Text to Speech Voice ({voice.language}, {name}Neural)",
        "DisplayName": f"Embedded {gender}",
        "LocalName": f"Embedded {gender}",
        "ShortName": f"{voice.language}-{name}Neural",
        "Gender": gender,
        "Locale": voice.language,
        "LocaleName": voice.language,
        "SampleRateHertz": str(voice.sample_rate),
        "VoiceType": "Neural",
        "Status": "GA",
    }


def _speaks(voice: str, language: str) -> bool:
    """Whether a document's language is that of its voice, or less exact; if not, the voice's own is spoken."""
    match = azure.named(voice)
    return match is not None and (match["locale"] + "-").lower().startswith(f"{language.lower()}-")


def _format_of(call: Call) -> formats.Format:
    """Return what the header of a request asks for."""
    stated = {name.lower(): value for name, value in call.headers}
    word = stated.get(FORMAT.lower(), "").strip()
    if not word:
        raise _refuse(f"The header {FORMAT} is missing.")
    found = formats.READ.get(word.lower())
    if found is None:
        why = "is not made here" if word.lower() in formats.UNSPOKEN else "is unknown"
        raise _refuse(f"Unsupported output format: {word[:80]} {why}.")
    return found


def _refuse(message: str) -> Refusal:
    return Refusal.of(message, remedy=_REMEDY)
