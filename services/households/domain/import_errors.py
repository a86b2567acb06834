"""What imports and their jobs refuse, beside what is wrong with the file itself (`errors`)."""

from shared.errors import Gone, Invalid, NotFound, NotPermitted, Unavailable


class UploadGone(Gone):
    code = "upload_gone"
    message = "上传的文件已不在，请重新上传导入。"


class ReportNotReady(NotFound):
    code = "import_report_not_ready"
    message = "导入结果还没有，或者已过保存期。请等导入完成后再下载。"


class HouseholdsContended(Unavailable):
    code = "households_contended"
    message = "同时有别人在改同一批农户，请稍后再试。"


class DepartmentUnknown(Invalid):
    """`allowed` lists the departments whose lists are taken."""

    code = "import_department_unknown"
    message = "请注明是哪个部门的名单（department），只能填系统里列出的部门。"


class DepartmentNotAsked(Invalid):
    code = "import_department_not_asked"
    message = "导入登记表不用填部门（department），只有部门名单才填。"


class DryRunNotPossible(Invalid):
    code = "dry_run_not_possible"
    message = "部门名单不能试导入，请去掉 dry_run 后再上传。"


class RegisterByCounty(NotPermitted):
    """The register sets poverty statuses as it comes, because a county's office enters into it; nobody below may."""

    code = "register_by_county"
    message = "名册会改变贫困身份，只能由县级以上导入。请把名册报县级办理；部门核查名单仍可自行导入。"
