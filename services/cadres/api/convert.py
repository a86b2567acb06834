"""Between the API's shapes and the domain's: masks phones, and names who holds what."""

from dataclasses import asdict
from uuid import UUID

from services.cadres.api.duty_schemas import HolderOut, PairingOut, PostIn, PostingOut, PostOut, TeamMemberOut
from services.cadres.api.schemas import CadreFields, CadreOut, UnitFields
from services.cadres.domain.cadre import Cadre, mask_phone
from services.cadres.domain.posting import Posting, TeamMember
from services.cadres.domain.posting_terms import PostingTerms
from services.cadres.domain.unit import Unit
from services.cadres.storage.pairing_repository import PairingLine
from services.cadres.use_cases.see_posts import SeenPost
from shared.ids import new_id


def unit_of(body: UnitFields, unit_id: UUID | None) -> Unit:
    values = {name: getattr(body, name) for name in UnitFields.model_fields}
    return Unit(unit_id=unit_id or new_id(), **values)


def cadre_of(body: CadreFields, cadre_id: UUID | None) -> Cadre:
    values = {name: getattr(body, name) for name in CadreFields.model_fields}
    return Cadre(cadre_id=cadre_id or new_id(), **values)


def cadre_out(cadre: Cadre) -> CadreOut:
    return CadreOut.model_validate(asdict(cadre) | {"phone": mask_phone(cadre.phone) if cadre.phone else None})


def posting_of(body: PostIn) -> Posting:
    return Posting(
        post_id=new_id(),
        village_code=body.village_code,
        kind=body.kind,
        started_on=body.start,
        cadre_id=body.cadre_id,
        unit_id=body.unit_id,
        members=tuple(TeamMember(member.cadre_id, member.role) for member in body.members),
        letter=body.letter,
        term_ends_on=body.end,
    )


def post_out(seen: SeenPost) -> PostOut:
    return PostOut.model_validate(_post_values(seen))


def terms_of_body(body: PostIn) -> PostingTerms | None:
    if body.terms is None:
        return None
    return PostingTerms(**body.terms.model_dump(exclude={"duties"}), duties=tuple(body.terms.duties))


def posting_out(seen: SeenPost, posting: Posting, terms: PostingTerms | None) -> PostingOut:
    names = ("village_code", "end_reason", "term_ends_on")
    more = {name: getattr(posting, name) for name in names} | {"terms": terms and asdict(terms)}
    return PostingOut.model_validate(_post_values(seen) | more)


def pairing_out(line: PairingLine) -> PairingOut:
    pairing = line.pairing
    return PairingOut(
        pairing_id=pairing.pairing_id,
        household_id=pairing.household_id,
        village_code=line.village_code,
        head=line.head,
        cadre_id=pairing.cadre_id,
        cadre_name=line.cadre_name,
        start=pairing.started_on,
        end=pairing.ended_on,
        end_reason=pairing.end_reason,
        version=pairing.version,
    )


def _post_values(seen: SeenPost) -> dict[str, object]:
    posting = seen.posting
    return {
        "kind": seen.kind,
        "state": seen.state,
        "holder": _holder(seen, posting) if posting else None,
        "start": posting.started_on if posting else None,
        "end": (posting.ended_on or posting.term_ends_on) if posting else None,
        "post_id": posting.post_id if posting else None,
        "letter": posting.letter if posting else None,
        "version": posting.version if posting else None,
    }


def _holder(seen: SeenPost, posting: Posting) -> HolderOut | None:
    holder = posting.unit_id or posting.cadre_id
    if holder is None:
        return None
    return HolderOut(
        type="unit" if posting.unit_id else "cadre",
        id=holder,
        name=seen.names[holder],
        members=[
            TeamMemberOut(cadre_id=member.cadre_id, name=seen.names[member.cadre_id], role=member.role)
            for member in posting.members
        ],
    )
