"""The chained transitions of grades: written with a case's change, and verified row by row."""

from services.credit.storage.tables import course
from shared.course_log import CourseLog

grade_log = CourseLog(course.cases, course.transitions)
