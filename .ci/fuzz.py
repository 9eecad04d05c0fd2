"""Fuzz what reads the words of strangers. `make fuzz`, or SECONDS=600, or ARGS="yaml server".

Each harness runs in a process of its own under atheris, which looks which lines an input reaches and keeps those that reach new ones. Where
atheris is not to be had, inputs are changed blindly, and it says so. A harness fails on whatever escapes that is no error of voicekit's
own, where an error has no remedy, and where an input takes ten seconds or two gigabytes.
"""

import argparse
import importlib
import importlib.util
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from harnesses import HARNESSES, Harness

MOST = 4_096  # bytes of an input


def main() -> int:
    """Run the harnesses one after the other, or one of them in this process."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(HARNESSES)}; by default all")
    parser.add_argument("--seconds", type=int, default=60, help="for each (60)")
    parser.add_argument("--here", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        run_here(asked.here, asked.seconds)
        return 0
    strange = sorted(set(asked.names) - set(HARNESSES))
    if strange:
        parser.error(f"there is no {', '.join(strange)}; choose of {', '.join(HARNESSES)}")
    names = asked.names or list(HARNESSES)
    how = "changing inputs and keeping those that reach new places of the code"
    if importlib.util.find_spec("atheris") is None:
        how = "changing inputs blindly: atheris, which sees what they reach, is not installed"
    print(f"{len(names)} kinds of input, {asked.seconds} s each, {how}\n", flush=True)
    failed = [name for name in names if run_apart(name, asked.seconds)]
    print(
        f"\n{len(names) - len(failed)} of {len(names)} let nothing escape"
        + (f"; look at {', '.join(failed)}" if failed else "")
    )
    return int(bool(failed))


def run_apart(name: str, seconds: int) -> bool:
    """Run one harness in a process of its own, say what became of it, and return whether something escaped."""
    make, _ = HARNESSES[name]
    print(f"{name:9} {(make.__doc__ or '').splitlines()[0]}", flush=True)
    shared = Path("/dev/shm")  # noqa: S108 - files in memory, which spare the disk
    with tempfile.TemporaryDirectory("-fuzz", "voicekit-", shared if shared.is_dir() else None) as folder:
        process = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, __file__, "--here", name, "--seconds", str(seconds)],
            cwd=folder, capture_output=True, text=True, errors="replace", check=False, timeout=seconds + 300,
        )  # fmt: skip
        crashes = [
            path.read_bytes()
            for path in sorted(Path(folder).iterdir())
            if path.name.startswith(("crash-", "timeout-", "oom-"))
        ]
    told = process.stdout + process.stderr
    failed = process.returncode != 0 or bool(crashes)
    print(f"{'':9} {'FAILED' if failed else 'fine'}: {_count(told, len(seeds_of(name)))}", flush=True)
    if failed:
        print(process.stdout[process.stdout.find("=== Uncaught") :][:3_000] or told[-3_000:])
        for crash in crashes:
            print(f"the input, for a test of its own: {crash!r}")
    return failed


def _count(told: str, seeds: int) -> str:
    """Say how many inputs were tried, and how many places of the code they reached."""
    runs = re.findall(r"Done (\d+) runs|^(\d+) inputs|^#(\d+)\s", told, re.MULTILINE)
    found = re.findall(r"cov: (\d+)", told)
    tried = f"{int(''.join(runs[-1])):,} inputs" if runs else "no input"
    reached = f" reached {int(found[-1]):,} places, {int(found[0]):,} of them with the first" if found else ""
    return f"from {seeds} to begin with, {tried}{reached}"


def seeds_of(name: str) -> Sequence[bytes]:
    """Return what a harness begins with."""
    _, seeds = HARNESSES[name]
    return seeds() if callable(seeds) else seeds


def run_here(name: str, seconds: int) -> None:
    """Fuzz in this process until the time is up, or until something escapes."""
    os.environ["PYTHONHASHSEED"] = "0"
    make, _ = HARNESSES[name]
    found = importlib.util.find_spec("atheris")
    if found is None:
        blindly(make(), seeds_of(name), seconds)
        return
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["voicekit"]):
        harness, seeds = make(), seeds_of(name)
        for seed in seeds:  # which imports what is imported late
            harness(seed[:MOST])
    corpus = Path("corpus")
    corpus.mkdir()
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed[:MOST])
    flags = [
        f"-max_total_time={seconds}",
        f"-max_len={MOST}",
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-seed=24",
        "-print_final_stats=0",
    ]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], harness)
    atheris.Fuzz()


def blindly(harness: Harness, seeds: Sequence[bytes], seconds: int) -> None:
    """Change seeds at random until the time is up."""
    draw, count = random.Random(24), 0  # noqa: S311 - any inputs will do
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        data = bytearray(draw.choice(seeds))
        for _ in range(draw.randint(1, 8)):
            at, length = draw.randint(0, len(data)), draw.choice([0, 1, 2, 8])
            other = draw.choice(seeds)
            start = draw.randint(0, len(other))
            data[at : at + length] = draw.choice(
                [
                    draw.randbytes(1),
                    other[start : start + 8],
                    b"",
                    bytes([data[at - 1] ^ 1]) if data else b"a",
                ]
            )
        try:
            harness(bytes(data[:MOST]))
        except Exception:
            Path("crash-blind").write_bytes(bytes(data))
            traceback.print_exc()
            sys.exit(1)
        count += 1
    print(f"{count} inputs")


if __name__ == "__main__":
    sys.exit(main())
