"""Shapes of the alarms of posts."""

from pydantic import Field

from services.cadres.domain.posting import PostKind
from shared.web.fields import Id, IsoDate, Output


class PersonOut(Output):
    cadre_id: Id
    name: str


class PostAlarmOut(Output):
    """`kind`: vacant, expiring, expired, double_held (resident in two villages), holder_left, team_incomplete."""

    village_code: str
    village: str
    post: PostKind
    kind: str = Field(examples=["vacant", "expiring", "expired", "double_held", "holder_left", "team_incomplete"])
    text: str = Field(description="one sentence for people", examples=["第一书记空缺，请选派。"])
    post_id: Id | None
    until: IsoDate | None = Field(description="first day after the term")
    flaws: list[str] = Field(examples=[["too_small", "leader", "mid_level", "township"]])
    people: list[PersonOut]
    elsewhere: list[str] = Field(description="the other villages of whoever is resident in two")


class PostAlarmsOut(Output):
    items: list[PostAlarmOut]
    next_cursor: str | None
    has_more: bool


class PlaceOfPostsOut(Output):
    """`posts_filled` + `posts_vacant` = 5 × `poor_villages`; `alarms` by kind."""

    code: str
    name: str
    poor_villages: int
    posts_filled: int
    posts_vacant: int
    alarms: dict[str, int] = Field(examples=[{"vacant": 3, "expired": 1}])


class PlacesOfPostsOut(Output):
    items: list[PlaceOfPostsOut]
