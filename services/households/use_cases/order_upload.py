"""An official hands in a file: the national register, or a department's list (医保、残联、民政、教育……)."""

from dataclasses import dataclass

from services.households.domain.import_errors import DepartmentNotAsked, DepartmentUnknown, DryRunNotPossible
from services.households.domain.monitoring_errors import RuleClosed
from services.households.domain.monitoring_policy import MonitoringPolicy
from services.households.storage.upload_files import ImportFiles
from services.households.use_cases.order_import import order_import
from shared.auth import Principal
from shared.db import Connection
from shared.jobs import Job, Jobs

DEPARTMENT_LIST = "department_list"


@dataclass(frozen=True, slots=True)
class Upload:
    """`department` goes with a department's list, and is empty for a register; only a register has a dry run."""

    kind: str
    department: str
    file_name: str
    content: bytes
    dry_run: bool = False


async def order_upload(
    connection: Connection, jobs: Jobs, files: ImportFiles, policy: MonitoringPolicy, who: Principal, upload: Upload
) -> Job:
    """The queued job.

    Raises RegisterByCounty, DryRunNotPossible, DepartmentUnknown, DepartmentNotAsked, RuleClosed, and what the
    kind of the file says (see `sheet_kind`).
    """
    if upload.kind != DEPARTMENT_LIST:
        if upload.department:
            raise DepartmentNotAsked
        also = {"dry_run": True} if upload.dry_run else None
        return await order_import(connection, jobs, files, who, upload.file_name, upload.content, also=also)
    if upload.dry_run:
        raise DryRunNotPossible
    if upload.department not in policy.departments:
        raise DepartmentUnknown(allowed=sorted(policy.departments))
    if DEPARTMENT_LIST not in policy.opening_rules:
        raise RuleClosed
    department = {"department": upload.department}
    return await order_import(
        connection, jobs, files, who, upload.file_name, upload.content, kind=DEPARTMENT_LIST, also=department
    )
