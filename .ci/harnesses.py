"""What `fuzz.py` runs: for each kind of input a function of bytes that fails where something escapes, and seeds to begin with."""

import asyncio
import contextlib
import json
import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

KEY = "ab" * 32
Harness = Callable[[bytes], None]


@contextlib.contextmanager
def ours() -> Iterator[None]:
    """Let voicekit's own errors pass, if each says what to do."""
    from voicekit.errors import VoicekitError

    try:
        yield
    except VoicekitError as error:
        if error.exit_code not in {3, 4} or not all(problem.remedy for problem in error.problems):
            raise AssertionError(f"{type(error).__name__}: {error}") from error


def text_of(data: bytes) -> str:
    """Return bytes as text, now and then with half a character in it."""
    with contextlib.suppress(UnicodeDecodeError):
        return data.decode("utf-8", "surrogatepass")
    return data.decode("utf-8", "replace")


def ssml() -> Harness:
    """Read SSML and lexicons, and write them."""
    from voicekit import pls, ssml

    def harness(data: bytes) -> None:
        text = text_of(data)
        with ours():
            tree = ssml.parse(text)
            written = ssml.serialise(tree)
            assert ssml.serialise(ssml.parse(written)) == written
            ssml.plain_text(ssml.tidy(tree))
            for element in ssml.walk(tree):
                assert element.line >= 1
                assert element.column >= 1
        with ours():
            lexicon = pls.parse(text)
            assert pls.parse(pls.serialise(lexicon)).lexemes is not None

    return harness


def yaml() -> Harness:
    """Read YAML; and JSON, which must be the same data."""
    from voicekit import _yaml

    def plain(value: Any, depth: int = 0) -> None:
        assert depth <= 32
        assert value is None or isinstance(value, str | int | float | dict | list)
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            plain(item, depth + 1)
        if isinstance(value, _yaml.Map):
            assert value.keys() == value.lines.keys()

    def harness(data: bytes) -> None:
        text = text_of(data)
        with ours():
            plain(_yaml.load(text, "fuzz.yaml"))
        try:
            meant = json.loads(text, parse_constant=lambda _: math.nan)
        except (ValueError, RecursionError):
            return
        with ours():
            found = _yaml.load(text, "fuzz.json")
            assert found == meant or "nan" in repr(meant).lower() or "NaN" in text or "Infinity" in text, (
                found,
                meant,
            )

    return harness


def _folder() -> Path:
    """Return a new folder inside the one in which a harness runs, and which goes with it."""
    return Path(tempfile.mkdtemp(dir=Path.cwd()))


def prompts(kind: str) -> Callable[[], Harness]:
    """Return what reads a prompt list of some kind."""

    def make() -> Harness:
        from voicekit._load.prompts import load_prompts
        from voicekit.errors import Problems

        root = _folder()

        def harness(data: bytes) -> None:
            (root / f"prompts.{kind}").write_bytes(data)
            problems = Problems()
            with ours():
                found = load_prompts(root, f"prompts.{kind}", problems)
                assert len(found) <= 200_000
                problems.settle()

        return harness

    make.__doc__ = f"Read a prompt list in {kind.upper()}."
    return make


def project() -> Harness:
    """Load and plan a project."""
    from voicekit._pipeline import load, plan

    root = _folder()
    (root / "profiles").mkdir()
    (root / "profiles/en.yaml").write_text(SEED_PROFILE)
    (root / "prompts.yaml").write_text("prompts: [{id: a, text: Hello.}]")

    def harness(data: bytes) -> None:
        (root / "voicekit.yaml").write_bytes(data)
        with ours():
            plan(load(root))

    return harness


def template() -> Harness:
    """Render a template, as markup and as plain text."""
    from voicekit._render.inside import Inside, Order
    from voicekit.errors import Place

    root = _folder()
    values = {"v": "a<b", "n": 3, "l": ["x", 2, {"k": None}], "d": {"a": 1.5, "b": [True]}}

    def harness(data: bytes) -> None:
        text = text_of(data).encode("utf-8", "replace").decode()
        for kind in ("ssml", "txt"):
            name = f"t.{kind}.j2"
            (root / name).write_text(text, encoding="utf-8")
            with ours():
                said = Inside(root, "templates").render(Order(kind, "en-US", name, values, "p", Place("p")))
                assert len(said) <= 1_000_000
                assert "object at 0x" not in said
                assert "<function" not in said

    return harness


def lock() -> Harness:
    """Read a lock file, and write it."""
    from voicekit import _lock

    root = _folder()

    def harness(data: bytes) -> None:
        (root / _lock.FILE).write_bytes(data)
        with ours():
            rows = _lock.read(root)
            _lock.write(root, rows)
            assert _lock.read(root) == rows

    return harness


def plan() -> Harness:
    """Read a saved plan, and hold it against the project."""
    from voicekit._pipeline import load, read_plan
    from voicekit._pipeline import plan as planned_of

    root = _folder()
    (root / "profiles").mkdir()
    (root / "profiles/en.yaml").write_text(SEED_PROFILE)
    (root / "prompts.yaml").write_text("prompts: [{id: a, text: Hello.}]")
    (root / "voicekit.yaml").write_text("name: a\npacks: {p: {prompts: prompts.yaml, profiles: [en]}}\n")
    planned = planned_of(load(root))

    def harness(data: bytes) -> None:
        (root / "plan.json").write_bytes(data)
        with ours():
            read_plan(root / "plan.json").refuse_other(planned)

    return harness


def record() -> Harness:
    """Read a store's record, with its own check and with one that fits."""
    from voicekit._store.record import Miss, Record, decode, encode

    def harness(data: bytes) -> None:
        for written in (data, _checked(data)):
            found = decode(KEY, written)
            assert isinstance(found, Record | Miss)
            if isinstance(found, Record):
                assert decode(KEY, encode(found)) == found

    return harness


def _checked(data: bytes) -> bytes:
    """Give a record the check that belongs to it, which no chance would find."""
    from voicekit import _wire

    try:
        content = _wire.parse(data)
        content.pop("check", None)
        return _wire.compact({**content, "check": _wire.digest(_wire.canonical(content))})
    except (ValueError, TypeError, AttributeError, RecursionError):
        return data


def _sealed(data: bytes) -> bytes:
    """Give each line of a ledger the sum that belongs to it."""
    first, *lines = data.split(b"\n")
    bodies = (line.partition(b',"sum":')[0].removesuffix(b"}") for line in lines)
    return (
        b"\n".join([first, *(b'%b,"sum":"%08x"}' % (body, crc32(body)) for body in bodies if body)]) + b"\n"
    )


def ledger() -> Harness:
    """Add up a ledger, with its own sums and with such as fit."""
    from voicekit._ledger import report

    root = _folder()
    (root / ".voicekit/ledger").mkdir(parents=True)

    def harness(data: bytes) -> None:
        for written in (data, _sealed(data)):
            (root / ".voicekit/ledger/2026-11.jsonl").write_bytes(written)
            with ours():
                report(root, ["2026-11"], "pack")

    return harness


def server() -> Harness:
    """Ask the local server, at any path, with any headers and body.

    The first line is method, path and query, the next are headers, and behind a blank line stands the body.
    """
    from voicekit._server import make_app
    from voicekit.model import Ask, Sound
    from voicekit.providers import VoiceEntry

    async def speak(ask: Ask) -> Sound:
        return Sound(
            f"{ask.encoding} {ask.content}".encode("utf-8", "replace"), (), ask.sample_rate or 24_000
        )

    loop = asyncio.new_event_loop()
    app = loop.run_until_complete(_made(make_app, speak, (VoiceEntry("en-US", True, 24_000),)))

    def asked(data: bytes) -> int:
        head, _, body = data.partition(b"\n\n")
        first, *rest = head.split(b"\n")
        method, _, target = first.partition(b" ")
        path, _, query = target.partition(b"?")
        headers = [(b"host", b"127.0.0.1"), *(_header(line) for line in rest[:20])]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
            "method": method.decode("latin-1").upper() or "GET", "path": "/" + path.decode("utf-8", "replace").lstrip("/"),
            "raw_path": b"/" + path.lstrip(b"/"), "query_string": query, "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        }  # fmt: skip
        sent: list[dict[str, Any]] = []
        parts = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Any:
            return next(parts, None) or await loop.create_future()  # nobody hangs up

        async def send(message: Any) -> None:
            sent.append(message)

        loop.run_until_complete(asyncio.wait_for(app(scope, receive, send), 5))
        assert sent, "no answer"
        return int(sent[0]["status"])

    def harness(data: bytes) -> None:
        status = asked(data)
        assert status < 500, status

    for seed in _speech():
        assert asked(seed) == 200, seed
    return harness


async def _made(make_app: Any, speak: Any, voices: Any) -> Any:
    return make_app(speak, voices=voices)


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip().lower() or b"x", value.strip()


# --- what they begin with ---------------------------------------------------------------------------------

SEED_PROFILE = "{provider: google-302ai, language: en-US, voice: en-US-Neural2-F, encoding: LINEAR16}\n"
_ROW = {"pack": "p", "prompt": "a", "profile": "en", "locale": "en-US", "provider": "google", "source": "google", "key": KEY, "request_key": KEY, "digest": KEY, "duration": 1.0, "text": "Hi"}  # fmt: skip
_PROJECT = """\
name: a
values: {company: "Smith & Sons"}
locales: {es-US: {values: {x: 1}}}
packs: {p: {prompts: prompts.yaml, profiles: [en], target: telephony, endpoint: paid, captions: [vtt], complete: true}}
endpoints: {paid: {provider: google-302ai, credential: KEY, url: "https://x.example", requests_per_minute: 2}}
environments: {prod: [paid]}
selectors: {m: "tag:menu"}
budget: {run: 1}
store: {url: "s3://b/p", options: {region: x}}
checks: {VK307: "off", ignore: [{path: a, codes: [VK601]}]}
"""
_PROMPTS = """\
prompts:
  - {id: queue-position, text: "{{ n }}", values: {n: 3}, tags: [queue], note: x}
  - {id: "digits/{digit}", text: "{{ digit }}", each: {digit: 0..9..3}}
  - {id: bye, ssml: "<speak/>", locale: en-US, override: {rate: 0.9}, moved: old, recorded: a/{id}.wav}
"""
_CSV = 'id,text,tags,values.n,each.d,override.rate,locale\na-{d},Hello,x y,3,1..3,0.9,en-US\n"b","x\ny",,,"[q, r]",,\n'
_PLAN = {"schema": "voicekit.plan/1", "project": "a", "asked": {"via": None, "sets": ["a=b"]}, "requests": [{"file": "build/p/en-US/a.wav", "piece": 0, "action": "create", "price": 0.1}], "summary": {}, "findings": []}  # fmt: skip
_TEMPLATES = (
    b"{% set a = v ~ n %}{% for x in l recursive %}{{ loop.index }}{{ x }}{% if loop.first %}{{ loop(['y']) }}{% endif %}{% endfor %}",
    b"{% macro m(a, b=1) %}{{ caller() if caller else a }}{{ varargs | join }}{% endmacro %}{% call m(2) %}<s>{{ v | e }}</s>{% endcall %}",
    b"{{ n | ordinal }}{{ '2026-01-02' | date('EEEE') }}{{ 5 | money('USD') }}{{ v | say_as('x') }}{{ break('1s') }}{{ '09:30' | time }}",
    b"{% set h %}<p>{{ v }}</p>{% endset %}{{ h | upper | replace('a', h) | title | trim }}{{ v[1:] | truncate(3) | reverse }}{{ l[-1].k is none }}",
    b"{{ d | items | list | length }}{{ [1, 2, n] | sum }}{{ l | map('string') | first }}{{ (1, v) | join(',') }}{{ {'a': n}['a'] + 1 }}{{ n % 2 // 1 }}",
    b"{% block a %}x{% endblock %}{{ self.a() }}{% with q = v | default('z') %}{{ q | wordcount }}{% endwith %}{% filter lower %}{{ v }}{% endfilter %}",
)  # fmt: skip


_RECORD = {"schema": "voicekit.result/1", "key": KEY, "request_key": KEY, "digest": KEY, "size": 1, "source": "google", "provider": "google",
           "endpoint": "e", "encoding": "MULAW", "sample_rate": 8000, "duration": 1.0, "characters_billed": 2, "made_at": "2026-11-23T06:58:01+00:00",
           "marks": [{"name": "a", "seconds": 0.5}], "request": {"body": {"a": 1}}, "check": KEY,
           "origin": {"path": "a", "first_line": 1, "lines": ["x"], "values": {}, "entries": [], "versions": {}}}  # fmt: skip
_LEDGER = b"""{"schema":"voicekit.ledger/1"}
{"state":"reserved","id":"a-1","time":"2026-11-23T06:58:01Z","pack":"p","prompt":"a","profile":"en","tags":["x"],"provider":"google","endpoint":"e","request_key":"ab","characters":9,"usd":0.1}
{"state":"repeated","id":"a-1"}
{"state":"settled","id":"a-1","requests":2}
"""  # fmt: skip


def _requests() -> list[bytes]:
    """Every provider's requests, the lists and tasks that they have, and the server's own pages."""
    from voicekit import providers
    from voicekit._server.desk import Desk

    others = [
        f"{service.method} {name}{service.path}?task_id=1&language=en\n\n"
        for name, one in providers.find().items()
        for service in Desk(one, None).services()
        if service.kind != "synthesize"
    ]
    own = [
        "",
        "health",
        "_voicekit/requests",
        "_voicekit/openapi.json",
        "files/a",
        "v1/voices?languageCode=de",
    ]
    pages = [*(f"GET {path}" for path in own), "DELETE _voicekit/requests"]
    return [*_speech(), *(one.encode() for one in (*others, *pages))]


def _speech() -> list[bytes]:
    """What each provider writes, with a key in its own way; each is answered with a sound, a link or a task."""
    from voicekit import providers
    from voicekit._server.desk import plain_ask

    found = []
    for name, one in providers.find().items():
        call = one.encode(plain_ask(one))
        query = "&".join(f"{key}={value}" for key, value in call.query)
        stated = [("content-type", call.content_type), (one.authentication.header, "Bearer k"), *call.headers]
        head = "\n".join([f"{call.method} {name}{call.path}?{query}", *(": ".join(pair) for pair in stated)])
        found.append(head.encode() + b"\n\n" + call.body)
    return found


def _lines(*rows: Any) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


# Seeds that ask voicekit are made when its modules are to be loaded.
HARNESSES: dict[str, tuple[Callable[[], Harness], Sequence[bytes] | Callable[[], Sequence[bytes]]]] = {
    "ssml": (ssml, [b"<speak>Hi <break time='1s'/><p a=\"&lt;\">x &amp; y</p></speak>", b"a<!-- b --><![CDATA[<]]><?x?>", b"<?xml version='1.0'?>\n<speak/>",
                    b'<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en"><lexeme role="a:b" xmlns:a="u"><grapheme>A</grapheme><phoneme>x</phoneme></lexeme></lexicon>']),
    "yaml": (yaml, [_PROJECT.encode(), _PROMPTS.encode(), json.dumps(_PLAN).encode(), b'"\\ud83d\\ude00": [1, -0.0, .inf, 0x1f, ~]\n', b"a: |\n  b\n\nc: >-\n  d\n? e\n: f\n"]),
    "csv": (prompts("csv"), [_CSV.encode(), b"id;text\na;b\n", b"\xef\xbb\xbfid,text\r\na,b\r\n"]),
    "prompts": (prompts("yaml"), [_PROMPTS.encode(), json.dumps({"prompts": [{"id": "a", "text": "b"}]}).encode()]),
    "project": (project, [_PROJECT.encode(), b"name: a\npacks: {p: {prompts: prompts.yaml, profiles: [en]}}\n"]),
    "template": (template, _TEMPLATES),
    "lock": (lock, [_lines({"schema": "voicekit.lock/1"}, _ROW, {**_ROW, "prompt": "b"}), b"<<<<<<< ours\n"]),
    "plan": (plan, [json.dumps(_PLAN).encode()]),
    "record": (record, [json.dumps(_RECORD).encode()]),
    "ledger": (ledger, [_LEDGER]),
    "server": (server, _requests),
}  # fmt: skip
