"""HTTP mode: Slack's requests come to an address of ours, signed; for several replicas behind one address."""

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

PATH = "/slack/events"


def taking_requests(app: AsyncApp) -> web.Application:
    """What takes Slack's requests under `PATH`. A request that is not signed by Slack gets 401, unread."""

    async def handle(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.router.add_post(PATH, handle)
    return server
