"""What banks are told of the keys by which answers are signed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.gateway.domain.partner import RFC9421, SM2_SM3
from shared.answer_keys import P256, SM2, AnswerKeys
from shared.clock import Clock

SCHEMES = {P256: RFC9421, SM2: SM2_SM3}


@dataclass(frozen=True, slots=True)
class AnswerKeyTold:
    """`signs_from` None: from the beginning; `until` None: for as long as is known."""

    kid: str
    scheme: str
    public_pem: str
    signs_from: datetime | None
    until: datetime | None


def answer_keys_told(keys: AnswerKeys, clock: Clock) -> list[AnswerKeyTold]:
    """The public halves of the keys that banks may meet now, soon and of late."""
    return [
        AnswerKeyTold(key.kid, SCHEMES[key.kind], key.public_pem(), _moment(key.signs_from), _moment(key.until))
        for key in keys.published(clock.now().timestamp())
    ]


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
