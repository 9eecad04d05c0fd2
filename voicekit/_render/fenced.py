"""The child behind the fence. Runs as a script, ``python -I fenced.py PATHS ROOT SHOWN``, and answers lines of JSON.

It bounds itself once everything is loaded: memory above what it has then, no file to write, no core to leave; and the processor's time
for each request. It ends when its input does. Imported for the name of its file only; it imports the standard library, and the rest of this room in the child.
"""

import json
import math
import sys
import time
from pathlib import Path
from typing import Any


def main(paths: str, root: str, shown: str) -> None:
    """Answer requests until they end."""
    sys.path[:] = json.loads(paths)
    from voicekit._render.inside import Inside

    inside = Inside(Path(root), shown)
    replies = sys.stdout.buffer
    _bound()
    _say(replies, {})  # ready
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _allow()
        try:
            answer = _answer(inside, request)
        except MemoryError:
            answer = {"over": True}
        _say(replies, answer)


def _answer(inside: Any, request: dict[str, Any]) -> dict[str, Any]:
    from voicekit._render.inside import Order
    from voicekit.errors import Place, RenderError

    told = request["order"]
    order = Order(**told | {"place": Place(**told["place"])})
    try:
        if request["what"] == "render":
            return {"text": inside.render(order)}
        starts, places = inside.places(order, request["text"])
    except RenderError as error:
        return {"problems": [_plain(problem) for problem in error.problems]}
    return {"starts": starts, "places": [(place.path, place.line) for place in places]}


def _plain(problem: Any) -> list[Any]:
    place = problem.place
    return [problem.message, place.path, place.line, place.column, problem.where, problem.remedy]


def _say(replies: Any, answer: dict[str, Any]) -> None:
    replies.write(json.dumps(answer).encode() + b"\n")
    replies.flush()


def _bound() -> None:
    """Bound what this process may take from now on."""
    import resource

    from voicekit import _limits as limits

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    memory = pages * resource.getpagesize() + limits.RENDER_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow() -> None:
    """Bound the processor's time until the next request: the system ends what never looks at a clock."""
    import resource

    from voicekit import _limits as limits

    most = math.ceil(time.process_time() + limits.RENDER_SECONDS) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(*sys.argv[1:])
