"""Where every vendor's request comes in: whose it is, what goes wrong with it on purpose, and what is noted of it.

Imports this folder, model and errors.
"""

import time
from collections.abc import Sequence
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from voicekit import _wire
from voicekit._server import bodies, fault_replies, fault_wire, keys
from voicekit._server.departures import GoneError, unless_gone
from voicekit._server.desk import Desk, Errand, House
from voicekit._server.directory import Candidate, Directory, nearest
from voicekit._server.faults import Facts, Strike, seconds
from voicekit._server.manners import Manners
from voicekit._server.recording import Recording
from voicekit._server.witness import Privacy, Visit, Witness
from voicekit.errors import VoicekitError
from voicekit.model import Call, Reply

FILES: Final = "/files/"
_DESK: Final = "voicekit.desk"  # in the scope: in whose shape an error is written


class Reception:
    """The ASGI app of all vendors' paths, and of the files that their answers link to."""

    def __init__(self, desks: Sequence[Desk], house: House, manners: Manners, witness: Witness) -> None:
        self._directory, self._house, self._manners, self._witness = Directory(desks), house, manners, witness
        self._bodies = bodies.Bodies()
        members = [desk.provider for desk in desks]
        self._ways = frozenset(member.authentication for member in members)
        headers, queries = keys.credential_names(self._ways)
        spoken = (name for member in members for name in member.headers)
        self._privacy = Privacy.of(spoken, headers, queries)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except GoneError:
            return
        await response(scope, receive, send)

    def check_any_key(self, request: Request) -> None:
        """See that a request for the server's own pages brings a required key, in any vendor's way.

        Raises:
            HTTPException: It does not.
        """
        ways = sorted(self._ways, key=lambda how: keys.nearness(request, how))
        if keys.denial(request, ways[0], self._house.require_key) is not None:
            raise HTTPException(401, "Bring the key that this server was started with, in any vendor's way.")

    async def _respond(self, request: Request) -> Response:
        start, visit = time.monotonic(), self._visit(request)
        try:
            return await self._attend(request, visit)
        except GoneError:
            raise
        except Exception as error:
            refusal = as_refusal(error)
            visit.status, visit.refused = refusal.status_code, True
            if refusal is not error:
                raise
            return in_shape(request, refusal)
        finally:
            self._bodies.forget(request)
            visit.seconds = time.monotonic() - start
            self._witness.note(visit)

    def _visit(self, request: Request) -> Visit:
        query = self._privacy.asked(request.query_params.multi_items())
        headers = self._privacy.shown(request.headers.items())
        return Visit(request.method, bodies.path_of(request.scope), query, headers)

    async def _attend(self, request: Request, visit: Visit) -> Response:
        errand = None if visit.path.startswith(FILES) else await self._errand(request, visit)
        if errand is None:
            _check_method(request, ["GET"])
            visit.kind = "file"
        strike = self._strike(request, visit, errand)
        delay = strike.latency + self._latency(errand)
        rule, stop = strike.rule, self._house.stop
        if rule is not None:
            visit.fault = str(rule)
        if rule is not None and rule.stage == "wire" and rule.name not in fault_wire.MADE_OF_AN_ANSWER:
            await stop.doze(delay)
            return fault_wire.Broken(rule, None, stop)
        if rule is not None and rule.stage == "instead":
            await stop.doze(delay)
            reply = fault_replies.instead(rule, errand)
        else:
            reply = await self._good(request, visit, errand, delay)
        if rule is not None and rule.stage == "answer":
            reply = fault_replies.changed(rule, reply)
        visit.status = reply.status
        return fault_wire.Broken(rule, reply, stop) if rule and rule.stage == "wire" else to_response(reply)

    # --- whose it is ----------------------------------------------------------------------------------

    async def _errand(self, request: Request, visit: Visit) -> Errand:
        """Return what a request wants.

        Raises:
            HTTPException: Nobody takes it; in the shape of whoever comes nearest.
        """
        found = self._directory.at(visit.path)
        if not found:
            request.scope[_DESK] = self._directory.below(visit.path) or self._directory.by_key(request)
            raise HTTPException(404, "Not Found")
        request.scope[_DESK] = found[0].desk
        _check_method(request, [one.service.method for one in found])
        found = nearest([one for one in found if one.service.method == _method(request)], request)
        self._meet(found[0], request, visit)
        denial = keys.denial(request, found[0].desk.provider.authentication, self._house.require_key)
        if denial is not None:
            raise HTTPException(denial.status, denial.message)
        kind = bodies.media_type(request)
        fitting = [one for one in found if _is_readable(one, kind)]
        if not fitting:
            raise HTTPException(415, f"The content type must be {found[0].desk.content_type}.")
        if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise HTTPException(415, "The body must not be compressed: nothing is unpacked here.")
        visit.body = await self._bodies.read(request)
        return self._read(fitting, request, visit)

    def _read(self, candidates: Sequence[Candidate], request: Request, visit: Visit) -> Errand:
        refusals = []
        for one in candidates:
            self._meet(one, request, visit)
            try:
                return one.desk.read(one.service.kind, self._call(one, request, visit))
            except HTTPException as refusal:
                refusals.append(refusal)
        self._meet(candidates[0], request, visit)
        raise refusals[0]

    def _meet(self, one: Candidate, request: Request, visit: Visit) -> None:
        request.scope[_DESK] = one.desk
        visit.provider, visit.kind = one.desk.provider.name, one.service.kind

    def _call(self, one: Candidate, request: Request, visit: Visit) -> Call:
        provider = one.desk.provider
        headers = tuple(
            (name, request.headers[name])
            for name in sorted(provider.headers)
            if name.lower() in self._privacy.headers and name in request.headers
        )
        kind = bodies.media_type(request)
        return Call(one.service.method, one.path, visit.query, visit.body, kind, headers)

    # --- what becomes of it ---------------------------------------------------------------------------

    def _strike(self, request: Request, visit: Visit, errand: Errand | None) -> Strike:
        """Return what goes wrong with a request."""
        given = tuple(key for how in self._ways for key in keys.brought(request, how))
        if errand is None:
            return self._manners.mischief.strike(Facts(visit.path, visit.path, None, given))
        possible = {"pending", "failed"} if errand.kind == "poll" else set()
        if errand.wants_link:
            possible.add("link")
        if errand.ask is not None and not errand.starts_task:
            possible.add("no-sound")
        facts = Facts(visit.path, errand.call.path, visit.provider, given, frozenset(possible))
        return self._manners.mischief.strike(facts)

    def _latency(self, errand: Errand | None) -> float:
        """Return how long an answer takes. Files and questions after a task are quick: the sound itself is late."""
        if errand is None or errand.kind == "poll":
            return 0.0
        return seconds(self._manners.latency, self._manners.chance)

    async def _good(self, request: Request, visit: Visit, errand: Errand | None, delay: float) -> Reply:
        """Return the answer that is due, from the recording or from the desk, and have it recorded."""
        base, manners = str(request.base_url), self._manners
        call = errand.call if errand is not None else Call("GET", visit.path)
        try:
            if manners.recording is not None:
                await self._house.stop.doze(delay)
                reply = _recorded(manners.recording, visit.provider, call, base)
            elif errand is not None:
                reply = await unless_gone(request.receive, errand.desk.answer(errand, base, delay))
            else:
                await self._house.stop.doze(delay)
                reply = self._file(visit.path.removeprefix(FILES))
        except HTTPException as error:
            visit.refused = True
            reply = refusal_of(errand.desk if errand is not None else None, error)
        if manners.recorder is not None:
            manners.recorder.add(visit.provider, call, reply, base)
        return reply

    def _file(self, name: str) -> Reply:
        found = self._house.kept.get(name)
        if found is None:
            raise HTTPException(404, "No such file.")
        return Reply(200, found.content_type, found.data)


def _recorded(recording: Recording, provider: str | None, call: Call, base: str) -> Reply:
    reply = recording.answer(provider, call, base)
    if reply is None:
        raise HTTPException(404, f"This request is not in the recording {recording.name}.")
    return reply


def _method(request: Request) -> str:
    return "GET" if request.method == "HEAD" else request.method


def _check_method(request: Request, known: Sequence[str]) -> None:
    if _method(request) not in known:
        allowed = ", ".join(dict.fromkeys(known))
        raise HTTPException(405, f"Use {allowed}.", {"Allow": allowed})


def _is_readable(one: Candidate, kind: str) -> bool:
    """Say whether a body is of the kind that is read there; only what makes somebody speak is looked at."""
    is_speech = one.service.kind == "synthesize" and one.service.method != "GET"
    return not is_speech or bodies.fits(kind, one.desk.content_type)


# --- errors ------------------------------------------------------------------------------------------


def as_refusal(error: Exception) -> HTTPException:
    """Return how an error is answered: a bug with 500, a machine that cannot speak with 503."""
    if isinstance(error, HTTPException):
        return error
    if isinstance(error, VoicekitError):
        return HTTPException(503, " ".join(found.message for found in error.problems))
    return HTTPException(500, "Internal error encountered.")


def in_shape(request: Request, error: HTTPException) -> Response:
    """Write an error in the shape of the vendor whose path was asked for."""
    desk = request.scope.get(_DESK)
    return to_response(refusal_of(desk if isinstance(desk, Desk) else None, error))


def refusal_of(desk: Desk | None, error: HTTPException) -> Reply:
    """Write an error in a vendor's shape, or in our own where no vendor was asked."""
    if desk is not None:
        return desk.refusal(error)
    body = {"error": {"code": error.status_code, "message": error.detail}}
    return Reply(
        error.status_code, "application/json", _wire.compact(body), tuple((error.headers or {}).items())
    )


def to_response(reply: Reply) -> Response:
    """Turn a reply into an HTTP answer."""
    return Response(reply.body, reply.status, dict(reply.headers), media_type=reply.content_type or None)
