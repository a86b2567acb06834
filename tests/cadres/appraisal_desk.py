"""Three officials of a town who appraise and decide, and the cadre itself."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from services.cadres.domain.cadre import Cadre
from tests.cadres.world import Caller, Town, World, cadre_login

FALSIFIED = {"code": "result_falsified", "evidence": "核查报告第 7 号"}
LATE = {"code": "rectification_overdue", "evidence": "整改台账第 12 号"}


@dataclass
class Desk:
    """Three officials of a town, and the cadre itself."""

    world: World
    town: Town
    first: Caller
    second: Caller
    third: Caller
    stack: AsyncExitStack

    async def person(self, cadre: Cadre) -> Caller:
        return await self.stack.enter_async_context(self.world.as_(cadre_login(cadre)))

    async def propose(
        self, cadre: Cadre, *deductions: dict[str, Any], expect: int = 201, **more: Any
    ) -> dict[str, Any]:
        body = {
            "cadre_id": str(cadre.cadre_id), "year": 2025, "deductions": deductions,
            "province": {"points": 9500, "reference": "省考核通报第 1 号"},
            "evaluation": {"points": 9000, "reference": "群众民主测评第 2 次"},
        }  # fmt: skip
        reply = await self.first.post("/v1/appraisals", body | more)
        assert reply.status_code == expect, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def imposed(self, cadre: Cadre, *deductions: dict[str, Any], **more: Any) -> str:
        """The id of an appraisal that was proposed, answered and decided."""
        made: str = (await self.propose(cadre, *deductions, **more))["appraisal_id"]
        await self.decide(cadre, made)
        return made

    async def decide(self, cadre: Cadre, decision: str) -> None:
        assert await move(await self.person(cadre), decision, "answered") == (200, "answered")
        assert await move(self.second, decision, "imposed") == (200, "imposed")

    async def notice(self, cadre: Cadre, expect: int = 201, **what: Any) -> dict[str, Any]:
        body = {"cadre_id": str(cadre.cadre_id), "reason": "理由", "evidence": "第 3 号"} | what
        reply = await self.first.post("/v1/decisions", body)
        assert reply.status_code == expect, reply.text
        found: dict[str, Any] = reply.json()
        return found


async def move(caller: Caller, decision: str, to: str) -> tuple[int, str]:
    found = await caller.post(f"/v1/decisions/{decision}/transitions", {"to": to, "note": "说明"})
    return found.status_code, found.json().get("code") or found.json()["state"]


async def due(person: Caller) -> list[tuple[str, str, str]]:
    """What the cadre's caseload tells it of decisions."""
    found = (await person.get("/v1/me/caseload")).json()["due"]
    return [(one["kind"], one["thing_id"], one["on"]) for one in found if one["kind"].startswith("decision")]


async def county_with(world: World, county: str, people: int) -> tuple[Town, list[Cadre]]:
    """A county of the poor areas that no other test uses: one cadre in four may be outstanding."""
    town = await world.town()
    town.code = f"{county}100"
    return town, [await town.cadre(name=f"干部{i}") for i in range(people)]
