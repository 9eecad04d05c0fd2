import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import voicekit
from kit import engine as kit
from voicekit.engines import PARAGRAPH_END, SENTENCE_END, Phonemes, Utterance
from voicekit.engines._pool import Pool
from voicekit.engines._worker import read_frame, write_frame
from voicekit.engines.espeak import ENGINE

EN, ES = "gmw/en-US", "roa/es"
ROOT = Path(voicekit.__file__).parents[1]


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(ENGINE, workers=1) as pool:
        yield pool


def said(pool: Pool, text: str, *phonemes: Phonemes, voice: str = EN) -> str:
    """The phonemes of what is said, stress included, pauses not."""
    spoken = pool.say(Utterance(text, voice, phonemes=phonemes, trace=True), 60)
    return "".join(phone.symbol for phone in spoken.phones)


def test_conforms() -> None:
    kit.conforms(ENGINE, "en-US")


def test_its_version_is_what_the_library_itself_says() -> None:
    worker = subprocess.Popen(ENGINE.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert worker.stdin
    assert worker.stdout
    with worker:
        job = ENGINE.job(Utterance("Hello.", EN), 5)
        write_frame(worker.stdin, {**job.header, "most": job.most, "seconds": 5})
        frame = read_frame(worker.stdout, job.most)
        worker.stdin.close()

    assert frame is not None
    assert frame[0]["version"] == ENGINE.version() == "1.52.0"


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs a list of what is loaded")
def test_the_library_is_never_loaded_into_this_process() -> None:
    script = """
from voicekit.engines import Utterance
from voicekit.engines._pool import Pool
from voicekit.engines.espeak import ENGINE
with Pool(ENGINE) as pool:
    assert pool.say(Utterance("Hello.", "gmw/en-US"), 5).words
    children = [open(f"/proc/{pid}/cmdline").read() for pid in pool.pids]
    ENGINE.version(), ENGINE.voices()
    print("espeak" in open("/proc/self/maps").read(), ["espeak" in one for one in children])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout.split() == ["False", "[True]"]


def test_every_voice_can_be_said(pool: Pool) -> None:
    names = sorted({voice.name for voice in ENGINE.voices()})

    assert len(names) > 130
    for name in names:
        assert pool.say(Utterance("mama, 1 2 3", name), 30).samples.size > 1000, name


def test_titles_are_names_without_comments() -> None:
    titles = {voice.language: voice.title for voice in ENGINE.voices()}

    assert titles["de"] == "German"
    assert not [title for title in titles.values() if "//" in title]


def test_a_long_text_repeats_byte_for_byte(pool: Pool) -> None:
    utterance = Utterance("Please stay on the line; someone will be with you shortly. " * 20, EN, "f2")
    heard = {pool.say(utterance, 300).samples.tobytes() for _ in range(5)}

    assert len(heard) == 1


def test_noise_does_not_follow_the_clock(pool: Pool) -> None:
    breathy = [Utterance("Please hold.", EN, variant) for variant in ("f2", "f5", "sandro")]
    before = [pool.say(one, 9).samples.tobytes() for one in breathy]
    time.sleep(1.1)  # by itself the library seeds its noise with the second

    assert [pool.say(one, 9).samples.tobytes() for one in breathy] == before


# --- what is written for it -------------------------------------------------------------------------


@given(st.text(st.one_of(st.sampled_from("[]'. \n\u2028\u2029\x01"), st.characters()), max_size=40))
def test_no_text_opens_phonemes_or_commands(text: str) -> None:
    wire = ENGINE.job(Utterance(text, EN), 5).header

    assert "[[" not in str(wire["text"])
    assert not wire["phonemes"]
    assert not [one for one in str(wire["text"]) if one < " " and one not in "\t\n"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["one", "two", "three", "(", "[[", SENTENCE_END, PARAGRAPH_END, ".", "\x07", " "]),
        max_size=12,
    )
)
def test_word_positions_point_at_the_words_of_the_text(pool: Pool, parts: list[str]) -> None:
    text = " ".join(parts)
    words = pool.say(Utterance(text, EN), 60).words

    assert [text[word.position :].split()[0] for word in words] == [part for part in parts if part.isalpha()]


def test_a_sentence_end_is_a_pause_even_before_a_small_letter(pool: Pool) -> None:
    together = pool.say(Utterance("go now. see it", EN), 5).samples.size
    apart = [
        pool.say(Utterance(f"go now{end}see it", EN), 5).samples.size
        for end in (SENTENCE_END, f".{SENTENCE_END}", f"?{SENTENCE_END}")
    ]

    assert min(apart) > together + 0.2 * ENGINE.sample_rate


def test_a_paragraph_is_a_longer_pause_than_a_sentence(pool: Pool) -> None:
    sentence, paragraph = (
        pool.say(Utterance(f"One{end}Two", EN), 5).samples.size for end in (SENTENCE_END, PARAGRAPH_END)
    )

    assert paragraph > sentence + 0.1 * ENGINE.sample_rate


def test_a_pause_closes_only_what_is_followed_by_more(pool: Pool) -> None:
    plain, more = (pool.say(Utterance("One.", EN, pause=pause), 5).samples.size for pause in (False, True))

    assert more > plain + 0.2 * ENGINE.sample_rate


# --- phonemes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end", "ipa", "voice", "expected"),
    [
        ("pecan", 0, 5, "pɪˈkɑːn", EN, "pɪkˈɑːn"),
        ("(pecan). see", 1, 6, "pɪˈkɑːn", EN, "pɪkˈɑːnsˈiː"),
        ("x", 0, 1, "ˌmɪsɪˈsɪpi", EN, "mˌɪsɪsˈɪpiː"),
        ("x", 0, 1, "ˈd͡ʒʌd͡ʒ", EN, "dʒˈʌdʒ"),
        ("x", 0, 1, "ˈpero", ES, "pˈero"),
        ("x", 0, 1, "ˈpeɾo", ES, "pˈeɾo"),
        ("x", 0, 1, "koɾaˈθon", ES, "koɾaθˈon"),
        ("x", 0, 1, "ˈɲaɲo", ES, "ɲˈaɲo"),
        ("x", 0, 1, "bɔ̃ˈʒuʁ", "roa/fr", "bɔ̃ʒˈuʁ"),
        ("x", 0, 1, "ˈmʏnçən", "gmw/de", "mˈʏnçən"),
    ],
)
def test_ipa_is_said(
    pool: Pool, text: str, start: int, end: int, ipa: str, voice: str, expected: str
) -> None:
    assert said(pool, text, Phonemes(start, end, ipa), voice=voice) == expected


def test_ipa_changes_what_a_word_sounds_like(pool: Pool) -> None:
    assert said(pool, "read", Phonemes(0, 4, "ˈrɛd")) != said(pool, "read") == said(pool, "reed")
    assert said(pool, "read", Phonemes(0, 4, "ˈrɛd")) == said(pool, "red")


def test_ipa_that_the_language_does_not_have_leaves_the_word(pool: Pool) -> None:
    assert said(pool, "hello you", Phonemes(0, 5, "ʘǂ")) == said(pool, "hello you")


def test_words_behind_phonemes_keep_their_positions(pool: Pool) -> None:
    text = "go <tomato> now (x) bee"
    wishes = (Phonemes(3, 11, "təˈmɑːtoʊ"), Phonemes(17, 18, "ˈæks"))
    words = pool.say(Utterance(text, EN, phonemes=wishes), 5).words

    assert [word.position for word in words] == [0, 3, 12, 17, 20]
