"""What a build has to ask for, looked at before its first request: whether it can be asked for at all, and be paid for.

What is wrong with one endpoint is told while nothing is under way at another.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from voicekit import providers
from voicekit._ledger import Entry, Ledger
from voicekit._pipeline.awaiting import Awaited
from voicekit._pipeline.sending import refuse_without_credential
from voicekit._store import Store
from voicekit.errors import BudgetError, ConfigError
from voicekit.model import Project, RequestPlan


def refuse_unaffordable(
    project: Project, rows: Iterable[RequestPlan], ledger: Ledger, store: Store, environ: Mapping[str, str]
) -> None:
    """Refuse what cannot be bought as a whole. What the shared store has is not bought; it is asked only where that decides.

    A task that a vendor was given before is paid for, and only fetched.

    Each request is still held against the budget on its own: a store may say that it has what it then cannot give, and a task
    may be over.

    Args:
        project: The project.
        rows: What is not on this machine.
        ledger: What may be spent.
        store: What was bought, here and in a store that is shared.
        environ: Where credentials are.

    Raises:
        BudgetError: As `Ledger.check`.
        ConfigError: As `Ledger.check`; or a credential is missing.
        HostError: The disk refuses.
    """
    rows, awaited = tuple(rows), Awaited(Path(project.root))

    def is_paid(row: RequestPlan) -> bool:
        return bool(providers.get(row.provider).poll_routes) and awaited.find(row.key) is not None

    def refuse(asked: Iterable[RequestPlan]) -> None:
        asked = tuple(asked)
        ledger.check(Entry.of(row) for row in asked if not is_paid(row))
        refuse_without_credential(project, asked, environ)

    try:
        refuse(rows)
    except (BudgetError, ConfigError):
        shared = store.remote_has(row.key for row in rows)
        try:
            refuse(row for row in rows if row.key not in shared)
        except (BudgetError, ConfigError) as error:
            # A store that could not be asked may be the reason.
            raise type(error)((*error.problems, *store.problems)) from None
