"""Which vetoes are there, and what is said about each? (credit rules 2.2; they touch head and spouse only)"""

VETOES = {
    "V1": "现在还在法院的失信名单上",
    "V2": "有借款晚还超过90天，或者银行按坏账处理以后一直没有还清",
    "V3": "开过听证会，查实报过重大的假情况",
    "V4": "近12个月内，查实把政府补利息的借款用到了别处",
    "V5": "因为骗取贷款被法院判过刑，刑满还不到5年",
}
