"""What is wrong with a table's file, before its content means anything.

Invalid
└── SheetRefused     kind, old .xls, empty, damaged, encrypted, macros, outside content, encoding
TooLarge
└── SheetTooLarge    SheetFileTooLarge, SheetHasTooManyRows, SheetHasTooManyColumns; `detail` names the limit
"""

from shared.errors import Invalid, TooLarge


class SheetRefused(Invalid):
    """Base of what is wrong with a file as a whole: nothing of it was taken."""

    code = "sheet_refused"
    message = "这份表格不能导入。"


class SheetKindUnknown(SheetRefused):
    code = "sheet_kind_unknown"
    message = "只能导入 .xlsx 或 .csv 文件，请另存为其中一种。"


class SheetIsOldXls(SheetRefused):
    code = "sheet_is_old_xls"
    message = "这是旧的 .xls 格式。请用表格软件打开，另存为 .xlsx 后再导入。"


class SheetEmpty(SheetRefused):
    code = "sheet_empty"
    message = "文件里没有数据，请核对是否选错了文件。"


class SheetDamaged(SheetRefused):
    code = "sheet_damaged"
    message = "文件损坏，打不开。请重新导出或另存后再导入。"


class SheetEncrypted(SheetRefused):
    code = "sheet_encrypted"
    message = "文件加了密码。请去掉密码，另存后再导入。"


class SheetHasMacros(SheetRefused):
    code = "sheet_has_macros"
    message = "文件里有宏。请另存为普通的 .xlsx 后再导入。"


class SheetHasOutsideContent(SheetRefused):
    code = "sheet_has_outside_content"
    message = "文件里有外部链接或嵌入的对象。请断开链接、删去对象，另存后再导入。"


class SheetEncodingUnknown(SheetRefused):
    code = "sheet_encoding_unknown"
    message = "文件的文字编码看不懂。请另存为“CSV UTF-8”或 .xlsx 后再导入。"


class SheetTooLarge(TooLarge):
    """Base of what exceeds the limits."""

    code = "sheet_too_large"
    message = "这份表格太大，请分成几个文件导入。"


class SheetFileTooLarge(SheetTooLarge):
    code = "sheet_file_too_large"
    message = "文件太大（最多{detail}）。请按乡镇或村分成几个文件导入。"


class SheetHasTooManyRows(SheetTooLarge):
    code = "sheet_has_too_many_rows"
    message = "表的行数太多（最多{detail}行）。请按乡镇或村分成几个文件，或另存为 .csv 再导入。"


class SheetHasTooManyColumns(SheetTooLarge):
    code = "sheet_has_too_many_columns"
    message = "表的列数太多（最多{detail}列）。请删去多余的列后再导入。"
