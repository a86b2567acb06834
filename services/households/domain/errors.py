"""What the households service refuses. The tree and its kinds stand in `shared.errors`.

    Invalid
    ├── ValueRefused                one value of a form or a cell; `reason` names the rule
    ├── DepartmentListHeaderNotFound
    └── RegisterRefused             a register that cannot be taken as a whole
        ├── header                  RegisterHeaderNotFound, RegisterColumnsMissing, RegisterColumnsRepeated
        ├── order of rows           RegisterTooScattered
        └── file                    SheetFile…: kind, old .xls, empty, damaged, encrypted, macros, outside
                                    content, encoding
    TooLarge
    └── SheetTooLarge            SheetFileTooLarge, SheetHasTooManyRows, SheetHasTooManyColumns

The sentences of all of them stand in `register_findings`.
"""

from services.households.domain.register_findings import SENTENCES, sentence_of
from shared.errors import Invalid


class ValueRefused(Invalid):
    """One value does not hold. `reason` is a code of `register_findings`; it never carries the value. A form's
    caller turns it into an `Invalid` whose `errors` name the pointer, the reason and the sentence."""

    code = "value_refused"

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason=reason)
        self.reason = reason
        self.detail = detail

    @property
    def sentence(self) -> str:
        return sentence_of(self.reason, self.detail)


class DepartmentListHeaderNotFound(Invalid):
    code = "department_list_header_not_found"
    message = SENTENCES[code]


class RegisterRefused(Invalid):
    """Base of what is wrong with a register as a whole: nothing of it was taken."""

    code = "register_refused"
    message = "这份登记表不能导入。"


class RegisterHeaderNotFound(RegisterRefused):
    code = "register_header_not_found"
    message = SENTENCES[code]


class RegisterColumnsMissing(RegisterRefused):
    """`detail` lists the columns."""

    code = "register_columns_missing"
    message = SENTENCES[code]


class RegisterColumnsRepeated(RegisterRefused):
    """`detail` lists the columns."""

    code = "register_columns_repeated"
    message = SENTENCES[code]


class RegisterTooScattered(RegisterRefused):
    code = "register_too_scattered"
    message = SENTENCES[code]
