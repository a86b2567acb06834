"""The moral bank of a village (乡村道德银行): rules, claims, accounts, goods. Apart from everything about money."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Depends, Response

from services.households.api.deps import Repositories
from services.households.api.schemas_moral_bank import (
    ClaimDecision,
    ClaimOut,
    GoodsIn,
    GoodsListOut,
    GoodsOut,
    GoodsPut,
    MoralAccountOut,
    MoralClaimIn,
    MoralEntryOut,
    MoralRuleOut,
    MoralRulesOut,
    RedemptionIn,
    RedemptionOut,
)
from services.households.domain.moral_bank import STEPS, Claim, Goods, MoralPolicy, moral_policy_at
from services.households.storage.moral_bank_repository import load_moral_policies
from services.households.use_cases.moral_bank import MoralBank
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, VillageCode
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["moral bank"])
_POLICIES = load_moral_policies()


async def policy_of_today(with_: Mechanisms) -> MoralPolicy:
    return moral_policy_at(_POLICIES, with_.clock.today())


Rules = Annotated[MoralPolicy, Depends(policy_of_today)]


async def bank_of(who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, policy: Rules) -> MoralBank:
    return MoralBank(connection, rooms.households, policy, who, with_.clock.today())


Bank = Annotated[MoralBank, Depends(bank_of, scope="function")]


@router.get("/v1/moral-bank/rules")
async def read_moral_rules(policy: Rules) -> MoralRulesOut:
    return MoralRulesOut(
        councils=list(policy.councils),
        mediations=list(policy.mediations),
        reviews=dict(policy.reviews),
        rules=[MoralRuleOut.model_validate(rule, from_attributes=True) for rule in policy.rules.values()],
    )


@router.get("/v1/households/{household_id}/moral-bank")
async def read_moral_account(household_id: Id, bank: Bank) -> MoralAccountOut:
    account = await bank.account(household_id)
    return MoralAccountOut(
        household_id=household_id,
        points=account.points,
        claims=[claim_out(claim) for claim in account.claims],
        entries=[MoralEntryOut.model_validate(entry, from_attributes=True) for entry in account.entries],
    )


@router.post("/v1/households/{household_id}/moral-claims", status_code=201)
async def propose_moral_claim(household_id: Id, body: MoralClaimIn, bank: Bank, response: Response) -> ClaimOut:
    claim = await bank.propose(household_id, body.claim_id or new_id(), body.rule, body.happened_on, body.evidence)
    response.headers["ETag"] = etag(claim.version)
    return claim_out(claim)


@router.post("/v1/households/{household_id}/moral-claims/{claim_id}/decision")
async def decide_moral_claim(
    household_id: Id, claim_id: Id, body: ClaimDecision, version: ExpectedVersion, bank: Bank, response: Response
) -> ClaimOut:
    claim = await bank.decide(
        household_id, claim_id, body.to, body.note, version=version, show=lambda one: _shown(claim_out(one))
    )
    response.headers["ETag"] = etag(claim.version)
    return claim_out(claim)


@router.post("/v1/households/{household_id}/moral-redemptions", status_code=201)
async def redeem_moral_points(household_id: Id, body: RedemptionIn, bank: Bank) -> RedemptionOut:
    return RedemptionOut(points=await bank.redeem(household_id, body.goods_id, body.quantity))


@router.get("/v1/villages/{code}/moral-goods")
async def list_moral_goods(code: VillageCode, bank: Bank) -> GoodsListOut:
    return GoodsListOut(items=[goods_out(goods) for goods in await bank.goods(code)])


@router.post("/v1/villages/{code}/moral-goods", status_code=201)
async def add_moral_goods(code: VillageCode, body: GoodsIn, bank: Bank, response: Response) -> GoodsOut:
    goods = await bank.add_goods(Goods(code, body.goods_id or new_id(), body.name, body.points, body.stock))
    response.headers["ETag"] = etag(goods.version)
    return goods_out(goods)


@router.put("/v1/villages/{code}/moral-goods/{goods_id}")
async def replace_moral_goods(
    code: VillageCode, goods_id: Id, body: GoodsPut, version: ExpectedVersion, bank: Bank, response: Response
) -> GoodsOut:
    said = Goods(code, goods_id, body.name, body.points, body.stock, version)
    goods = await bank.change_goods(said, lambda one: _shown(goods_out(one)))
    response.headers["ETag"] = etag(goods.version)
    return goods_out(goods)


def claim_out(claim: Claim) -> ClaimOut:
    return ClaimOut.model_validate({**asdict(claim), "allowed": list(STEPS[claim.state])})


def goods_out(goods: Goods) -> GoodsOut:
    return GoodsOut.model_validate(goods, from_attributes=True)


def _shown(out: ClaimOut | GoodsOut) -> dict[str, Any]:
    return out.model_dump(mode="json")
