"""How is a person told what is wrong with a part of a signature?"""

_SENTENCES = {
    "missing": "缺少 {part}。",
    "twice": "{part} 出现了不止一次。",
    "unreadable": "{part} 的写法不对。",
    "not_signed": "{part} 没有包含在签名范围内。",
    "unknown_key": "{part} 所指的密钥没有登记，或不在有效期内。",
    "unfit_key": "{part} 所指的密钥与签名方式不符。",
    "unfit": "{part} 与登记的密钥不符。",
    "time_outside": "{part} 与平台时间相差超过 5 分钟，或已经过期。",
    "replayed": "{part} 已经用过，每次请求都要用新的。",
    "does_not_fit": "{part} 与收到的请求不符。",
}
CODES = frozenset(_SENTENCES)


def sentence_of(part: str, code: str) -> str:
    """One Chinese sentence for a finding; the codes are those of the self-test."""
    return _SENTENCES[code].format(part=part)
