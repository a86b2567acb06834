"""A good request for each operation of inspections and evaluations."""

import uuid
from collections.abc import Mapping
from datetime import timedelta

from shared.clock import Clock
from tests.builders.files import small_png
from tests.e2e.operations import Asked
from tests.e2e.things import Things


def inspections_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    inspection, evaluation = {"inspection_id": things.inspection}, {"evaluation_id": things.evaluation}
    finding = {
        "village_code": things.village,
        "item": things.village,
        "what": "台账不全",
        "due_on": str(Clock().today()),
    }
    return {
        "list_inspection_cycles": Asked(),
        "list_inspection_findings": Asked(query={**region, "overdue": "true", "state": "open", "limit": "5"}),
        "read_inspection_finding": Asked({"finding_id": things.finding}),
        "upload_finding_photo": Asked({"finding_id": things.finding}, file=small_png()),
        "get_finding_photo": Asked({"finding_id": things.finding, "file_id": str(uuid.uuid4())}),
        "read_inspection_bulletin": Asked(query={**region, "cycle": "county_inspection"}),
        "export_inspection_bulletin": Asked(query={**region, "cycle": "county_summary", "within": "2026-11-24"}),
        "list_published_bulletins": Asked(query={**region, "limit": "5"}),
        "create_published_bulletin": Asked(
            body={"region": things.village, "cycle": "county_inspection", "within": "2026-02-28"}
        ),
        "read_published_bulletin": Asked({"bulletin_id": things.bulletin}),
        "export_published_bulletin": Asked({"bulletin_id": things.bulletin}),
        "list_inspections": Asked(query={**region, "limit": "5"}),
        "create_inspection": Asked(
            body={"region": things.village, "cycle": "county_meeting", "population": "villages", "size": 1}
        ),
        "read_inspection": Asked(inspection),
        "read_inspection_sample": Asked(inspection),
        "list_inspection_population": Asked(inspection, {"limit": "5"}),
        "create_inspection_finding": Asked(inspection, body=finding),
        "move_inspection_finding": Asked(
            {"finding_id": things.finding}, body={"to": "rectified", "note": "已补齐"}, version=99
        ),
        "list_evaluations": Asked(query={**region, "limit": "5"}),
        "create_evaluation": Asked(
            body={
                "village_code": things.village,
                "cadre_id": things.cadre,
                "last_day": str(Clock().today() + timedelta(days=30)),
            }
        ),
        "read_evaluation": Asked(evaluation),
        "read_evaluation_result": Asked(evaluation),
        "put_vote": Asked(evaluation, body={"answer": "satisfied"}),
        "list_own_evaluations": Asked(),
    }
