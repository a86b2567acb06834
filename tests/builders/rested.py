"""A connection to a service that has carried a request before goes another way than a fresh one."""

import asyncio

from tests.builders.front import Answer, Reply, Seen, ask, say_ok


async def ask_after(rested: bool, port: int) -> Answer:
    """Ask; before, if the connection is to be a rested one, ask something that is answered."""
    if rested:
        assert (await ask(port, "/v1/notices/warm", token=None)).status == 200
    return await ask(port)


def but_first_fine(reply: Reply) -> Reply:
    """The reply, once a warming request has been answered."""

    async def answer(request: Seen, writer: asyncio.StreamWriter) -> bool | None:
        if request.target.endswith("warm"):
            await say_ok(request, writer)
            return True
        return await reply(request, writer)

    return answer
