"""JSON Schemas (2020-12) of the files that people write and that voicekit makes, from the loader's own tables and limits.

What a schema cannot say, such as that an encoding has a rate or that a script exists, `voicekit check` says.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

from voicekit import _captions, _inputs, _wire, checks, model, providers, targets
from voicekit import _limits as limits
from voicekit._load import cases as case_lists
from voicekit._load import prompts as prompt_lists
from voicekit._load.endpoints import FAILURES
from voicekit._load.profiles import SETTINGS
from voicekit._load.project import DOLLARS, SEVERITIES
from voicekit._load.store import OPTIONS
from voicekit._load.takes import SUBJECTS
from voicekit._sound.encodings import ENCODINGS

Schema = dict[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": "string", "pattern": r"\S"}
_WORDS: Schema = {"type": "string"}
_NUMBER, _WHOLE, _FLAG = {"type": "number"}, {"type": "integer"}, {"type": "boolean"}
_LANGUAGE: Schema = {"type": "string", "pattern": "^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$"}
_NAME = r"^[A-Za-z0-9._-]+$"
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}


def _mapping(properties: Mapping[str, Any], required: Iterable[str] = (), **more: Any) -> Schema:
    """Return a mapping whose keys are these and no others."""
    needed = {"required": sorted(required)} if required else {}
    return {"type": "object", "properties": dict(properties), "additionalProperties": False, **needed, **more}


def _open(properties: Mapping[str, Any]) -> Schema:
    """Return a mapping that has these keys, and later perhaps more."""
    return {"type": "object", "properties": dict(properties), "required": sorted(properties)}


def _each(values: Any, names: str | None = None) -> Schema:
    """Return a mapping from free names to values."""
    return {
        "type": "object",
        "additionalProperties": values,
        **({"propertyNames": {"pattern": names}} if names else {}),
    }


def _list(items: Any, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def _one_of(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


def _between(bounds: tuple[float, float], kind: str = "number") -> Schema:
    return {"type": kind, "minimum": bounds[0], "maximum": bounds[1]}


def _or_none(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_VALUES = _each(True, r"^[^\W\d]\w*$")
_LEXICONS = _list({"type": "string", "pattern": r"\.pls$"})


def _settings() -> Schema:
    """Return the settings of a profile or an override, by name."""
    found: Schema = {
        "provider": _one_of(providers.find()),
        "language": _LANGUAGE,
        "voice": _TEXT,
        "pitch": {**_between(limits.PITCH), "description": "semitones"},
        "rate": {
            "anyOf": [_between(limits.RATE), {"const": 0}],
            "description": "factor; 0.0 is the voice's own",
        },
        "gain": {**_between(limits.GAIN), "description": "dB"},
        "effects": _list(_one_of(limits.EFFECTS)),
        "encoding": _one_of(ENCODINGS),
        "sample_rate": {**_between(limits.SAMPLE_RATE, "integer"), "description": "Hz"},
        "bit_rate": {**_between(limits.BIT_RATE, "integer"), "description": "bit/s"},
        "channels": _between(limits.CHANNELS, "integer"),
    }
    assert set(found) == set(SETTINGS)
    for name, provider in providers.find().items():
        options = provider.capabilities.options
        if options:
            found[name] = _mapping({key: _option(option) for key, option in options.items()})
    return found


def _option(option: model.Option) -> Schema:
    if option.kind == "word":
        return _one_of(option.words)
    if option.kind in {"number", "integer"}:
        low, high = option.bounds
        ends = {"minimum": low, "maximum": high}
        return {"type": option.kind, **{end: value for end, value in ends.items() if value is not None}}
    return _FLAG if option.kind == "switch" else _TEXT


def _profile() -> Schema:
    words = {"extends": _TEXT, "title": _TEXT, "description": _TEXT, "lexicons": _LEXICONS}
    return _mapping({**words, **_settings()})


def _project() -> Schema:
    locales = _each(_mapping({"values": _VALUES}), _LANGUAGE["pattern"])
    lists = {"type": "string", "pattern": r"\.(yaml|csv)$"}
    pack = _mapping(
        {
            "prompts": {"anyOf": [lists, _list(lists)]},
            "profiles": _list(_TEXT, minItems=1),
            "target": _one_of(targets.find()),
            "endpoint": _TEXT,
            "values": _VALUES,
            "locales": locales,
            "complete": _FLAG,
            "lexicons": _LEXICONS,
            "captions": _list(_one_of(_captions.FORMATS)),
        },
        ("prompts", "profiles"),
    )
    endpoint = _mapping(
        {
            "provider": _one_of(providers.find()),
            "url": {"type": "string", "pattern": "^https?://"},
            "credential": {"type": "string", "pattern": r"^[^\W\d]\w*$"},
            "requests_per_minute": _between((0.01, 1e6)),
            "characters_per_minute": _between((1, 1e9)),
            "path": {"type": "string", "pattern": "^/"},
            "fallback": _mapping(
                {"endpoint": _TEXT, "profiles": _each(_TEXT), "on": _list(_one_of(FAILURES))},
                ("endpoint", "profiles"),
            ),
        },
        ("provider",),
    )
    return _mapping(
        {
            "name": _TEXT,
            "language": _LANGUAGE,
            "values": _VALUES,
            "locales": locales,
            "packs": {**_each(pack, _NAME), "minProperties": 1},
            "endpoints": _each(endpoint),
            "budget": _mapping(
                {cap: {**_between(DOLLARS), "description": "USD"} for cap in ("run", "month")}
            ),
            "environments": _each(_list(_TEXT, minItems=1)),
            "selectors": _each(_TEXT),
            "store": _store(),
            "checks": _checks(),
            "lexicons": _LEXICONS,
            "foreign_templates": _FLAG,
        },
        ("name", "packs"),
    )


def _store() -> Schema:
    options = {name: _SCALAR for known in OPTIONS.values() for name in known}
    return _mapping({"url": _TEXT, "read_only": _FLAG, "options": _mapping(options)}, ("url",))


def _checks() -> Schema:
    code = {"anyOf": [_one_of(checks.codes()), {"type": "string", "pattern": r"[*?\[]"}]}
    ignored = _mapping({"path": _TEXT, "codes": _list(code, minItems=1)}, ("path", "codes"))
    return {
        "type": "object",
        "properties": {
            **{rule.code: {**_one_of(SEVERITIES), "description": rule.title} for rule in checks.rules()},
            "select": _list(code),
            "ignore": _list(ignored),
        },
        "patternProperties": {r"[*?\[]": _one_of(SEVERITIES)},
        "additionalProperties": False,
    }


def _prompts() -> Schema:
    series = {
        "anyOf": [{"type": "string", "pattern": r"^-?[0-9]{1,9}\.\.-?[0-9]{1,9}(\.\.[0-9]{1,9})?$"},
                  _list(_SCALAR, minItems=1)]
    }  # fmt: skip
    columns: Schema = {
        "id": _TEXT,
        "script": _TEXT,
        "text": _WORDS,
        "ssml": _WORDS,
        "values": _VALUES,
        "each": _each(series),
        "override": _mapping(_settings()),
        "tags": _list(_TEXT),
        "locale": _LANGUAGE,
        "note": _WORDS,
        "moved": _TEXT,
        "recorded": _TEXT,
    }
    assert set(columns) == set(prompt_lists.COLUMNS)
    said = [{"required": [key]} for key in ("script", "text", "ssml")]
    return _mapping({"prompts": _list(_mapping(columns, ("id",), oneOf=said))}, ("prompts",))


def _cases() -> Schema:
    phrases, seconds = _list(_TEXT, minItems=1), {**_between(case_lists.SECONDS), "description": "seconds"}
    expected: Schema = {
        "text": _WORDS,
        "ssml": _TEXT,
        "must_say": phrases,
        "must_not_say": phrases,
        "min_duration": seconds,
        "max_duration": seconds,
        "max_characters": _between(case_lists.CHARACTERS, "integer"),
        "error": {**_TEXT, "description": "a part of the message with which rendering is refused"},
    }
    assert tuple(expected) == case_lists.EXPECTATIONS
    about = {
        **dict.fromkeys(("name", *SUBJECTS, "pack", "profile"), _TEXT),
        "locale": _LANGUAGE,
        "values": _VALUES,
        "note": _WORDS,
    }
    assert (*about, *expected) == case_lists.KEYS
    script, prompt = ({"required": [key]} for key in SUBJECTS)
    what = [script, {**prompt, "not": {"required": ["values"]}}]
    others = [{"required": [key]} for key in expected if key != "error"]
    needed = [{"required": ["error"]}, {"anyOf": others}]
    case = _mapping({**about, **expected}, ("name",), allOf=[{"oneOf": what}, {"oneOf": needed}])
    return _mapping({"cases": _list(case)}, ("cases",))


def _front_matter() -> Schema:
    length = _between((0, limits.RENDER_BYTES), "integer")
    bound = {"type": ["string", "number"]}
    inner = {"$ref": "#/$defs/input"}
    spec = _mapping(
        {
            "type": _one_of(_inputs.TYPES),
            "default": True,
            "example": True,
            "minimum": bound,
            "maximum": bound,
            "min_length": length,
            "max_length": length,
            "pattern": {"type": "string", "format": "regex"},
            "values": _list(_TEXT, minItems=1),
            "items": inner,
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "title": _TEXT,
            "description": _TEXT,
        },
        ("type",),
    )
    keys = {"title": _TEXT, "description": _TEXT, "language": _LANGUAGE, "inputs": _each(inner)}
    return {**_mapping(keys), "type": ["object", "null"], "$defs": {"input": spec}}


def _finding() -> Schema:
    severity = _one_of(get_args(model.Severity))
    place = {"path": _WORDS, "line": _or_none(_WHOLE), "column": _or_none(_WHOLE)}
    return _open({"code": _WORDS, "severity": severity, **place, "message": _WORDS, "remedy": _WORDS})


def _findings() -> Schema:
    return _open({"schema": {"const": "voicekit.findings/1"}, "findings": _list(_finding())})


def _plan() -> Schema:
    request = _open({"method": _WORDS, "path": _WORDS, "query": {"type": "object"}, "body": True})
    words = dict.fromkeys(("pack", "prompt", "profile", "locale", "file", "key"), _WORDS)
    nothing = dict.fromkeys(("request_key", "same_as", "endpoint", "host", "source"), _or_none(_WORDS))
    row = _open(
        {
            **words,
            **nothing,
            "piece": _WHOLE,
            "action": _one_of(get_args(model.Action)),
            "reasons": _list(_WORDS),
            "characters_billed": _WHOLE,
            "price": _or_none(_NUMBER),
            "request": _or_none(request),
        }
    )
    counts = dict.fromkeys((*get_args(model.Action), "requests", "characters_billed"), _WHOLE)
    summary = _open({**counts, "price": _NUMBER, "currency": _WORDS})
    return _open({"schema": {"const": "voicekit.plan/1"}, "requests": _list(row), "summary": summary})


def _tests() -> Schema:
    status = _one_of(("passed", "failed"))
    words = dict.fromkeys(("name", "path", "message"), _WORDS)
    case = _open({**words, "line": _WHOLE, "status": status, "seconds": _NUMBER})
    return _open({"schema": {"const": "voicekit.tests/1"}, "cases": _list(case)})


def _manifest() -> Schema:
    """Return the manifest: the rows are the fields of an artefact."""
    hints = get_type_hints(model.Artefact)
    row = {name: _of_type(hint) for name, hint in hints.items() if name not in {"digest", "size", "shape", "request_key", "pieces", "marks", "captions", "caption_digests"}}  # fmt: skip
    return _open({"schema": {"const": "voicekit.manifest/1"}, "prompts": _list(_open(row))})


def _results() -> Schema:
    row = {name: _of_type(hint) for name, hint in get_type_hints(model.Outcome).items()}
    return _open({"schema": {"const": "voicekit.results/1"}, "results": _list(_open(row))})


def _lock() -> Schema:
    row = {name: _of_type(hint) for name, hint in get_type_hints(model.Locked).items()}
    pieces = row.pop("pieces")  # where there are several
    found = _open(row)
    return {**found, "properties": {**found["properties"], "pieces": pieces}}


def _of_type(hint: Any) -> Schema:
    plain: dict[Any, Schema] = {str: _WORDS, int: _WHOLE, float: _NUMBER, bool: _FLAG}
    if hint in plain:
        return plain[hint]
    parts = [part for part in get_args(hint) if part is not type(None)]
    if get_origin(hint) is Literal:
        return _one_of(parts)
    if get_origin(hint) is tuple:
        return _list(_of_type(parts[0]))
    assert len(parts) == 1, f"no schema for {hint}"
    return _or_none(plain[parts[0]])


Kind = Literal[
    "project",
    "profile",
    "prompts",
    "front-matter",
    "cases",
    "plan",
    "manifest",
    "results",
    "lock",
    "findings",
    "tests",
]
_KINDS: Mapping[str, tuple[str, Callable[[], Schema]]] = {
    "project": ("voicekit.yaml", _project),
    "profile": ("A profile: profiles/NAME.yaml", _profile),
    "prompts": ("A prompt list in YAML", _prompts),
    "front-matter": ("The front matter of a script", _front_matter),
    "cases": ("Tests of prompts: tests/NAME.yaml", _cases),
    "plan": ("What `voicekit plan --format json` prints", _plan),
    "manifest": ("build/PACK/manifest.json", _manifest),
    "results": ("build/results.json", _results),
    "lock": ("a line of voicekit.lock, behind the first", _lock),
    "findings": ("What `voicekit check --format json` prints", _findings),
    "tests": ("What `voicekit test --format json` prints", _tests),
}
KINDS = tuple(_KINDS)


def schema(kind: str) -> Schema:
    """Return the schema of one kind of file."""
    title, make = _KINDS[kind]
    return {"$schema": _DIALECT, "title": title, **make()}


def files() -> dict[str, bytes]:
    """Return every schema as a file, by the name that `# yaml-language-server: $schema=` comments give it."""
    return {f"{kind}.schema.json": _wire.pretty(schema(kind)).encode() for kind in KINDS}
