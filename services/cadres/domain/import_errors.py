"""What is refused about importing and exporting units and cadres as tables.

NotFound     ImportReportMissing
Gone         ImportFileGone
Invalid      TableHeadingsMissing
RuleBroken   TableTooLong
"""

from shared.errors import Gone, Invalid, NotFound, RuleBroken


class ImportReportMissing(NotFound):
    code = "import_report_missing"
    message = "这项任务还没有导入报告，请等它完成后再看。"


class ImportFileGone(Gone):
    code = "import_file_gone"
    message = "导入的文件已不在，请重新导入。"


class TableHeadingsMissing(Invalid):
    code = "table_headings_missing"
    message = "表里找不到这些栏目：{detail}。请用导出的表作模板。"


class TableTooLong(RuleBroken):
    code = "table_too_long"
    message = "这个地方的内容超过 {most} 行，请按县或乡镇分开导出。"
