"""Says after `make demo` what was built, how to hear one of the files, and what to try next."""

import shutil
from pathlib import Path

from voicekit import _pipeline

PLAYERS = ("afplay", "aplay", "paplay", "play", "ffplay")
FIRST = "build/phone/en-US/greeting/welcome.wav"


def main() -> None:
    """Print the message."""
    project = _pipeline.load(Path.cwd())
    print(
        "\nThe prompts of an invented clinic, built with the embedded voice:\nno account, no key, no cost.\n"
    )
    for folder in sorted(path for path in Path("build").glob("*/*") if path.is_dir()):
        files = [path for path in folder.rglob("*") if path.is_file()]
        kinds = ", ".join(sorted({path.suffix for path in files}))
        print(f"  {len(files):4} files  {folder}/  ({kinds})")
    player = next((name for name in PLAYERS if shutil.which(name)), None)
    hear = f"{player} {FIRST}" if player else f"{FIRST}, with any player"
    packs = ", ".join(f"build/{pack.name}/manifest.json" for pack in project.packs[:1])
    print(
        f"""
Hear one      {hear}
Load them     the phone packs are 8000 Hz µ-law WAV, as a PBX plays them;
              {packs} lists them
Change one    edit a sentence in templates/ or prompts/, and run make demo:
              only that file is made anew
Use it        . {Path(".venv/bin/activate")} && voicekit --help
Read on       README.md, then docs/tutorial.md"""
    )


if __name__ == "__main__":
    main()
