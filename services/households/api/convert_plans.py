"""Between the shapes of plans and the domain's."""

from dataclasses import asdict
from datetime import date
from typing import Any

from services.households.api.schemas_plans import (
    HouseholdPlanOut,
    IncomePlanOut,
    IncomeSummaryOut,
    MeasureFactsIn,
    MeasureOut,
    ProjectIn,
    RateOut,
    VillagePlanOut,
    VillageProjectIn,
)
from services.households.domain.income_plan import IncomePlan, Project, reaches_target
from services.households.domain.measure import NEXT, Measure, MeasureFacts
from services.households.domain.plan_policy import PlanPolicy
from services.households.domain.rate import Rate
from services.households.domain.village_plan import VillagePlan, VillageProject
from services.households.use_cases.plan_household import HouseholdPlan
from services.households.use_cases.total_income_plans import PlanSummary


def measure_facts(body: MeasureFactsIn) -> MeasureFacts:
    return MeasureFacts(**{name: getattr(body, name) for name in MeasureFactsIn.model_fields})


def measure_values(measure: Measure, today: date) -> dict[str, Any]:
    own = {name: getattr(measure, name) for name in ("household_id", "measure_id", "state", "spent_cents", "note")}
    more = {"overdue": measure.overdue(today), "allowed": list(NEXT[measure.state]), "version": measure.version}
    return {**asdict(measure.facts), **own, **more}


def measure_out(measure: Measure, today: date) -> MeasureOut:
    return MeasureOut.model_validate(measure_values(measure, today))


def household_plan_out(plan: HouseholdPlan, today: date) -> HouseholdPlanOut:
    return HouseholdPlanOut(
        household_id=plan.household.household_id,
        version=plan.household.version,
        poverty_type=plan.household.facts.poverty_type,
        causes=list(plan.household.facts.causes),
        advised_kinds=[kind.code for kind in plan.advised],
        measures=[measure_out(measure, today) for measure in plan.measures],
    )


def projects_of(bodies: list[ProjectIn]) -> tuple[Project, ...]:
    return tuple(Project(body.name, body.expected_cents, body.achieved_cents) for body in bodies)


def income_plan_values(plan: IncomePlan, policy: PlanPolicy) -> dict[str, Any]:
    return {
        **asdict(plan),
        "expected_cents": plan.expected_cents,
        "achieved_cents": plan.achieved_cents,
        "reaches_target": reaches_target(plan, policy),
    }


def income_plan_out(plan: IncomePlan, policy: PlanPolicy) -> IncomePlanOut:
    return IncomePlanOut.model_validate(income_plan_values(plan, policy))


def rate_out(found: Rate | None) -> RateOut | None:
    return None if found is None else RateOut.model_validate(found, from_attributes=True)


def income_summary_out(region: str, year: int, summary: PlanSummary) -> IncomeSummaryOut:
    totals = summary.totals
    return IncomeSummaryOut(
        region=region,
        year=year,
        plans=summary.plans,
        people=totals and totals.people,
        expected_cents=totals and totals.expected_cents,
        achieved_cents=totals and totals.achieved_cents,
        expected_per_household_cents=totals and totals.expected_per_household_cents,
        expected_per_head_cents=totals and totals.expected_per_head_cents,
        covered=rate_out(summary.covered),
        achieved=rate_out(summary.achieved),
    )


def village_projects_of(bodies: list[VillageProjectIn]) -> tuple[VillageProject, ...]:
    return tuple(VillageProject(body.name, body.year, body.amount_cents, body.owner) for body in bodies)


def village_plan_out(plan: VillagePlan) -> VillagePlanOut:
    state = "draft" if plan.adopted_by is None else "adopted"
    return VillagePlanOut.model_validate({**asdict(plan), "amount_cents": plan.amount_cents, "state": state})
