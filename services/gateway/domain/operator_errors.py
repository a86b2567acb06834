"""What is refused where two operators are needed. The tree and its kinds stand in `shared.errors`.

NotPermitted    OperatorRefused
RuleBroken      SameOperator, RotationUnderWay
"""

from shared.errors import NotPermitted, RuleBroken


class OperatorRefused(NotPermitted):
    """Unknown, wrong password or code, disabled, no operator: all the same. `username` is as it was typed."""

    code = "operator_refused"
    message = "{username} 不能确认：请检查用户名、密码和动态验证码，并确认是启用的运维人员。"


class SameOperator(RuleBroken):
    code = "second_operator_required"
    message = "更换密钥要由两位运维人员一起确认，请换另一位。"


class RotationUnderWay(RuleBroken):
    code = "rotation_under_way"
    message = "上一次更换密钥还没有生效，请几秒后再试。"
