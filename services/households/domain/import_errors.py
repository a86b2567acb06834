"""What imports and their jobs refuse, beside what is wrong with the file itself (`errors`)."""

from shared.errors import Gone, NotFound, Unavailable


class UploadGone(Gone):
    code = "upload_gone"
    message = "上传的文件已不在，请重新上传导入。"


class ReportNotReady(NotFound):
    code = "import_report_not_ready"
    message = "导入结果还没有，或者已过保存期。请等导入完成后再下载。"


class HouseholdsContended(Unavailable):
    code = "households_contended"
    message = "同时有别人在改同一批农户，请稍后再试。"
