"""How much memory a process takes: at its peak, from a chosen moment on, and now."""

import resource
import sys
from pathlib import Path

_OWN = Path("/proc/self")


def forget_peak() -> int:
    """Begin to measure the peak anew, where the system can, and return the bytes from which it is counted."""
    try:
        (_OWN / "clear_refs").write_text("5")
    except OSError:
        return peak()
    return resident()


def peak() -> int:
    """Return the most bytes that this process had, since `forget_peak` where the system can say that."""
    if (_OWN / "status").exists():
        return _status(_OWN, "VmHWM")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def resident(pid: int | None = None) -> int:
    """Return the bytes that a process has in memory; Linux only where it is another than this one."""
    folder = _OWN if pid is None else Path(f"/proc/{pid}")
    return _status(folder, "VmRSS") if folder.exists() else peak()


def _status(folder: Path, name: str) -> int:
    lines = (folder / "status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(f"{name}:"))) * 1024
