"""Where the files of a pack lie, and that no two lie in one place."""

from collections.abc import Iterable

from voicekit.errors import Problems
from voicekit.model import Pack, Profile, Prompt, RequestPlan

BUILD = "build"


def file_of(pack: Pack, prompt: Prompt, profile: Profile, extension: str) -> str:
    """Return where a prompt's file lies, below the project: `build/<pack>/<locale>/<id>`.

    Profiles that share a locale each get a folder of their own.
    """
    locales = [other.settings.language for other in pack.profiles]
    shared = len(set(locales)) < len(locales)
    folders = [BUILD, pack.name, *([profile.name] if shared else []), profile.settings.language or "und"]
    return "/".join([*folders, prompt.id]) + extension


def check_files(rows: Iterable[RequestPlan]) -> None:
    """Refuse two prompts whose files would take one place, also where one's file is the other's folder."""
    problems = Problems()
    files: dict[str, RequestPlan] = {}
    folders: dict[str, RequestPlan] = {}
    for row in rows:
        if row.piece:
            continue
        name = row.file.casefold()
        parts = name.split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts))]
        twin = (
            files.get(name)
            or folders.get(name)
            or next((files[path] for path in above if path in files), None)
        )
        if twin is not None:
            message = f"{row.file} ({row.prompt}, profile {row.profile}) collides with {twin.file} ({twin.prompt}, profile {twin.profile})"
            problems.add(message, place=row.place, remedy="rename one of the two prompts")
        files[name] = row
        for path in above:
            folders.setdefault(path, row)
    problems.settle()
