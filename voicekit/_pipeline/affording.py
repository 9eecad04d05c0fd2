"""What a build has to ask for, looked at before its first request: whether it can be asked for at all.

What is wrong with one endpoint is told while nothing is under way at another.
"""

from collections.abc import Iterable, Mapping

from voicekit._pipeline.sending import refuse_without_credential
from voicekit._store import Store
from voicekit.errors import ConfigError
from voicekit.model import Project, RequestPlan


def refuse_unaffordable(
    project: Project, rows: Iterable[RequestPlan], store: Store, environ: Mapping[str, str]
) -> None:
    """Refuse what cannot be bought as a whole. What the shared store has is not bought; it is asked only where that decides.

    Args:
        project: The project.
        rows: What is not on this machine.
        store: What was bought, here and in a store that is shared.
        environ: Where credentials are.

    Raises:
        ConfigError: A credential is missing.
    """
    rows = tuple(rows)
    try:
        refuse_without_credential(project, rows, environ)
    except ConfigError:
        shared = store.remote_has(row.key for row in rows)
        try:
            refuse_without_credential(project, (row for row in rows if row.key not in shared), environ)
        except ConfigError as error:
            # A store that could not be asked may be the reason.
            raise type(error)((*error.problems, *store.problems)) from None
