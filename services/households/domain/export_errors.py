"""What exports refuse."""

from shared.errors import Gone, Invalid


class ExportTooWide(Invalid):
    code = "export_too_wide"
    message = "一次最多导出一个县（市、区），请按县区、乡镇或村分别导出。"


class ExportGone(Gone):
    code = "export_gone"
    message = "导出的文件只保留一小时，已经清除，请重新导出。"
