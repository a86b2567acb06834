"""A public notice as a page that can be read, printed and pinned up. It says nothing that the notice does not."""

from collections.abc import Mapping
from html import escape
from typing import Any

KINDS = {"entry": "新识别", "exit": "退出", "reentry": "返贫"}
STAGES = {"NOTICE_1": "第一次公示（村级）", "NOTICE_2": "第二次公示（乡镇）"}
STYLE = (
    "body{font-family:serif;max-width:42rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #888;padding:.3rem .6rem;text-align:left}code{word-break:break-all}"
)


def title_of(notice: Mapping[str, Any]) -> str:
    return f"{notice['place']}扶贫对象识别{STAGES.get(notice['stage'], '公示')}"


def notice_page(notice: Mapping[str, Any], sha256: str, recipe: str, *, unchanged: bool) -> str:
    rows = "".join(
        f"<tr><td>{line['number']}</td><td>{escape(line['name'])}</td><td>{escape(line['group'])}</td>"
        f"<td>{escape(KINDS.get(line['kind'], line['kind']))}</td></tr>"
        for line in notice["lines"]
    )
    title = escape(title_of(notice))
    remark = f"<p>{escape(notice['remark'])}</p>" if notice["remark"] else ""
    whole = "核对一致，公示后没有改动。" if unchanged else "核对不一致，这份公示被改动过，请向乡镇反映。"
    days = f"{escape(notice['posted_on'])} 张贴，至 {escape(notice['last_day'])} 止（张贴当日不计）"
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f"</head><body><h1>{title}</h1>{remark}<p>公示期：{days}。对名单有意见的，可以向村委会、乡镇政府或在网上实名或匿名提出异议，"
        "写明序号和理由；网上提出的请记下回执码，凭它查看处理结果。异议查清以前，这一户停止办理。</p><table><thead><tr><th>序号</th><th>户主</th><th>村民小组</th><th>类别</th></tr></thead>"
        f"<tbody>{rows}</tbody></table><p>校验码：<code>{escape(sha256)}</code> {whole}</p>"
        f"<p><small>{escape(recipe)}</small></p></body></html>"
    )
