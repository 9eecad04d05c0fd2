"""How much memory a process takes: at its peak, from a chosen moment on, and now."""

import resource
import sys
from pathlib import Path

_OWN = Path("/proc/self")


def forget_peak(pid: int | None = None) -> int:
    """Begin to measure the peak anew, where the system can, and return the bytes from which it is counted."""
    try:
        (_folder(pid) / "clear_refs").write_text("5")
    except OSError:
        return peak(pid)
    return resident(pid)


def peak(pid: int | None = None) -> int:
    """Return the most bytes that a process had, since `forget_peak` where the system can say that; as `resident`."""
    if (_folder(pid) / "status").exists():
        return _status(_folder(pid), "VmHWM")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def resident(pid: int | None = None) -> int:
    """Return the bytes that a process has in memory; Linux only where it is another than this one."""
    folder = _folder(pid)
    return _status(folder, "VmRSS") if folder.exists() else peak()


def _folder(pid: int | None) -> Path:
    return _OWN if pid is None else Path(f"/proc/{pid}")


def _status(folder: Path, name: str) -> int:
    lines = (folder / "status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(f"{name}:"))) * 1024
