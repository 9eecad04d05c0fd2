"""Which desk a path and a key lead to. Imports the desk, keys and the templates of paths.

Two vendors may have the same method and path. Below ``/<provider>/`` exactly one answers. Without that, it is the one whose
own way of bringing a key the request uses, then one that takes such a key too. A request without any key is taken for one of
a vendor whose key may stand in the address, as people write it by hand. Among several it is the first by name that can read
the request.
"""

from collections.abc import Sequence

from attrs import frozen
from starlette.requests import Request

from voicekit._server import keys
from voicekit._server.desk import Desk, Service
from voicekit.providers import _paths


@frozen
class Candidate:
    """A service that a path may mean. `path` is the vendor's own, without the name of a provider before it."""

    desk: Desk
    service: Service
    path: str


class Directory:
    """All services, by their paths."""

    def __init__(self, desks: Sequence[Desk]) -> None:
        self._desks = sorted(desks, key=lambda desk: desk.provider.name)

    def at(self, path: str) -> list[Candidate]:
        """Return what a path may mean, whatever the method: one provider's where it stands below its name."""
        desk = self.below(path)
        if desk is not None and (found := _services(desk, path.removeprefix(f"/{desk.provider.name}"))):
            return found
        return [found for desk in self._desks for found in _services(desk, path)]

    def below(self, path: str) -> Desk | None:
        """Return the desk below whose provider's name a path stands, whether or not anything is there."""
        name = path.removeprefix("/").partition("/")[0]
        return next((desk for desk in self._desks if desk.provider.name == name), None)

    def by_key(self, request: Request) -> Desk | None:
        """Return whose own way of bringing a key a request uses, the first by name; a bearer token may be anybody's."""
        own = (desk for desk in self._desks if desk.provider.authentication.kind != "bearer")
        return next((desk for desk in own if keys.nearness(request, desk.provider.authentication) == 0), None)


def nearest(candidates: Sequence[Candidate], request: Request) -> list[Candidate]:
    """Return the candidates to whom a request's key, or the lack of one, speaks best, by name."""
    ranks = [keys.nearness(request, one.desk.provider.authentication) for one in candidates]
    return [one for one, rank in zip(candidates, ranks, strict=True) if rank == min(ranks)]


def _services(desk: Desk, path: str) -> list[Candidate]:
    return [
        Candidate(desk, service, path)
        for service in desk.services()
        if _paths.read(service.path, path) is not None
    ]
