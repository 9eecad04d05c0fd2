"""The shared store in a bucket: a real S3 server, and servers that refuse, garble, hang and echo. No secret ever shows."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.blobs import blob_server
from kit.fault_server import ANSWERS, FaultServer
from kit.records import KEY, keep, numbered, store
from kit.s3 import CANARIES, S3, s3_server
from voicekit import _limits as limits
from voicekit._store import Kept, Miss, Store, open_remote
from voicekit.errors import ConfigError, Place
from voicekit.model import StoreConfig

PACKAGE = Path(__file__).parents[2]
PLACE = Place("voicekit.yaml", 7)
REGION = ("region", "us-east-1")


def opened(
    root: Path,
    url: str,
    endpoint: str,
    *more: tuple[str, str],
    seconds: float = 20.0,
    read_only: bool = False,
) -> Store:
    """Open a store in a folder that shares a bucket."""
    options = (("endpoint", endpoint), *more)
    config = StoreConfig(url, read_only, options, PLACE)
    return store(root, open_remote(config, root, seconds=seconds))


def s3_store(root: Path, s3: S3, bucket: str, *, read_only: bool = False, seconds: float = 20.0) -> Store:
    url = f"s3://{bucket}/team/voices"
    return opened(root, url, s3.origin, REGION, read_only=read_only, seconds=seconds)


def faulty(root: Path, server: FaultServer, fault: str, *, seconds: float = 2.0) -> Store:
    url = "s3://bucket/prefix"
    return opened(root, url, server.at(fault), REGION, seconds=seconds)


def told(one: Store) -> str:
    """Return everything that a store says for itself, having looked for canaries in it."""
    text = "\n".join([*map(str, one.problems), *map(repr, one.problems), repr(one), repr(vars(one))])
    for canary in CANARIES.values():
        assert canary not in text
        assert canary[:12] not in text
    return text


@pytest.fixture(autouse=True)
def nothing_is_printed(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """See that nothing goes to the terminal or a log behind our back, a canary least of all."""
    yield
    out, err = capfd.readouterr()
    assert out == err == ""
    assert not caplog.records


# --- a real S3 server -----------------------------------------------------------------------------------


def test_what_one_keeps_in_s3_another_obtains(s3: S3, tmp_path: Path) -> None:
    bucket = s3.make_bucket()
    mine, yours = (s3_store(tmp_path / name, s3, bucket) for name in ("mine", "yours"))
    sound = bytes(range(256)) * 25_000  # more than clients like to send in one piece
    record = keep(mine, sound)
    assert yours.obtain(KEY) == Kept(record, sound, fetched=True)
    assert Store(tmp_path / "yours").obtain(KEY) == Kept(record, sound)
    assert isinstance(yours.obtain(numbered(1)["key"]), Miss)
    assert mine.problems == yours.problems == ()
    assert s3.ask("GET", f"{bucket}/team/voices/objects/{record.digest[:2]}/{record.digest}") == sound


def test_s3_is_asked_for_few_and_for_many(s3: S3, tmp_path: Path) -> None:
    bucket = s3.make_bucket()
    one = s3_store(tmp_path, s3, bucket)
    keys = [keep(one, b"sound", **numbered(number)).key for number in range(3)]
    strangers = [numbered(number)["key"] for number in range(100, 400)]
    assert one.remote_has([*keys, *strangers[:5]]) == set(keys)
    assert one.remote_has([*keys, *strangers]) == set(keys)
    assert one.problems == ()


def test_a_damaged_object_in_s3_is_told_left_there_and_written_over(s3: S3, tmp_path: Path) -> None:
    bucket = s3.make_bucket()
    record = keep(s3_store(tmp_path / "mine", s3, bucket), b"sound")
    path = f"{bucket}/team/voices/objects/{record.digest[:2]}/{record.digest}"
    yours = s3_store(tmp_path / "yours", s3, bucket)
    for damage in (b"SOUND", b"soun", b"", b"sound and more"):
        s3.ask("PUT", path, damage)
        assert isinstance(yours.obtain(KEY), Miss)
        assert s3.ask("GET", path) == damage
    assert KEY[:16] in told(yours)
    keep(yours, b"sound")
    assert s3.ask("GET", path) == b"sound"
    assert isinstance(s3_store(tmp_path / "third", s3, bucket).obtain(KEY), Kept)


def test_an_object_that_is_far_too_large_is_not_read(s3: S3, tmp_path: Path) -> None:
    bucket = s3.make_bucket()
    s3.ask("PUT", f"{bucket}/team/voices/results/{KEY[:2]}/{KEY}.json", b" " * 1_000_001)
    one = s3_store(tmp_path, s3, bucket)
    assert isinstance(one.obtain(KEY), Miss)
    assert "too large" in told(one)


def test_a_read_only_bucket_gets_nothing(s3: S3, tmp_path: Path) -> None:
    bucket = s3.make_bucket()
    one = s3_store(tmp_path, s3, bucket, read_only=True)
    keep(one, b"sound")
    assert b"<Key>" not in s3.ask("GET", f"{bucket}?list-type=2")
    assert one.problems == ()


def test_a_missing_bucket_is_told_for_reading_and_for_writing(s3: S3, tmp_path: Path) -> None:
    reader, writer = (s3_store(tmp_path / name, s3, "nobodys-bucket") for name in ("reader", "writer"))
    assert isinstance(reader.obtain(KEY), Miss)
    record = keep(writer, b"sound")
    assert writer.obtain(KEY) == Kept(record, b"sound")
    for one in (reader, writer):
        assert "voicekit.yaml:7: store: there is no such bucket" in told(one)
    lister = s3_store(tmp_path / "lister", s3, "nobodys-bucket")
    assert lister.remote_has(numbered(number)["key"] for number in range(300)) == frozenset()
    assert "there is no such bucket" in told(lister)


def test_credentials_that_the_server_does_not_know_are_told(tmp_path: Path) -> None:
    with s3_server({**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": "1"}) as s3:
        one = s3_store(tmp_path, s3, s3.make_bucket())
        record = keep(one, b"sound")
        assert isinstance(one.obtain(numbered(1)["key"]), Miss)
    assert one.obtain(KEY) == Kept(record, b"sound")
    [problem] = one.problems
    assert problem.message == "it refuses access (403)"
    assert "s3:PutObject" in problem.remedy
    told(one)


def test_a_server_that_is_gone_costs_little(tmp_path: Path) -> None:
    with s3_server(os.environ) as gone:
        bucket = gone.make_bucket()
    one = s3_store(tmp_path, gone, bucket)
    began = time.monotonic()
    for number in range(100):  # each would try three times, a good quarter of a second
        assert isinstance(one.obtain(numbered(number)["key"]), Miss)
    assert time.monotonic() - began < 15
    assert "no whole answer" in told(one)
    assert "asking it ends" in told(one)


# --- servers that do wrong ------------------------------------------------------------------------------

FAULTS = [
    *ANSWERS,
    "reset-after",
    "endless",
    "echo",
    "loop",
    "400",
    "401",
    "403",
    "404",
    "412",
    "429:3",
    "500",
    "503",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_wrong_answer_is_served_or_stops_a_build(fault: str, faults: FaultServer, tmp_path: Path) -> None:
    one = faulty(tmp_path, faults, fault)
    began = time.monotonic()
    assert isinstance(one.obtain(KEY), Miss)
    record = keep(one, b"sound", **numbered(1))
    assert one.remote_has([KEY]) == frozenset()
    assert one.obtain(record.key) == Kept(record, b"sound")
    assert time.monotonic() - began < 30
    if fault != "404":
        assert one.problems
        assert all(problem.remedy for problem in one.problems)
    told(one)


MEANINGS = {
    "400": "it refuses the request (400)",
    "401": "it refuses access (401)",
    "403": "it refuses access (403)",
    "412": "it refuses the request (412)",
    "429": "it answers with status 429",
    "500": "it answers with status 500",
    "503": "it answers with status 503",
}


@pytest.mark.parametrize("fault", MEANINGS)
def test_a_status_is_told_by_what_it_means_and_trouble_is_tried_again(
    fault: str, faults: FaultServer, tmp_path: Path
) -> None:
    one = faulty(tmp_path, faults, fault, seconds=10.0)
    assert isinstance(one.obtain(KEY), Miss)
    assert [problem.message for problem in one.problems] == [MEANINGS[fault]]
    assert len(faults.heard) == (limits.ATTEMPTS if fault in {"429", "500", "503"} else 1)


def test_what_is_not_found_is_a_miss_to_read_and_trouble_to_write(
    faults: FaultServer, tmp_path: Path
) -> None:
    one = faulty(tmp_path, faults, "404")
    assert isinstance(one.obtain(KEY), Miss)
    assert list(one.problems) == []
    keep(one, b"sound")
    assert [problem.message for problem in one.problems] == ["there is no such bucket or container"]


def test_a_server_that_quotes_the_request_is_not_quoted(faults: FaultServer, tmp_path: Path) -> None:
    one = faulty(tmp_path, faults, "echo")
    keep(one, b"sound")
    # It did get, and did send back, what must not show.
    assert CANARIES["AWS_ACCESS_KEY_ID"] in faults.heard[0].headers["authorization"]
    assert faults.heard[0].headers["x-amz-security-token"] == CANARIES["AWS_SESSION_TOKEN"]
    assert "it refuses access (401)" in told(one)
    for heard in faults.heard:
        assert heard.headers["authorization"][-20:] not in told(one)


@pytest.mark.parametrize("fault", ["silent", "drip-headers", "drip-body"])
def test_a_server_that_takes_its_time_is_left_alone(fault: str, faults: FaultServer, tmp_path: Path) -> None:
    one = faulty(tmp_path, faults, fault, seconds=0.5)
    began = time.monotonic()
    for number in range(20):
        assert isinstance(one.obtain(numbered(number)["key"]), Miss)
        keep(one, b"sound", **numbered(number))
    took = time.monotonic() - began
    assert took < 12  # of the 40 times half a second that waiting for each would take
    assert "did not answer" in told(one)
    assert "asking it ends" in told(one)


def test_a_process_ends_though_the_server_still_hangs(faults: FaultServer, tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from voicekit._store import Miss, Store, open_remote
from voicekit.model import StoreConfig
config = StoreConfig("s3://bucket/prefix", options=(("endpoint", sys.argv[2]),))
one = Store(Path(sys.argv[1]), open_remote(config, Path(sys.argv[1]), seconds=0.3))
print(sum(isinstance(one.obtain(64 * digit), Miss) for digit in "0123456789"))
"""
    command = [sys.executable, "-c", program, str(tmp_path), faults.at("silent")]
    environ = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "10\n", "")


def test_a_client_that_breaks_down_is_one_that_gives_no_answer(tmp_path: Path) -> None:
    """With such an address in the environment obstore panics, which no `except Exception` catches."""
    program = """
import sys
from pathlib import Path
from voicekit._store import Store, open_remote
from voicekit.model import StoreConfig
one = Store(Path(sys.argv[1]), open_remote(StoreConfig("s3://bucket"), Path(sys.argv[1])))
print(one.obtain("0" * 64).reason, [problem.message for problem in one.problems])
"""
    environ = {**os.environ, "PYTHONPATH": str(PACKAGE), "AWS_ENDPOINT_URL": "no address at all"}
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ, check=False)
    assert (done.returncode, done.stdout) == (0, "the record: no such file ['it gave no whole answer']\n")
    assert not any(canary in done.stderr for canary in CANARIES.values())


def test_no_credentials_are_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a cloud they come from a service of the machine; here a server that refuses stands in for it."""
    with blob_server() as (address, _):
        for name in CANARIES:
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{address}/computeMetadata/credentials")
        one = opened(tmp_path, "s3://bucket", "http://127.0.0.1:9", REGION)
        assert isinstance(one.obtain(KEY), Miss)
    assert "no credentials for it were found" in told(one)
    assert "AWS_SECRET_ACCESS_KEY" in told(one)


# --- other clouds ---------------------------------------------------------------------------------------


def test_google_cloud_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = {"disable_oauth": True, "client_email": "", "private_key": "", "private_key_id": ""}
    (tmp_path / "account.json").write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT", str(tmp_path / "account.json"))
    check_a_cloud(tmp_path, "gs://bucket/team")


def test_azure(tmp_path: Path) -> None:
    check_a_cloud(tmp_path, "az://container/team", ("account_name", "acme"))


def check_a_cloud(root: Path, url: str, *options: tuple[str, str]) -> None:
    with blob_server() as (address, blobs):
        mine, yours = (opened(root / name, url, address, *options) for name in ("mine", "yours"))
        record = keep(mine, b"sound")
        assert mine.problems == ()
        assert yours.obtain(KEY) == Kept(record, b"sound", fetched=True)
        assert isinstance(yours.obtain(numbered(1)["key"]), Miss)
        strangers = (numbered(number)["key"] for number in range(300))
        assert yours.remote_has([KEY, *strangers]) == {KEY}
        assert yours.problems == ()
        told(yours)
    assert min(blobs.values(), key=len) == b"sound"
    assert all(path.startswith(f"{url.partition('://')[2]}/") for path in blobs)


# --- opening --------------------------------------------------------------------------------------------


def test_opening_asks_nothing_of_the_network(faults: FaultServer, tmp_path: Path) -> None:
    one = faulty(tmp_path, faults, "good")
    assert one.inventory() == frozenset()
    assert one.find(KEY) is None
    assert faults.connections == 0


@pytest.mark.parametrize("url", ["s3://bucket/prefix", "gs://bucket", "az://container/prefix"])
def test_a_bucket_needs_the_extra(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(ConfigError) as caught:
        open_remote(StoreConfig(url, place=PLACE), tmp_path)
    [problem] = caught.value.problems
    assert "voicekit[remote]" in problem.remedy
    assert problem.place == PLACE
    open_remote(StoreConfig("share"), tmp_path)


def test_an_account_that_nobody_names_is_an_error_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        open_remote(StoreConfig("az://container", place=PLACE), tmp_path)
    [problem] = caught.value.problems
    assert problem.place == PLACE
    assert "AZURE_STORAGE_ACCOUNT_NAME" in problem.remedy
    assert not any(canary in str(caught.value) for canary in CANARIES.values())


def test_the_light_parts_do_not_import_obstore() -> None:
    program = "import sys, voicekit._store; print(sorted(name for name in sys.modules if 'obstore' in name))"
    environ = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environ, check=True
    )
    assert done.stdout == "[]\n"
