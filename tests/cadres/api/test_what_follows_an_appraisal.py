"""What rests on an appraisal: recall and bar, exemption, the deduction of a talk-notice."""

from tests.cadres.appraisal_desk import FALSIFIED, LATE, Desk, move


async def test_unfit_leads_to_recall_and_the_recall_bars_for_two_years(desk: Desk) -> None:
    cadre, post = await desk.town.cadre(), {"village_code": desk.town.village, "kind": "first_secretary"}
    held = await desk.first.post("/v1/posts", post | {"cadre_id": str(cadre.cadre_id), "from": "2025-03-01"})
    end = f"/v1/posts/{held.json()['post_id']}", "end", {"reason": "recalled", "note": "召回", "on": "2026-11-24"}
    early = await desk.first.step(*end)
    assert (early.status_code, early.json()["code"]) == (409, "post_recall_not_decided")
    assert (await desk.notice(cadre, 409, kind="recall"))["code"] == "decision_needs_appraisal"
    unfit = await desk.imposed(cadre, FALSIFIED)
    recall = (await desk.notice(cadre, kind="recall", appraisal_id=unfit))["decision_id"]
    assert (await desk.notice(cadre, 409, kind="recall", appraisal_id=unfit))["code"] == "decision_already_begun"
    await desk.decide(cadre, recall)
    assert (await desk.first.step(*end)).status_code == 200
    anew = post | {"cadre_id": str(cadre.cadre_id), "from": "2026-11-24"}
    barred = await desk.first.post("/v1/posts", anew)
    assert (barred.status_code, barred.json()["code"]) == (409, "cadre_barred_from_post")
    assert "2028-11-24" in barred.json()["message"]
    person = (await desk.first.get(f"/v1/cadres/{cadre.cadre_id}")).json()
    fields = {name: person[name] for name in ("unit_id", "name", "region_code", "valid_from")}
    raised = await desk.first.put(f"/v1/cadres/{cadre.cadre_id}", fields | {"rank": "section_head"}, 1)
    assert (raised.status_code, raised.json()["code"]) == (409, "cadre_barred_from_promotion")
    best = await desk.propose(cadre, expect=409, year=2026, outstanding=True)
    assert best["code"] == "cadre_barred_from_award"
    assert await move(await desk.person(cadre), unfit, "appealed") == (200, "appealed")
    assert await move(desk.third, unfit, "lifted") == (200, "lifted")
    assert (await desk.first.post("/v1/posts", anew)).status_code == 201, "a recall falls with its appraisal"


async def test_an_exemption_takes_its_deduction_away_and_what_rested_on_it(desk: Desk) -> None:
    cadre = await desk.town.cadre()
    unfit = await desk.imposed(cadre, FALSIFIED, LATE)
    path = f"/v1/appraisals/{unfit}"
    line = (await desk.first.get(path)).json()["deductions"][0]
    conditions = dict.fromkeys(
        ("democratic_procedure", "no_private_gain", "no_unfairness_or_loss", "good_effect"), True
    )
    exempted = {"kind": "exemption", "exempts": line["deduction_id"]}
    partly = exempted | {"conditions": conditions | {"good_effect": False}}
    assert (await desk.notice(cadre, 409, **partly))["code"] == "exemption_conditions_not_met"
    exemption = (await desk.notice(cadre, **exempted, conditions=conditions))["decision_id"]
    assert (await desk.first.get(path)).json()["grade"] == "unfit", "not before it is decided"
    await desk.decide(cadre, exemption)
    now = (await desk.first.get(path)).json()
    assert ([one["counts"] for one in now["deductions"]], now["total_points"]) == ([False, True], 9425)
    assert now["grade"] == "competent"
    assert (await desk.notice(cadre, 409, kind="recall", appraisal_id=unfit))["code"] == "decision_needs_appraisal"


async def test_a_talk_notice_is_deducted_while_it_stands(desk: Desk) -> None:
    cadre = await desk.town.cadre()
    talk = (await desk.notice(cadre, kind="talk_notice", round={"year": 2025, "quarter": 4}))["decision_id"]
    line = {"code": "talk_notice", "evidence": "督查通报", "decision_id": talk}
    assert (await desk.propose(cadre, line, expect=409))["code"] == "deduction_ground_wrong"
    await desk.decide(cadre, talk)
    made = await desk.propose(cadre, line)
    assert made["local_points"] == 9000
    assert await move(await desk.person(cadre), talk, "appealed") == (200, "appealed")
    assert await move(desk.third, talk, "lifted") == (200, "lifted")
    assert (await desk.first.get(f"/v1/appraisals/{made['appraisal_id']}")).json()["local_points"] == 10_000


async def test_a_barred_cadre_is_refused_when_it_applies_and_not_only_when_it_is_posted(desk: Desk) -> None:
    cadre = await desk.town.cadre()
    unfit = await desk.imposed(cadre, FALSIFIED)
    await desk.decide(cadre, (await desk.notice(cadre, kind="recall", appraisal_id=unfit))["decision_id"])
    application = {"village_code": desk.town.village, "kind": "first_secretary", "cadre_id": str(cadre.cadre_id)}
    for applicant in (desk.first, await desk.person(cadre)):
        refused = await applicant.post("/v1/selections", application)
        assert (refused.status_code, refused.json()["code"]) == (409, "cadre_barred_from_post")
        assert "2028-11-24" in refused.json()["message"]
    assert await move(await desk.person(cadre), unfit, "appealed") == (200, "appealed")
    assert await move(desk.third, unfit, "lifted") == (200, "lifted")
    assert (await desk.first.post("/v1/selections", application)).status_code == 201
