"""The alarms of posts as a table for offices."""

from pathlib import Path
from tempfile import TemporaryDirectory

from services.cadres.domain.alarm_text import ALARM_NAMES, POST_NAMES, alarm_text
from services.cadres.use_cases.see_alarms import SeenAlarms
from shared.sheets.writing import SheetWriter

HEADINGS = ("村代码", "村", "岗位", "问题", "说明", "任期到", "涉及人员")
_WIDTHS = (16, 14, 12, 12, 50, 12, 30)


def alarms_as_xlsx(seen: SeenAlarms) -> bytes:
    """One row an alarm, in the order of the list; written by a thread, since it takes a moment."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "alarms.xlsx"
        with SheetWriter(path) as book:
            lines = book.sheet("五个一缺口", HEADINGS, _WIDTHS)
            for alarm in seen.alarms:
                people = "、".join(seen.names.get(one, "") for one in alarm.people)
                lines.add(
                    (
                        alarm.village_code,
                        seen.places.get(alarm.village_code, ""),
                        POST_NAMES[alarm.post],
                        ALARM_NAMES[alarm.kind],
                        alarm_text(alarm),
                        alarm.until,
                        people,
                    )
                )
        return path.read_bytes()
