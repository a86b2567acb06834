"""What the gateway itself has for partners: the self-test of a signature, and the keys that answers are signed with."""

from typing import Any

from fastapi import Request, Response

from services.gateway.api.deps import Hands
from services.gateway.api.partner_gate import SELF_TEST
from services.gateway.api.schemas_partner import AnswerKeysOut, FindingOut, SelfTestIn, SelfTestOut
from services.gateway.domain.signature_findings import sentence_of
from shared.signed_request import Examination, SignedRequest
from shared.tokens import TokenRefused
from shared.web.context import Who
from shared.web.route import looks_up, public
from shared.web.service_app import strict_router

router = strict_router(tags=["partner"])


@router.post(SELF_TEST)
@looks_up
async def test_own_signature(body: SelfTestIn, request: Request, who: Who, rooms: Hands) -> SelfTestOut:
    with_ = rooms.self_test
    partner = await with_.book.find(who.subject)
    if partner is None:
        raise TokenRefused(token_given=True)
    scheme = with_.signatures.scheme_of(partner)
    target = request.scope["raw_path"].decode("ascii")
    signed = SignedRequest(request.method, target, with_.public_url + target, request.headers.raw, await request.body())
    seen = await with_.signatures.examine(partner, scheme, signed) if scheme else Examination(present=False)
    signature = _told(seen) | {"required": with_.signatures.required or scheme is not None, "scheme": partner.signing}
    return SelfTestOut.model_validate(
        {"client_id": partner.client_id, "status": partner.status, "text": body.text, "signature": signature}
    )


@router.get("/.well-known/partner-answer-keys.json")
@public
async def read_answer_keys(rooms: Hands, response: Response) -> AnswerKeysOut:
    response.headers["Cache-Control"] = "public, max-age=300"
    return AnswerKeysOut.model_validate({"keys": rooms.answer_keys()}, from_attributes=True)


def _told(seen: Examination) -> dict[str, Any]:
    findings = [
        FindingOut(part=one.part, code=one.code, message=sentence_of(one.part, one.code)) for one in seen.findings
    ]
    return {"holds": seen.holds, "key_id": seen.key_id, "findings": findings, "signed_text": seen.signed_text}
