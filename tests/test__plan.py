from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import voicekit
from kit.projects import PROFILE, project
from voicekit import _lock, providers
from voicekit._pipeline.workplace import locked
from voicekit._plan import (
    Bought,
    LastState,
    Wanted,
    bytes_key,
    plain_call,
    plan,
    prune,
    request_key,
    shape_key,
)
from voicekit.errors import ConfigError, Place
from voicekit.model import (
    Artefact,
    Ask,
    Call,
    Endpoint,
    Origin,
    Pack,
    Profile,
    Prompt,
    RequestPlan,
    Settings,
    Shape,
)

ASK = Ask(text="One.", ssml=None, language="en-US", voice="en-US-Neural2-F", encoding="MULAW", rate=0.96)
SETTINGS = Settings("google-302ai", "en-US", "en-US-Neural2-F", rate=0.96, encoding="MULAW")
PROFILE_EN = Profile("en", Place("profiles/en.yaml"), SETTINGS)
PROMPT = Prompt("a/b", Place("prompts.yaml", 2), text="One.")
SHAPE = Shape("telephony", "wav", "pcm_mulaw", 8_000, 1, ".wav")
PAID = Endpoint("paid", "google-302ai")


def wanted(**more: Any) -> Wanted:
    ask, prompt, profile = more.pop("ask", ASK), more.pop("prompt", PROMPT), more.pop("profile", PROFILE_EN)
    pack = more.pop("pack", Pack("phone", Place("voicekit.yaml"), (prompt,), (profile,)))
    base = {"endpoint": PAID, "source": "google-302ai", "shape": SHAPE, "text": "One.", "place": prompt.place}
    return Wanted(pack=pack, prompt=prompt, profile=profile, ask=ask, **{**base, **more})


def state(
    *rows: Artefact,
    bought: set[str] | None = None,
    requests: Mapping[str, Any] | None = None,
    whole: bool = True,
) -> LastState:
    known = requests or {}
    return LastState(
        artefacts={("phone", row.id, row.profile): row for row in rows},
        locked={_lock.key_of(one): one for one in (locked(evolve(row, pack="phone")) for row in rows)},
        has=lambda key: key in (bought or set()),
        bought=lambda key: Bought(known[key], Origin()) if key in known else None,
        whole=lambda _pack, _row: whole,
    )


def built(row: RequestPlan, **more: Any) -> Artefact:
    """Return the record that building a row leaves."""
    record = Artefact(
        id=row.prompt,
        locale=row.locale,
        profile=row.profile,
        file=row.file.removeprefix("build/phone/"),
        key=row.key,
        text=row.text,
        duration=1.0,
        sample_rate=8_000,
        encoding=row.encoding,
        loudness=None,
        provider=row.provider,
        endpoint=row.endpoint,
        source=row.source,
        characters_billed=row.characters_billed,
        shape=shape_key(row.key, row.shape),
        request_key=row.request_key,
    )
    return evolve(record, **more)


def one(want: Wanted, last: LastState | None = None) -> RequestPlan:
    (row,) = plan([want], last or state())
    return row


def test_a_new_prompt_is_created_and_priced() -> None:
    row = one(wanted())

    assert (row.action, row.reasons) == ("create", ("new",))
    assert row.file == "build/phone/en-US/a/b.wav"
    assert (row.characters_billed, row.price) == (4, 4 * 40.0 / 1e6)
    assert row.request_key == request_key("google-302ai", row.call)
    assert row.key == bytes_key(row.request_key, "google-302ai")


def test_the_embedded_voice_costs_nothing_and_has_keys_of_its_own() -> None:
    paid, free = one(wanted()), one(wanted(endpoint=Endpoint("embedded"), source="embedded/x@1"))

    assert free.price == 0
    assert free.request_key == paid.request_key
    assert free.key != paid.key


def test_what_is_there_is_cached() -> None:
    row = one(wanted())

    assert one(wanted(), state(built(row))).action == "cached"


@pytest.mark.parametrize(
    ("change", "last", "bought", "action", "reason"),
    [
        ({}, {"shape": "other"}, True, "reshape", "the target changed"),
        ({}, {}, True, "reshape", "the file is missing or was changed"),
        ({}, {}, False, "create", "built before, but its bytes are not on this machine"),
        ({}, {"key": "other"}, True, "reshape", "changed back to a sound already bought"),
        ({}, {"file": "elsewhere.wav"}, True, "reshape", "its file has another name now"),
        (
            {},
            {"file": "elsewhere.wav"},
            False,
            "create",
            "built before, but its bytes are not on this machine",
        ),
    ],
)
def test_each_action_says_why(
    change: dict[str, Any], last: dict[str, Any], bought: bool, action: str, reason: str
) -> None:
    row = one(wanted())
    keys = {row.key} if bought else set()
    found = one(
        wanted(**change), state(built(row, **last), bought=keys, whole="file" in last or "shape" in last)
    )

    assert (found.action, found.reasons) == (action, (reason,))


def test_a_sound_bought_for_another_prompt_is_only_shaped() -> None:
    row = one(wanted())
    found = one(wanted(), state(bought={row.key}))

    assert (found.action, found.reasons) == ("reshape", ("new file, sound already bought",))


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({"text": "Two."}, ("text",)),
        ({"text": None, "ssml": "<speak/>"}, ("text: plain ↔ SSML",)),
        ({"rate": None}, ("profile en: rate 0.96 → not stated",)),
        ({"rate": 0.9}, ("profile en: rate 0.96 → 0.90",)),
        ({"rate": 1.5, "pitch": -2}, ("profile en: pitch not stated → -2", "profile en: rate 0.96 → 1.50")),
        ({"effects": ("handset-class-device",)}, ("profile en: effects not stated → handset-class-device",)),
        ({"voice": "en-US-Neural2-A"}, ("profile en: voice en-US-Neural2-F → en-US-Neural2-A",)),
        ({"options": (("response_format", "base64"),)}, ("profile en: options not stated → response_format=base64",)),
    ],
)  # fmt: skip
def test_a_change_is_told_in_the_users_words(change: dict[str, Any], reasons: tuple[str, ...]) -> None:
    row = one(wanted())
    last = state(built(row), requests={row.key: plain_call(row.call)})
    found = one(wanted(ask=evolve(ASK, **change)), last)

    assert (found.action, found.reasons) == ("change", reasons)


ORIGIN = Origin(
    "prompts.yaml", 2, ("1a2b3c4d",), {"n": 3}, ("brand.pls: Xyloq @00000001",), {"Babel": "2.17"}
)


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({"versions": {"Babel": "2.18"}}, ("Babel 2.17 → 2.18",)),
        ({"entries": ("brand.pls: Xyloq @00000002",)}, ("lexicon brand.pls: Xyloq",)),
        ({"entries": ()}, ("lexicon brand.pls: Xyloq",)),
        ({"values": {"n": 4}}, ("value n 3 → 4",)),
        ({"lines": ("5e6f7a8b",)}, ("text: line 2 of prompts.yaml",)),
        ({}, ("text",)),
    ],
)
def test_changed_words_are_traced_to_what_they_were_made_from(
    change: dict[str, Any], reasons: tuple[str, ...]
) -> None:
    row = one(wanted())
    last = evolve(state(built(row)), bought=lambda _: Bought(plain_call(row.call), ORIGIN))
    found = one(wanted(ask=evolve(ASK, text="Two."), origin=lambda: evolve(ORIGIN, **change)), last)

    assert (found.action, found.reasons) == ("change", reasons)


def test_the_engine_and_its_libraries_are_told_by_their_versions() -> None:
    def asked(source: str) -> Wanted:
        return wanted(endpoint=Endpoint("embedded"), source=source)

    row = one(asked("embedded/espeak-ng@1.51+voicekit@0.1.0+babel@2.17"))
    last = state(built(row), requests={row.key: plain_call(row.call)})
    found = one(asked("embedded/espeak-ng@1.52+voicekit@0.1.0+babel@2.18"), last)

    assert (found.action, found.reasons) == ("change", ("engine espeak-ng 1.51 → 1.52", "babel 2.17 → 2.18"))


def test_another_provider_or_source_is_told() -> None:
    row = one(wanted())
    last = state(built(row), requests={row.key: plain_call(row.call)})
    moved = evolve(PROFILE_EN, settings=evolve(SETTINGS, provider="google"))

    (provider, *_) = one(wanted(profile=moved), last).reasons
    assert provider == "profile en: provider google-302ai → google"
    here = one(wanted(source="embedded/x@1"), last)
    assert (here.action, here.reasons) == (
        "create",
        ("not yet asked of the embedded voice, only of google-302ai",),
    )


def test_two_prompts_of_one_sound_are_bought_once() -> None:
    rows = plan([wanted(), wanted(prompt=evolve(PROMPT, id="c"))], state())

    assert [row.same_as for row in rows] == [None, rows[0].file]
    assert rows[0].key == rows[1].key


def test_profiles_that_share_a_locale_have_folders_of_their_own() -> None:
    other = evolve(PROFILE_EN, name="slow")
    pack = Pack("phone", Place("v"), (PROMPT,), (PROFILE_EN, other))
    rows = plan([wanted(pack=pack), wanted(pack=pack, profile=other)], state())

    assert [row.file for row in rows] == ["build/phone/en/en-US/a/b.wav", "build/phone/slow/en-US/a/b.wav"]


def test_without_a_target_the_file_ends_as_its_encoding_does() -> None:
    files = [
        one(wanted(shape=Shape(), ask=evolve(ASK, encoding=name))).file
        for name in ("MP3", "OGG_OPUS", "AMR_WB")
    ]

    assert files == [f"build/phone/en-US/a/b{end}" for end in (".mp3", ".ogg", ".awb")]


@pytest.mark.parametrize("names", [("x", "x"), ("x", "X"), ("x.wav/y", "x"), ("x", "x.wav/y/z")])
def test_files_that_collide_are_refused_by_name(names: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match="collides") as caught:
        plan([wanted(prompt=evolve(PROMPT, id=name)) for name in names], state())

    assert all(name in str(caught.value) for name in names)


def test_what_no_row_asks_for_is_pruned_with_a_reason() -> None:
    row = one(wanted())
    stale, moved = built(row, id="old", file="en-US/old.wav"), built(row, file="en/a/b.wav")
    found = prune([row], state(stale, moved))

    assert [(gone.file, gone.reasons) for gone in found] == [
        ("build/phone/en/a/b.wav", ("its file has another name now",)),
        ("build/phone/en-US/old.wav", ("no prompt asks for it any more",)),
    ]


def test_a_key_covers_every_part_of_a_call() -> None:
    call = providers.get("google-302ai").encode(ASK)
    changes: list[dict[str, Any]] = [
        {},
        {"method": "PUT"},
        {"path": "/x"},
        {"query": ()},
        {"body": b"{}"},
        {"headers": (("x-a", "b"),)},
        {"content_type": "application/ssml+xml"},
    ]
    keys = {request_key("google-302ai", evolve(call, **change)) for change in changes}

    assert len(keys | {request_key("google", call)}) == len(changes) + 1


def test_a_key_is_the_same_for_the_same_data_however_it_is_written() -> None:
    one_way = Call("POST", "/x", (("a", "1"), ("b", "2")), b'{"a":1.0,"b":-0.0}')
    another = Call("POST", "/x", (("b", "2"), ("a", "1")), b'{ "b": 0, "a": 1 }')

    assert request_key("p", one_way) == request_key("p", another)


def test_a_key_never_moves() -> None:
    """Keys name what teams have bought: one that changes makes them buy it again."""
    row = one(wanted())

    assert row.request_key == "eabd94933eee34eeb001b110462d09b60f38aef4f9c310c7fe574d84ef9781b5"
    assert row.key == "92758985d4da9159b095c7ba973333c687ce738c527aa63bd849f8031090ec1f"


def test_a_layout_that_changes_moves_the_files(tmp_path: Path) -> None:
    root = project(tmp_path)
    voicekit.build(voicekit.load(root))
    two = "name: mill\npacks:\n  phone: {prompts: prompts.yaml, profiles: [en, slow]}\n"
    project(root, {"voicekit.yaml": two, "profiles/slow.yaml": PROFILE + "rate: 0.5\n"})

    planned = voicekit.plan(voicekit.load(root))
    voicekit.build(voicekit.load(root))

    assert [row.action for row in planned.requests] == ["reshape", "create"]
    assert [gone.file for gone in planned.prune] == ["build/phone/en-US/hello.wav"]
    assert sorted(path.relative_to(root).as_posix() for path in (root / "build").rglob("*.wav")) == [
        "build/phone/en/en-US/hello.wav",
        "build/phone/slow/en-US/hello.wav",
    ]
    assert {row.action for row in voicekit.plan(voicekit.load(root)).requests} == {"cached"}
