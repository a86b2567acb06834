"""Between the API's shapes and the domain's."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.credit.api.schemas import (
    CardOut,
    ExplanationOut,
    GradeOut,
    ImprovementOut,
    JobOut,
    LookOut,
    ReasonOut,
    RunOut,
    TestOut,
    TimeOnlyOut,
    TraceOut,
)
from services.credit.api.schemas_negative import StatementOut
from services.credit.domain.scorecard import Card
from services.credit.domain.small_cells import shown_to_everybody, shown_to_officials
from services.credit.domain.title_tests import TitleTest
from services.credit.storage.query_log import Look
from services.credit.storage.run_repository import Run
from services.credit.use_cases.explain_household import Explanation, GradeWithReasons
from services.credit.use_cases.score_place import JOB as SCORING_RUN
from services.credit.use_cases.show_trace import Traced
from shared.clock import SHANGHAI
from shared.jobs import Job

PURPOSES = {"loan_review": "贷款审查", "post_loan": "贷后管理", "objection": "异议核查"}
LOOKED_AT = {
    "grade": "信用等级",
    "explanation": "等级说明",
    "trace": "评分过程",
    "facts": "信用档案",
    "queries": "查询记录",
    "consents": "授权记录",
    "grade_case": "评级进度",
    "objections": "异议记录",
    "negative_facts": "不良信息",
    "report": "信用报告",
    "loan_events": "借款登记（报送借款情况时）",
}


def card_out(card: Card) -> CardOut:
    return CardOut(id=card.id, version=card.version, sha256=card.sha256)


def grade_out(found: GradeWithReasons, today: date) -> GradeOut:
    return GradeOut.model_validate(_grade(found, today))


def explanation_out(found: Explanation, today: date) -> ExplanationOut:
    attributes = found.graded.card.attributes
    return ExplanationOut.model_validate(
        {
            **_grade(found.graded, today),
            "points": found.points,
            "maximum": {attribute.id: attribute.maximum for attribute in attributes},
            "titles": {attribute.id: attribute.title for attribute in attributes},
            "improvements": [ImprovementOut.model_validate(i, from_attributes=True) for i in found.improvements],
            "time_only": [TimeOnlyOut.model_validate(one, from_attributes=True) for one in found.time_only],
            "trace_sha256": found.graded.grade.trace_sha256,
            "trace_replays": found.replayed,
        }
    )


def trace_out(found: Traced) -> TraceOut:
    grade = found.grade
    return TraceOut(
        household_id=grade.household_id,
        grade=grade.band,
        as_of=grade.as_of,
        card=card_out(found.card),
        facts_version=grade.facts_version,
        trace=found.trace,
        trace_sha256=grade.trace_sha256,
        trace_replays=found.replays,
        objection=grade.objected,
    )


def run_out(run: Run, by_band: dict[str, int]) -> RunOut:
    """The counts are shown once the run is finished: a half-scored place has none."""
    return RunOut(
        run_id=run.run_id,
        region=run.region,
        card=f"{run.card_id}@{run.card_version}",
        as_of=run.as_of,
        state=run.state,
        by_band=by_band if run.state != "scoring" else {},
        may_take_over=run.may_take_over,
        confirmed=run.confirmed_by is not None,
        effective_on=run.effective_on,
        valid_until=run.valid_until,
    )


def job_out(job: Job) -> JobOut:
    """A scoring run's job also says where the run is."""
    run = {"run_url": f"/v1/credit/scoring-runs/{job.job_id}"} if job.kind == SCORING_RUN else {}
    return JobOut(
        job_id=job.job_id,
        kind=job.kind,
        state=job.state,
        done=job.progress.done,
        total=job.progress.total,
        accepted=job.progress.accepted,
        refused=job.progress.refused,
        errors_url=None,
        failure=job.failure,
        result={**job.progress.result, **run},
    )


def tests_out(tests: Sequence[TitleTest], *, to_official: bool) -> list[TestOut]:
    shown = shown_to_officials(tests) if to_official else shown_to_everybody(tests)
    return [
        TestOut(
            name=one.test.name,
            numerator=one.numerator,
            denominator=one.denominator,
            threshold=one.test.threshold,
            rule=str(one.test.rule),
            result=one.test.result.value,
        )
        for one in shown
    ]


def look_out(look: Look) -> LookOut:
    day = look.at.astimezone(SHANGHAI)
    if look.kind == "bank_query":
        answer = "已答复" if look.status == "ok" else "未答复（没有有效授权）"
        text = f"{look.who}于 {day.month} 月 {day.day} 日查询（{PURPOSES.get(look.what, look.what)}），{answer}。"
    else:
        text = f"{look.who}于 {day.month} 月 {day.day} 日查看了您的{LOOKED_AT.get(look.what, look.what)}。"
    return LookOut.model_validate({**{name: getattr(look, name) for name in Look.__slots__}, "text": text})


def _grade(found: GradeWithReasons, today: date) -> dict[str, Any]:
    grade = found.grade
    return {
        "household_id": grade.household_id,
        "grade": grade.band,
        "total": grade.total,
        "in_effect": grade.in_effect(today),
        "basis": grade.basis,
        "case_id": grade.case_id,
        "state": grade.state_on(today),
        "objection": grade.objected,
        "as_of": grade.as_of,
        "effective_on": grade.effective_on,
        "valid_until": grade.valid_until,
        "card": card_out(found.card),
        "reasons": [ReasonOut(code=reason.code, text=reason.text) for reason in found.reasons],
        "decision": found.decision,
        "statements": [StatementOut(code=code, text=text) for code, text in found.statements],
        "review": found.review,
    }
