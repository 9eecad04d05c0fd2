"""Rules of faults as a user writes them: read strictly, every problem at once with its place."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit._server import fault_rules, read_manners
from voicekit._server.faults import VOCABULARY, Facts, Mischief, Rule
from voicekit.errors import ConfigError, Place

FACTS = Facts("/google/v1/x", "/v1/x", "google", ("sk-1",))


def wrong(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        fault_rules.from_texts([text])
    assert caught.value.exit_code == 4
    assert all(problem.remedy for problem in caught.value.problems)
    assert {problem.place for problem in caught.value.problems} == {Place("--fault")}
    return [f"{problem.where}: {problem.message}".removeprefix(": ") for problem in caught.value.problems]


def test_a_rule_as_text() -> None:
    (rule,) = fault_rules.from_texts(["status=429, rate=0.3 ,retry-after=2"])
    assert rule == Rule("status", 429, rate=0.3, retry_after="2")
    (rule,) = fault_rules.from_texts(
        ["truncate=0.5,after=2,times=3,seed=7,path=/v1/*,provider=google,key=007,latency=0.1..0.2"]
    )
    assert rule == Rule(
        "truncate",
        0.5,
        after=2,
        times=3,
        seed=7,
        path="/v1/*",
        provider="google",
        key="007",
        latency=(0.1, 0.2),
    )
    assert fault_rules.from_texts(["redirect=https://a.example/?b=c,status=307"])[0] == Rule(
        "redirect", "https://a.example/?b=c", status=307
    )
    assert fault_rules.from_texts(["wrong-type", "wrong-type=text/html"]) == (
        Rule("wrong-type"), Rule("wrong-type", "text/html"),
    )  # fmt: skip
    assert fault_rules.from_texts(["latency=2"]) == (Rule(latency=(2.0, 2.0)),)


@pytest.mark.parametrize("name", VOCABULARY)
def test_every_word_of_the_vocabulary_is_read(name: str) -> None:
    form = VOCABULARY[name].form
    value = {"flag": "", "status": "=503", "integer": "=7", "number": "=10", "text": "=http://127.0.0.1/"}[
        form
    ]
    (rule,) = fault_rules.from_texts([f"{name}{value}"])
    assert rule.name == name
    assert str(rule) == f"{name}{value}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "unknown key"),
        ("rate=0.5", "names no fault"),
        ("statsu=500", "unknown key"),
        ("status", "expected a number, found true or false"),
        ("status=abc", "expected a number, found text"),
        ("status=99", "99 is outside [200, 599]"),
        ("status=700", "700 is outside [200, 599]"),
        ("status=500.5", "is not a whole number"),
        ("status=500,rate=2", "2 is outside [0, 1]"),
        ("status=500,rate=-1", "-1 is outside [0, 1]"),
        ("status=500,times=-1", "outside"),
        ("status=500,provider=goggle", "no provider is called `goggle`"),
        ("status=500,status=501", "stands twice"),
        ("html,reset", "a second fault beside `html`"),
        ("html=yes", "expected true or false, found text"),
        ("redirect", "expected text, found true or false"),
        ("redirect=", "is blank"),
        ("drip=0", "0 is outside [1, inf]"),
        ("truncate=-1", "outside"),
        ("latency=fast", "is not a time"),
        ("latency=2..1", "is not a time"),
        ("latency=-1", "is not a time"),
        ("latency=99999", "is not a time"),
        ("status=500,retry-after", "expected seconds or a date"),
        ("status=429,retry-after=Wed, 21 Oct 2026 07:28:00 GMT", "what stands behind a comma"),
        ("html,retry-after=2", "goes with `status` only"),
        ("reset,message=Slow down.", "goes with `status` only"),
        ("message=Slow down.,latency=2", "goes with `status` only"),
    ],
)
def test_what_is_no_rule_is_told_with_a_way_out(text: str, message: str) -> None:
    assert any(message in found for found in wrong(text))


def test_every_problem_of_a_rule_is_told_at_once() -> None:
    assert len(wrong("status=1,rate=7,times=x,colour=red")) == 4


def test_a_key_is_never_echoed() -> None:
    assert "sk-canary" not in " ".join(wrong("status=1,key=sk-canary"))
    assert "sk-canary" not in repr(fault_rules.from_texts(["status=500,key=sk-canary"]))
    assert "sk-canary" not in str(fault_rules.from_texts(["status=500,key=sk-canary"])[0])


@given(st.text(max_size=40))
def test_any_text_is_a_rule_or_an_error_of_ours(text: str) -> None:
    try:
        rules = fault_rules.from_texts([text])
    except ConfigError as error:
        assert error.problems
    else:
        assert Mischief(rules).strike(FACTS).latency >= 0


# --- files -------------------------------------------------------------------------------------------


def read(tmp_path: Path, text: str) -> tuple[Rule, ...]:
    (tmp_path / "faults.yaml").write_text(text)
    return fault_rules.from_file(tmp_path / "faults.yaml")


def test_a_file_holds_the_same_rules(tmp_path: Path) -> None:
    text = """
- {status: 429, rate: 0.3, retry-after: "Wed, 21 Oct 2026 07:28:00 GMT"}
- reset: true
  times: 2
- latency: 0.2..1.5
- {html: false, empty: true, key: "7"}
"""
    assert read(tmp_path, text) == (
        Rule("status", 429, rate=0.3, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"),
        Rule("reset", times=2),
        Rule(latency=(0.2, 1.5)),
        Rule("empty", key="7"),
    )
    assert read(tmp_path, "[]") == ()


def test_problems_of_a_file_have_their_lines(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(
            tmp_path, "- {status: 500}\n- status: 9\n  rate: 3\n- 7\n- {}\n- {html: true,\n   colour: red}\n"
        )
    name = str(tmp_path / "faults.yaml")
    assert [(problem.place, problem.message.split(",")[0]) for problem in caught.value.problems] == [
        (Place(name, 2), "9 is outside [200"),
        (Place(name, 3), "3 is outside [0"),
        (Place(name, 4), "expected a mapping"),
        (Place(name, 5), "names no fault"),
        (Place(name, 7), "unknown key"),
    ]
    assert all(problem.remedy for problem in caught.value.problems)


@pytest.mark.parametrize(
    "text", ["", "status: 500\n", "just text\n", "- &a {reset: true}\n- *a\n", "- [\n", "\0"]
)
def test_a_file_that_holds_no_list(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    (problem,) = caught.value.problems
    assert problem.place is not None
    assert problem.place.path == str(tmp_path / "faults.yaml")
    assert problem.remedy


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_manners(faults_file=str(tmp_path / "none.yaml"))


# --- the manners as a whole --------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "fast", "1..", "..1", "1...2", "1..2..3", "-1", "inf", "nan"])
def test_a_latency_that_is_none(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_manners(latency=text)
    assert str(caught.value).startswith("--latency: ")


def test_recording_and_replaying_at_once_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot go together"):
        read_manners(record=str(tmp_path / "a"), replay=str(tmp_path / "b"))


def test_rules_of_the_command_line_come_first(tmp_path: Path) -> None:
    (tmp_path / "faults.yaml").write_text("- {status: 503}\n")
    mischief = read_manners(faults=["status=500,times=1"], faults_file=str(tmp_path / "faults.yaml")).mischief
    assert [str(mischief.strike(FACTS).rule) for _ in range(3)] == ["status=500", "status=503", "status=503"]


# --- which rule strikes ------------------------------------------------------------------------------


@given(
    rate=st.floats(0, 1),
    times=st.none() | st.integers(0, 20),
    after=st.integers(0, 20),
    seed=st.integers(0, 5),
    requests=st.integers(0, 60),
)
def test_a_rule_strikes_as_often_as_it_says(
    rate: float, times: int | None, after: int, seed: int, requests: int
) -> None:
    rule = Rule("reset", rate=rate, times=times, after=after)
    one, other = Mischief([rule], seed=seed), Mischief([rule], seed=seed)
    struck = [one.strike(FACTS).rule is not None for _ in range(requests)]
    assert struck == [other.strike(FACTS).rule is not None for _ in range(requests)]
    assert not any(struck[:after])
    assert times is None or sum(struck) <= times
    if rate == 1:
        assert sum(struck) == min(max(0, requests - after), requests if times is None else times)


@given(st.lists(st.sampled_from(["google", "openai", None]), max_size=30))
def test_requests_of_others_are_not_counted(who: list[str | None]) -> None:
    mischief = Mischief([Rule("reset", provider="google", after=1, times=2)])
    struck = [mischief.strike(Facts("/x", "/x", name)).rule is not None for name in who]
    mine = [hit for name, hit in zip(who, struck, strict=True) if name == "google"]
    assert mine == [1 <= number <= 2 for number in range(len(mine))]
    assert sum(mine) == sum(struck)


@pytest.mark.parametrize("name", VOCABULARY)
def test_the_page_explains_every_fault(name: str) -> None:
    page = Path(__file__).parents[2] / "docs" / "howto" / "rehearse-failures.md"
    (row,) = [line for line in page.read_text("utf-8").splitlines() if re.match(rf"\| `{name}[`=\[]", line)]
    assert row.endswith(f"| {VOCABULARY[name].about} |")
