from pathlib import Path

import pytest

import voicekit
from kit.projects import PROFILE, bodies, project, wrong

PAGE = {
    "voicekit.yaml": "name: page\npacks:\n  web: {prompts: prompts.yaml, profiles: [schedar]}\n",
    "profiles/schedar.yaml": """provider: google-302ai
language: cmn-cn
voice: cmn-CN-Chirp3-HD-Schedar
pitch: 0
rate: 0.96
effects: [headphone-class-device]
encoding: LINEAR16
""",
    "prompts.yaml": 'prompts: [{id: platform, text: "302 is truly an awesome platform."}]\n',
}
PAGE_BODY = {
    "audioConfig": {
        "audioEncoding": "LINEAR16",
        "effectsProfileId": ["headphone-class-device"],
        "pitch": 0,
        "speakingRate": 0.96,
    },
    "input": {"text": "302 is truly an awesome platform."},
    "voice": {"languageCode": "cmn-CN", "name": "cmn-CN-Chirp3-HD-Schedar"},
}
PAGE_BYTES = (
    b'{"audioConfig":{"audioEncoding":"LINEAR16","effectsProfileId":["headphone-class-device"],"pitch":0,"speakingRate":0.96},'
    b'"input":{"text":"302 is truly an awesome platform."},"voice":{"languageCode":"cmn-CN","name":"cmn-CN-Chirp3-HD-Schedar"}}'
)


def test_the_vendor_pages_example_is_planned_to_the_pages_own_body(tmp_path: Path) -> None:
    """302.AI, POST /google/v1/text-synthesize, "Example", as the page stood on 2025-06-18."""
    (row,) = voicekit.plan(voicekit.load(project(tmp_path, PAGE))).requests

    assert row.call.body == PAGE_BYTES
    assert bodies(tmp_path) == [PAGE_BODY]
    assert (row.call.method, row.call.path) == ("POST", "/google/v1/text-synthesize")
    assert row.call.query == (("response_format", "url"),)
    assert row.call.content_type == "application/json"
    assert row.call.headers == ()


# --- neutral values ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "child", "override", "sent"),
    [
        ("", "", "", {}),
        ("pitch: 0", "", "", {"pitch": 0}),
        ("rate: 1.0", "", "", {"speakingRate": 1}),
        ("", "pitch: -0.0", "", {"pitch": 0}),
        ("pitch: 3", "pitch: 0", "", {"pitch": 0}),
        ("pitch: 3", "", "pitch: 0", {"pitch": 0}),
        ("rate: 0.9", "", "", {"speakingRate": 0.9}),
        ("rate: 0.9", "rate: 0.0", "", {}),
        ("rate: 0.9", "rate: 0", "", {}),
        ("rate: 0.9", "", "rate: 0.0", {}),
        ("rate: 0.0", "rate: 0.9", "", {"speakingRate": 0.9}),
        ("rate: 0.9", "rate: 0.0", "rate: 1", {"speakingRate": 1}),
        ("rate: 0.0", "", "", {}),
        ("gain: 0", "", "", {"volumeGainDb": 0}),
        ("effects: [handset-class-device]", "effects: []", "", {}),
        ("effects: [handset-class-device]", "", "effects: []", {}),
        ("sample_rate: 8000", "", "", {"sampleRateHertz": 8000}),
    ],
)
def test_what_is_stated_is_sent_and_a_rate_of_zero_never(
    tmp_path: Path, base: str, child: str, override: str, sent: dict[str, float]
) -> None:
    files = {
        "profiles/base.yaml": f"{PROFILE}{base}\n",
        "profiles/en.yaml": f"extends: base\n{child}\n",
        "prompts.yaml": f"prompts: [{{id: a, text: A., override: {{{override}}}}}]\n",
    }
    (body,) = bodies(project(tmp_path, files))

    assert body["audioConfig"] == {"audioEncoding": "LINEAR16", **sent}


@pytest.mark.parametrize(("sets", "sent"), [({"rate": 0.0}, {"pitch": 2}), ({"pitch": 0}, {"pitch": 0, "speakingRate": 0.9}), ({"rate": 1}, {"pitch": 2, "speakingRate": 1})])  # fmt: skip
def test_the_command_line_is_the_nearest(
    tmp_path: Path, sets: dict[str, float], sent: dict[str, float]
) -> None:
    override = "prompts: [{id: a, text: A., override: {pitch: 2}}]\n"
    root = project(
        tmp_path, {"profiles/en.yaml": PROFILE + "rate: 0.9\npitch: 1\n", "prompts.yaml": override}
    )

    assert bodies(root, **sets)[0]["audioConfig"] == {"audioEncoding": "LINEAR16", **sent}


# --- extends ----------------------------------------------------------------------------------------


def chain(*links: tuple[str, str]) -> dict[str, str]:
    return {f"profiles/{name}.yaml": f"extends: {parent}\n" for name, parent in links}


@pytest.mark.parametrize(
    ("links", "circle"),
    [
        ([("a", "a")], "a → a"),
        ([("a", "b"), ("b", "a")], "a → b → a"),
        ([("a", "b"), ("b", "c"), ("c", "a")], "a → b → c → a"),
    ],
)
def test_a_circle_is_told_once_in_each_file(
    tmp_path: Path, links: list[tuple[str, str]], circle: str
) -> None:
    found = wrong(project(tmp_path, chain(*links)))

    assert [(file, line) for file, line, _ in found] == [(f"profiles/{name}.yaml", 1) for name, _ in links]
    assert any(circle in message for _, _, message in found)


def test_a_missing_parent_is_told_where_it_is_named(tmp_path: Path) -> None:
    found = wrong(project(tmp_path, chain(("a", "b"), ("b", "telephny"), ("telephony", "en"))))

    assert [(file, line) for file, line, _ in found] == [("profiles/b.yaml", 1)]


def test_a_parent_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    files = {"profiles/base.yaml": "a: [", "profiles/en.yaml": "extends: base\n"}

    assert [file for file, _, _ in wrong(project(tmp_path, files))] == ["profiles/base.yaml"]


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"profiles/base.yaml": PROFILE + "sample_rate: 44100\n", "profiles/en.yaml": "extends: base\n\nencoding: OGG_OPUS\n"}, ("profiles/en.yaml", 3)),
        ({"profiles/base.yaml": PROFILE.replace("LINEAR16", "OGG_OPUS"), "profiles/en.yaml": "extends: base\n\nsample_rate: 44100\n"}, ("profiles/en.yaml", 3)),
        ({"profiles/base.yaml": PROFILE.replace("LINEAR16", "FLAC"), "profiles/en.yaml": "extends: base\nprovider: google\n"}, ("profiles/en.yaml", 2)),
        ({"profiles/en.yaml": PROFILE + "sample_rate: 44100\n", "prompts.yaml": "prompts:\n  - id: a\n    text: a\n    override:\n      encoding: OGG_OPUS\n"}, ("prompts.yaml", 5)),
    ],
)  # fmt: skip
def test_what_goes_wrong_together_is_told_where_the_last_of_it_stands(
    tmp_path: Path, files: dict[str, str], place: tuple[str, int]
) -> None:
    assert [row[:2] for row in wrong(project(tmp_path, files))] == [place]


def test_a_profile_without_what_a_request_needs_is_told_where_a_pack_names_it(tmp_path: Path) -> None:
    found = wrong(project(tmp_path, {"profiles/en.yaml": "language: en-US\n"}))

    assert [(file, line) for file, line, _ in found] == [("voicekit.yaml", 3)] * 3
    assert [message.split("`")[1] for _, _, message in found] == ["provider", "voice", "encoding"]


def test_a_base_that_no_pack_names_may_be_incomplete(tmp_path: Path) -> None:
    assert wrong(project(tmp_path, {"profiles/base.yaml": "pitch: 1\n", "profiles/empty.yaml": ""})) == []


@pytest.mark.parametrize(
    ("base", "child", "query"),
    [("", "", [["response_format", "url"]]), ("base64", "", []), ("base64", "url", [["response_format", "url"]]), ("url", "base64", [])],
)  # fmt: skip
def test_a_childs_option_undoes_its_parents(
    tmp_path: Path, base: str, child: str, query: list[list[str]]
) -> None:
    def option(value: str) -> str:
        return f"google-302ai: {{response_format: {value}}}\n" if value else ""

    files = {
        "profiles/base.yaml": PROFILE + option(base),
        "profiles/en.yaml": "extends: base\n" + option(child),
    }
    (row,) = voicekit.plan(voicekit.load(project(tmp_path, files))).requests

    assert [list(pair) for pair in row.call.query] == query
