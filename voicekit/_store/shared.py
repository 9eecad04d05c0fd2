"""Opening the store that a project shares with others. Imports its backends, model and errors."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from voicekit import _limits as limits
from voicekit._store.bucket import Bucket
from voicekit._store.folder import Folder
from voicekit._store.remote import Remote
from voicekit.model import StoreConfig

_LOCAL = {"", "file"}
# What obstore calls our options, where it calls them otherwise.
_NAMES = {("gs", "endpoint"): "base_url"}


def open_remote(config: StoreConfig, root: Path, *, seconds: float = limits.REMOTE_SECONDS) -> Remote:
    """Open the store that a project shares with others; nothing is asked of it yet.

    Args:
        config: What `voicekit.yaml` says.
        root: The project's folder, from which a relative path starts.
        seconds: For one file there, trying again included.

    Raises:
        ConfigError: The extra `remote` is not installed, or the address or an option is not taken.
    """
    scheme = config.scheme
    if scheme in _LOCAL:
        path = unquote(urlsplit(config.url).path) if scheme else config.url
        backend: Folder | Bucket = Folder(root / Path(path).expanduser())
    else:
        options = {_NAMES.get((scheme, name), name): value for name, value in config.options}
        backend = Bucket(config.url, options, seconds=seconds, place=config.place)
    return Remote(backend, read_only=config.read_only, place=config.place, seconds=seconds)
