"""What the operator reads when bashan cannot start: one line, its cause and its cure, and no traceback."""


class CannotStart(Exception):  # noqa: N818 - reads as what happened; `raise CannotStart(cause, cure)`
    """`cause` says what is wrong, `cure` what to do about it; both are English phrases without a full stop.

    Neither ever holds a password: they are printed and logged.
    """

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(f"{cause}; {cure}")
        self.cause = cause
        self.cure = cure

    @property
    def line(self) -> str:
        """The one line for standard error."""
        return " ".join(f"cannot start: {self.cause}; {self.cure}".split())
