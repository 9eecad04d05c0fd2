"""What was bought, kept by content: never torn, never served wrong, and shared where a team wants it. obstore lives here.

`store` is the folder on this machine and the truth for a run; `record` says what is in it, `inventory` lists it quickly.
`remote` is the patience with a store that several machines share, which is reached through `folder` or `bucket` and
opened by `shared`. Imports _files, _wire, model and errors.
"""

from voicekit._store.record import Kept, Miss, Record
from voicekit._store.remote import Remote
from voicekit._store.shared import open_remote
from voicekit._store.store import Store

__all__ = ["Kept", "Miss", "Record", "Remote", "Store", "open_remote"]
