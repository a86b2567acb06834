"""What the identity half of the gateway refuses. The tree and its kinds stand in `shared.errors`.

    NotIdentified   LoginRefused, RefreshRefused, WechatCodeInvalid, ClientRefused
                    SignatureRequired, SignatureInvalid, SignatureReplayed
    NotPermitted    WechatNotBound, WechatBindingRefused, WechatUserBlocked, NotInSandbox
    NotFound        UserNotFound, PartnerNotFound, DeviceNotFound
    Conflict        UsernameTaken, PartnerIdTaken
    Unreadable      OauthRequestUnreadable, OauthGrantUnsupported
    Invalid         SandboxQueryNeedsOneKey
    Invalid         UserRefused: PasswordTooShort, PasswordTooPlain, UsernameUnfit, RoleUnknown, RegionUnfit
                    PartnerRefused: PartnerIdUnfit, PartnerKeyUnfit, PartnerSettingUnfit
    TooMany         TooManyRequests, TooManyLogins, LoginsAtOnce, QuotaSpent, PartnerThrottled
    Unavailable     LoginBusy, WechatBusy, WechatUnavailable, SiblingAway

A refused login gets one sentence whatever was wrong, so that nobody learns which users there are. A refused signature
likewise: which part of it was wrong, only the self-test tells.
"""

from shared.errors import Conflict, Invalid, NotFound, NotIdentified, NotPermitted, TooMany, Unavailable, Unreadable


class LoginRefused(NotIdentified):
    """Unknown user, wrong password, disabled user: all the same."""

    code = "login_refused"
    message = "用户名或密码不对，请检查后再试。"


class RefreshRefused(NotIdentified):
    """The refresh token is unknown, ended, or was used by somebody else."""

    code = "refresh_token_invalid"
    message = "登录已过期，请重新登录。"


class WechatCodeInvalid(NotIdentified):
    code = "wechat_code_invalid"
    message = "微信登录没有成功，请重新打开小程序再试。"


class ClientRefused(NotIdentified):
    """A partner's assertion does not hold; `error` is OAuth's word for it."""

    code = "client_assertion_invalid"
    message = "机构身份证明无效或已用过，请重新生成后再试。"


class SignatureRequired(NotIdentified):
    """This partner's requests have to be signed, and this one is not."""

    code = "signature_required"
    message = "请求必须签名，请按接入文档签名后再发。"


class SignatureInvalid(NotIdentified):
    """Some part of the signature is missing or wrong."""

    code = "signature_invalid"
    message = "请求签名不对，请用自检接口 /v1/partner/self-test 查看哪一处有误。"


class SignatureReplayed(NotIdentified):
    """The nonce was used before."""

    code = "signature_replayed"
    message = "请求签名里的随机串已经用过，每次请求都要用新的。"


class NotInSandbox(NotPermitted):
    code = "not_in_sandbox"
    message = "沙箱里没有这个接口，可以用等级查询和自检接口。"


class WechatNotBound(NotPermitted):
    code = "wechat_not_bound"
    message = "这个微信还没有绑定到农户，请用登记的手机号和身份证号绑定，或请帮扶责任人、村委会帮忙办理。"


class WechatBindingRefused(NotPermitted):
    """The ID number is unknown, or registered with another phone, or its user was disabled: all the same."""

    code = "wechat_binding_refused"
    message = "身份证号与手机号同登记的农户没有对上，请核对后再试；换了手机号的，请先到村委会更新登记。"


class WechatUserBlocked(NotPermitted):
    code = "wechat_user_blocked"
    message = "微信提示这个账号有风险，暂时不能登录，请联系村委会办理。"


class UserNotFound(NotFound):
    code = "user_not_found"
    message = "没有找到这个用户。"


class DeviceNotFound(NotFound):
    """None of the asker's own, or signed out already."""

    code = "device_not_found"
    message = "没有找到这台设备，可能已经退出登录。"


class PartnerNotFound(NotFound):
    code = "partner_not_found"
    message = "没有找到这个机构。"


class UsernameTaken(Conflict):
    code = "username_taken"
    message = "这个用户名已经有人用了。"


class PartnerIdTaken(Conflict):
    code = "partner_id_taken"
    message = "这个机构编号已经登记过了。"


class OauthRequestUnreadable(Unreadable):
    """Not a form, a field missing or given twice; `error` is OAuth's word for it."""

    code = "oauth_request_unreadable"
    message = "取令牌的请求不完整或有重复的字段，请按接口文档填写。"


class OauthGrantUnsupported(Unreadable):
    """`error` is OAuth's word for it."""

    code = "oauth_grant_unsupported"
    message = "这里只支持 client_credentials 方式，并用 private_key_jwt 证明身份。"


class SandboxQueryNeedsOneKey(Invalid):
    """The same code and sentence as the credit service has for the same mistake."""

    code = "query_needs_one_key"
    message = "每条查询只能填农户编号或证件号码中的一个。"


class UserRefused(Invalid):
    """Base of what is wrong with a user that an operator saves."""

    code = "user_refused"
    message = "这个用户不能保存，请按提示修改。"


class PasswordTooShort(UserRefused):
    code = "password_too_short"
    message = "密码至少 {least} 个字符，请换一个长一些的。"


class PasswordTooPlain(UserRefused):
    code = "password_too_plain"
    message = "密码太容易猜到，请不要用重复的字符或用户名。"


class UsernameUnfit(UserRefused):
    code = "username_unfit"
    message = "用户名为 2 到 64 个字符，不能有空格。"


class RoleUnknown(UserRefused):
    code = "role_unknown"
    message = "没有这种角色。"


class RegionUnfit(UserRefused):
    """`role` needs at least one place, and places are region codes."""

    code = "role_region_unfit"
    message = "这种角色要写明负责的地方，地区代码是 2、4、6、9 或 12 位数字。"


class RolePlaceUnknown(UserRefused):
    """Nobody would be served by an official of `place`, and whoever meant another one would not notice."""

    code = "role_place_unknown"
    message = "没有代码为 {place} 的地方，请核对地区代码后再试。"


class RolePlaceEnded(UserRefused):
    """`successor` is the code of the village that `place` belongs to now."""

    code = "role_place_ended"
    message = "代码为 {place} 的村已合并，请改用合并后的村（代码 {successor}）。"


class PartnerRefused(Invalid):
    """Base of what is wrong with a partner that an operator saves."""

    code = "partner_refused"
    message = "这个机构不能保存，请按提示修改。"


class PartnerIdUnfit(PartnerRefused):
    code = "partner_id_unfit"
    message = "机构编号为 3 到 64 个字母、数字、点、横线或下划线。"


class PartnerKeyUnfit(PartnerRefused):
    code = "partner_key_unfit"
    message = "机构公钥要用 P-256、Ed25519 或 SM2，PEM 格式，编号为字母、数字、点、横线或下划线。"


class PartnerSettingUnfit(PartnerRefused):
    """`setting` names it."""

    code = "partner_setting_unfit"
    message = "机构的设置 {setting} 不合要求。"


class TooManyRequests(TooMany):
    """One user, device or address sent more than the policy lets it in a minute. `retry_after` in seconds."""

    code = "too_many_requests"
    message = "操作太频繁，请 {retry_after} 秒后再试。"


class TooManyLogins(TooMany):
    """`retry_after` in seconds."""

    code = "too_many_logins"
    message = "登录失败次数太多，请 {minutes} 分钟后再试。"


class LoginsAtOnce(TooMany):
    """Others of this account or address are being looked at; no failure. `retry_after` in seconds."""

    code = "logins_at_once"
    message = "同时登录的请求太多，请稍等一秒再试。"


class QuotaSpent(TooMany):
    """A partner asked more than was agreed; `span` is minute or day, `limit` what it may ask in it."""

    code = "quota_spent"
    message = "本时段的查询次数已用完，请稍后再试。"


class PartnerThrottled(TooMany):
    """A partner that asked too much for what it has no consent for is slowed down; `span` and `limit` as above."""

    code = "partner_throttled"
    message = "未获授权的查询太多，已限制查询速度，请与平台联系。"


class LoginBusy(Unavailable):
    code = "login_busy"
    message = "现在登录的人太多，请稍后再试。"


class WechatBusy(Unavailable):
    code = "wechat_busy"
    message = "微信现在很忙，请稍后再试。"


class WechatUnavailable(Unavailable):
    code = "wechat_unavailable"
    message = "微信登录暂时不可用，请稍后再试。"


class SiblingAway(Unavailable):
    """A service behind the gateway does not answer; `service` names it."""

    code = "sibling_away"
    message = "系统的一部分暂时不可用，请稍后再试。"
