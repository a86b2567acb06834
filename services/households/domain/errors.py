"""What the households service refuses. The tree and its kinds stand in `shared.errors`.

    Invalid
    ├── ValueRefused                one value of a form or a cell; `reason` names the rule
    └── RegisterRefused             a register that cannot be taken as a whole
        ├── header                  RegisterHeaderNotFound, RegisterColumnsMissing, RegisterColumnsRepeated
        ├── order of rows           RegisterTooScattered
        └── file                    RegisterFile…: kind, old .xls, empty, damaged, encrypted, macros, outside
                                    content, encoding
    TooLarge
    └── RegisterTooLarge            RegisterFileTooLarge, RegisterHasTooManyRows, RegisterHasTooManyColumns

The sentences of all of them stand in `register_findings`.
"""

from services.households.domain.register_findings import SENTENCES, sentence_of
from shared.errors import Invalid, TooLarge


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


class RegisterFileKindUnknown(RegisterRefused):
    code = "register_file_kind_unknown"
    message = SENTENCES[code]


class RegisterFileIsOldXls(RegisterRefused):
    code = "register_file_is_old_xls"
    message = SENTENCES[code]


class RegisterFileEmpty(RegisterRefused):
    code = "register_file_empty"
    message = SENTENCES[code]


class RegisterFileDamaged(RegisterRefused):
    code = "register_file_damaged"
    message = SENTENCES[code]


class RegisterFileEncrypted(RegisterRefused):
    code = "register_file_encrypted"
    message = SENTENCES[code]


class RegisterFileHasMacros(RegisterRefused):
    code = "register_file_has_macros"
    message = SENTENCES[code]


class RegisterFileHasOutsideContent(RegisterRefused):
    code = "register_file_has_outside_content"
    message = SENTENCES[code]


class RegisterFileEncodingUnknown(RegisterRefused):
    code = "register_file_encoding_unknown"
    message = SENTENCES[code]


class RegisterTooLarge(TooLarge):
    """Base of what exceeds an import's limits; `detail` names the limit."""

    code = "register_too_large"
    message = "这份登记表太大，请分成几个文件导入。"


class RegisterFileTooLarge(RegisterTooLarge):
    code = "register_file_too_large"
    message = SENTENCES[code]


class RegisterHasTooManyRows(RegisterTooLarge):
    code = "register_has_too_many_rows"
    message = SENTENCES[code]


class RegisterHasTooManyColumns(RegisterTooLarge):
    code = "register_has_too_many_columns"
    message = SENTENCES[code]
