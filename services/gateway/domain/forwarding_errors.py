"""What can go wrong between a caller and the service that answers."""

from shared.errors import Failure, NotFound, TooLarge, Unavailable, Unreadable


class PathNotCanonical(Unreadable):
    """A path that two programs could read in two ways: doubled slashes, dot segments, escapes, control characters."""

    code = "path_not_canonical"
    message = "请求地址的写法不规范。"


class HeaderRefused(Unreadable):
    """A header that may stand only once came twice, or its value cannot be read."""

    code = "header_refused"
    message = "请求头有误，请检查后再试。"


class HttpUnreadable(Unreadable):
    """Bytes that are no HTTP request, or one that two readers would cut differently."""

    code = "http_unreadable"
    message = "请求无法识别。"


class RouteUnknown(NotFound):
    code = "route_unknown"
    message = "没有这个地址。"


class MethodRefused(Failure):
    """`allowed` names the methods that the path has."""

    status = 405
    code = "method_not_allowed"
    message = "这个地址不支持这种操作。"


class BodyTooLarge(TooLarge):
    """`limit_bytes` is what the door takes."""

    code = "body_too_large"


class HeadTooLarge(Failure):
    status = 431
    code = "head_too_large"
    message = "请求头太大。"


class RequestTooSlow(Failure):
    """The caller did not send its whole request in time."""

    status = 408
    code = "request_too_slow"
    message = "网络太慢，请求没有传完，请再试一次。"
    retryable = True


class UpstreamUnavailable(Unavailable):
    """No replica of the service took the request, or the one that did went away."""

    code = "upstream_unavailable"
    message = "服务暂时连不上，请稍后再试。"


class UpstreamTimeout(Unavailable):
    """The service did not answer in time; for a write it is unknown whether it happened."""

    code = "upstream_timeout"
    message = "服务没有及时答复，请稍后再试。"


class UpstreamBusy(Unavailable):
    """More requests are under way than the service can take."""

    code = "upstream_busy"
    message = "现在办理的人太多，请稍后再试。"
