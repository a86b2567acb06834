"""The parts of the API document that all services share: problems, tokens, the Idempotency-Key."""

from typing import Any

from services.gateway.domain.route_table import Row

_PROBLEMS = {
    400: "读不懂：不是 JSON、有重复或不认识的字段、缺 Idempotency-Key",
    401: "没有登录，或凭证无效",
    403: "没有权限",
    404: "没有找到，或无权知道",
    409: "与已有的记录或规定冲突",
    412: "版本已旧，请看最新内容",
    413: "内容太大",
    422: "内容不符合要求",
    428: "缺 If-Match",
    429: "太频繁，请按 Retry-After 等待",
    503: "暂时不可用，请按 Retry-After 等待",
}
_TEXT = {"type": "string"}


def problem_name(status: int) -> str:
    return f"Problem{status}"


def problem_statuses(row: Row, *, if_match: bool) -> list[int]:
    """Which problems a call of this row can be answered with."""
    statuses = [400, 404, 422, 429, 503]
    if not row.public or row.quota == "login":
        statuses += [401, 403]
    if row.method != "GET":
        statuses += [409, 413]
    elif row.service == "households" and row.template.startswith("/v1/villages/{code}/"):
        # A village that has merged says which one it belongs to now.
        statuses += [409]
    return sorted([*statuses, 412, 428] if if_match else statuses)


def _problem(status: int, description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answer: dict[str, Any] = {"description": description, "content": content}
    if status in {429, 503}:
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "秒"}}
    return answer


COMPONENTS: dict[str, Any] = {
    "schemas": {
        "Problem": {
            "type": "object",
            "description": "所有错误的同一种形式。code 稳定不变，message 给用户看。",
            "required": ["type", "title", "status", "detail", "instance", "code", "message", "request_id", "retryable"],
            "properties": {
                **dict.fromkeys(("type", "title", "detail", "instance", "code", "message", "request_id"), _TEXT),
                "status": {"type": "integer"},
                "retryable": {"type": "boolean"},
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["pointer", "code", "message"],
                        "properties": {"pointer": _TEXT, "code": _TEXT, "message": _TEXT},
                    },
                },
            },
        }
    },
    "responses": {problem_name(status): _problem(status, text) for status, text in _PROBLEMS.items()},
    "parameters": {
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "同一件事重试用同一个，保存 30 天。",
            "schema": {"type": "string", "pattern": "^[!-~]([ -~]{0,198}[!-~])?$"},
        }
    },
    "securitySchemes": {
        "person": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "/v1/auth/* 发的令牌"},
        "partner": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "/v1/oauth/token 发的令牌",
        },
    },
}
