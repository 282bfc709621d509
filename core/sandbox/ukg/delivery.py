"""Putting an answer on the wire, whole or spoilt."""

from aiohttp import web

from core.sandbox.answers import Answer
from core.sandbox.ukg.answers import LOGIN_PAGE
from core.sandbox.ukg.faults import Kind


def spoilt(answer: Answer, kind: Kind | None) -> Answer:
    """The answer with its body changed by a fault; errors are left alone."""
    if kind is None or answer.status != 200:
        return answer
    if kind.name == "truncate":
        return Answer(200, answer.body[: len(answer.body) // 2], answer.content_type, answer.headers)
    if kind.name == "html":
        return Answer(200, LOGIN_PAGE, "text/html")
    if kind.name == "empty":
        return Answer(200, b"", answer.content_type)
    return answer


async def deliver(request: web.BaseRequest, answer: Answer, kind: Kind | None) -> web.StreamResponse:
    """Send the answer, or break the connection before (`drop`) or in the middle of it (`cut_body`)."""
    if kind is not None and kind.name == "drop":
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)
    if kind is not None and kind.name == "cut_body" and answer.status == 200:
        return await _deliver_half(request, answer)
    headers = {"Content-Type": answer.content_type, **answer.headers}
    return web.Response(status=answer.status, body=answer.body, headers=headers)


async def _deliver_half(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": answer.content_type, **answer.headers})
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
