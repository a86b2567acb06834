"""An official puts a person, a unit or a resident team into one of a village's posts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.cadres.domain.after_a_recall import may_be_posted_after
from services.cadres.domain.may_hold_post import may_hold_post
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.domain.posting import Posting
from services.cadres.domain.posting_terms import PostingTerms
from services.cadres.domain.selection import may_be_posted_by
from services.cadres.domain.selection_errors import SelectionMissing
from services.cadres.domain.term_of_post import term_of_post
from services.cadres.storage.appraisal_repository import personal_files
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.care_repository import add_terms
from services.cadres.storage.guards import guard_cadres, guard_village
from services.cadres.storage.place_repository import require_village
from services.cadres.storage.post_repository import add_posting
from services.cadres.storage.selection_repository import get_selection, save_selection
from services.cadres.storage.unit_repository import get_unit
from services.cadres.use_cases.see import require_serving_cadre
from shared.auth import Principal
from shared.db import Connection


async def fill_post(
    connection: Connection,
    cadres: CadreRepository,
    policies: Sequence[Policy],
    who: Principal,
    posting: Posting,
    today: date,
    *,
    terms: PostingTerms | None = None,
    selection_id: UUID | None = None,
) -> Posting:
    """The posting, with its term. One holder a post and one village a first secretary: the database decides.

    Raises OutsideScope, VillageNotFound, CadreNotFound, UnitNotFound, PostAlreadyHeld, FirstSecretaryElsewhere,
    SelectionMissing, SelectionNotFound and the reasons of `may_hold_post`, `may_be_posted_after` and
    `may_be_posted_by`.
    """
    who.require_official(posting.village_code)
    await require_village(connection, posting.village_code)
    await guard_village(connection, posting.village_code)
    await guard_cadres(connection, posting.people)
    people = await cadres.get_many(connection, posting.people)
    for cadre in people.values():
        require_serving_cadre(who, cadre, posting.village_code)
    if posting.unit_id is not None:
        await get_unit(connection, posting.unit_id)
    policy = policy_at(policies, posting.started_on)
    term_ends_on = posting.term_ends_on or term_of_post(posting.kind, posting.started_on, policy)
    posting = replace(posting, term_ends_on=term_ends_on)
    if (refusal := may_hold_post(posting, people, policy, today)) is not None:
        raise refusal
    files = await personal_files(connection, posting.people)
    if (refusal := may_be_posted_after(posting.kind, files.values(), policy, posting.started_on)) is not None:
        raise refusal
    await _use_selection(connection, policy, posting, selection_id)
    await add_posting(connection, posting, who.subject)
    if terms is not None:
        await add_terms(connection, posting, terms)
    return posting


async def _use_selection(connection: Connection, policy: Policy, posting: Posting, selection_id: UUID | None) -> None:
    """Where the policy wants one, or one is named, the selection leads to this posting and is used up by it."""
    if selection_id is None:
        if posting.kind in policy.selection_required:
            raise SelectionMissing
        return
    selection = (await get_selection(connection, selection_id, lock=True)).selection
    if (refusal := may_be_posted_by(selection, posting)) is not None:
        raise refusal
    await save_selection(connection, replace(selection, state="posted"))
