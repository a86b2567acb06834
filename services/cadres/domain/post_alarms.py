"""Which of a village's posts are alarms on a day, and why? (五个一: 空缺、到期、重复任职、驻村工作队不齐)"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.policy import Policy
from services.cadres.domain.post_state import post_state
from services.cadres.domain.posting import FIRST_SECRETARY, POST_KINDS, RESIDENT_TEAM, Posting, PostKind
from services.cadres.domain.team_composition import TeamFlaw, team_flaws

AlarmKind = Literal["vacant", "expiring", "expired", "double_held", "holder_left", "team_incomplete"]
RESIDENT: Final = frozenset({FIRST_SECRETARY, RESIDENT_TEAM})


@dataclass(frozen=True, slots=True)
class PostAlarm:
    """`until` is the day that an expiring or expired post's term ends; `flaws` says what a team lacks; `people` whom
    it is about; `elsewhere` the other villages of whoever is resident in two.
    """

    village_code: str
    post: PostKind
    kind: AlarmKind
    post_id: UUID | None = None
    until: date | None = None
    flaws: tuple[TeamFlaw, ...] = ()
    people: tuple[UUID, ...] = ()
    elsewhere: tuple[str, ...] = ()


def post_alarms(
    poor_villages: Iterable[str],
    postings: Sequence[Posting],
    cadres: Mapping[UUID, Cadre],
    policy: Policy,
    day: date,
) -> list[PostAlarm]:
    """By village, post and kind. A poor village has the five posts; others are looked at where they have some.

    `postings` are all that hold on the day, also those of other places whose people are resident here too.
    """
    villages = set(poor_villages)
    held = {(posting.village_code, posting.kind) for posting in postings}
    alarms = [
        PostAlarm(village, kind, "vacant") for village in villages for kind in POST_KINDS if (village, kind) not in held
    ]
    homes = _resident_villages(postings)
    for posting in postings:
        alarms += _alarms_of(posting, homes, cadres, policy, day)
    return sorted(alarms, key=lambda one: (one.village_code, POST_KINDS.index(one.post), one.kind))


def _alarms_of(
    posting: Posting,
    homes: Mapping[UUID, set[str]],
    cadres: Mapping[UUID, Cadre],
    policy: Policy,
    day: date,
) -> Iterable[PostAlarm]:
    def alarm(kind: AlarmKind, **more: object) -> PostAlarm:
        return PostAlarm(posting.village_code, posting.kind, kind, posting.post_id, **more)  # type: ignore[arg-type] # named fields of the alarm

    state = post_state(posting, day, policy.expiring_days)
    if state in {"expiring", "expired"}:
        ends = [end for end in (posting.term_ends_on, posting.ended_on) if end is not None]
        yield alarm("expired" if state == "expired" else "expiring", until=min(ends))
    serving = {one: cadres[one] for one in posting.people if one in cadres and cadres[one].in_office(day)}
    if gone := tuple(one for one in posting.people if one not in serving):
        yield alarm("holder_left", people=gone)
    if posting.kind in RESIDENT and (double := tuple(one for one in posting.people if len(homes[one]) > 1)):
        others = sorted({village for one in double for village in homes[one]} - {posting.village_code})
        yield alarm("double_held", people=double, elsewhere=tuple(others))
    if posting.kind == RESIDENT_TEAM:
        flaws = team_flaws(
            posting.members, serving, sending_unit=posting.unit_id, village_code=posting.village_code, policy=policy
        )
        if flaws:
            yield alarm("team_incomplete", flaws=flaws)


def _resident_villages(postings: Iterable[Posting]) -> dict[UUID, set[str]]:
    """Where each person lives as first secretary or team member: one village, if all is well."""
    homes: dict[UUID, set[str]] = defaultdict(set)
    for posting in postings:
        if posting.kind in RESIDENT:
            for cadre_id in posting.people:
                homes[cadre_id].add(posting.village_code)
    return homes
