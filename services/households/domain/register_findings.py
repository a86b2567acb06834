"""What does the clerk read when a register, a department's list, a row or a value is refused?

Every sentence of the imports stands here, code by code, so that its wording is reviewed in one place.
A sentence says what is wrong and what to do. `{detail}` is filled with a column, a row number or a count, never
with a person's value.
"""

from dataclasses import dataclass

SENTENCES: dict[str, str] = {
    "id_number_missing": "没有填证件号码。请填写18位居民身份证号码；新生儿请先办理户口登记。",
    "id_number_length_wrong": "证件号码应为18位，请对照身份证或户口簿重新填写。",
    "id_number_old_format": "这是15位旧身份证号码，已停止使用。请查户口簿，填写换发后的18位号码。",
    "id_number_characters_wrong": "证件号码只能是17位数字加1位数字或X，请检查是否混入了其他字符。",
    "id_number_date_wrong": "证件号码中的出生日期不存在或不合理，请对照身份证重新填写第7至14位。",
    "id_number_check_digit_wrong": "证件号码的校验位不对，多半有一位抄错，请对照身份证逐位核对。",
    "id_number_damaged_by_excel": "证件号码被表格软件改成了科学计数或尾数变成000，原号码已丢失。"
    "请把该列设为“文本”格式，再从原始资料重新填写。",
    "id_number_ends_in_000": "证件号码以000结尾，可能被表格软件改过尾数，请核对（不影响导入）。",
    "id_number_region_unknown": "证件号码开头的地区代码不在常见范围内，请核对（不影响导入）。",
    "id_number_from_disability_certificate": "填写的是残疾人证号码，已取其前18位作为身份证号码（不影响导入）。",
    "phone_number_wrong": "电话号码不对。手机填11位，座机加区号（如0827-5221234），一格只填一个；没有电话请留空。",
    "person_name_missing": "没有填姓名，请补上。",
    "person_name_wrong": "姓名中有不能用于人名的字符，请按身份证上的姓名填写。",
    "date_unreadable": "日期看不懂。请写成2014-01-01、20140101或2014年1月这样的形式，没有请留空。",
    "date_without_month": "日期只有年份。请至少写到月，如2014年1月；没有请留空。",
    "amount_unreadable": "金额看不懂。请只填数字，单位为元，如12345.67；没有请留空。",
    "amount_out_of_range": "金额太大或太小，请核对单位是否为元。",
    "number_unreadable": "应填一个整数，请核对。",
    "number_out_of_range": "数字超出了合理范围（{detail}），请核对。",
    "text_too_long": "文字太长（最多{detail}个字），请缩短。",
    "text_has_control_characters": "内容里有看不见的控制字符，请清除后重新填写。",
    "relation_missing": "没有填与户主关系。请填写，如户主、配偶、之子。",
    "relation_unknown": "与户主关系不认识。请用全国系统里的写法，如户主、配偶、之子、之儿媳；都不合适填其他。",
    "education_unknown": "文化程度不认识。请填文盲或半文盲、小学、初中、高中、大专、本科及以上之一，在校生请留空。",
    "labour_skill_unknown": "劳动技能不认识。"
    "请填普通劳动力、技能劳动力、弱劳动力或半劳动力、丧失劳动力、无劳动力之一。",
    "yes_no_unknown": "这一列只能填是或否，请改正；不清楚请留空。",
    "dangerous_house_unknown": "危房户只能填是、否或危房等级（C级、D级），请改正；不清楚请留空。",
    "household_type_unknown": "户类型不认识。请用全国系统里的写法，如脱贫户、一般农户、监测对象。",
    "monitoring_type_unknown": "监测对象类型不认识。"
    "请填脱贫不稳定户、边缘易致贫户、突发严重困难户之一，不是监测对象请留空。",
    "household_number_missing": "没有填户编号，无法知道是哪一户，请补上。",
    "household_number_wrong": "户编号只能由数字和字母组成（最多32位），请核对。",
    "household_number_damaged_by_excel": "户编号被表格软件改成了科学计数或丢了尾数。"
    "请把该列设为“文本”格式，再从原始资料重新填写。",
    "person_number_wrong": "人编号只能由数字和字母组成（最多32位），请核对；没有请留空。",
    "person_number_damaged_by_excel": "人编号被表格软件改成了科学计数或丢了尾数。"
    "请把该列设为“文本”格式后重新填写，或留空。",
    "county_unknown": "没有找到这个县（市、区）。请填写本市的县区全称。",
    "township_missing": "没有填乡（镇），而本市不止一处有这个村名，请补上乡（镇）。",
    "township_unknown": "在所填的县（市、区）里没有找到这个乡（镇）。请用现在的名称，如龙凤场镇。",
    "township_ambiguous": "有不止一个乡（镇）叫这个名字，请补上县（市、区）并写全称。",
    "village_missing": "没有填行政村，请补上。",
    "village_unknown": "在所填的乡（镇）里没有找到这个村（社区）。请用现在的名称；村已合并的，请填合并后的村。",
    "village_ambiguous": "所填的乡（镇）里村和社区同名，请写全，如长岭村或长岭社区。",
    "place_outside_scope": "这个村不在您负责的地方，请交给所在乡镇导入。",
    "row_has_too_many_cells": "这一行比表头多出了内容，多半是某一格里有逗号而没有加引号，请核对后重新导出。",
    "row_in_merged_cells": "这一行在合并单元格里。请取消合并，并把每一行填完整。",
    "household_head_missing": "这一户没有户主。请把其中一人的与户主关系填为户主。",
    "household_head_repeated": "这一户有不止一个户主（另见第{detail}行）。请只留一个。",
    "household_size_missing": "没有填人数，请填写这一户的总人数。",
    "household_size_differs": "人数与表里的行数不一致：表里有{detail}行。请补齐成员或改正人数。",
    "household_values_differ": "同一户的这一列应当每行相同，但与第{detail}行不同，请改成一致。",
    "id_number_twice_in_household": "这一户里有两行是同一个证件号码（另见第{detail}行）。请删去重复的一行。",
    "id_number_in_two_households": "这个证件号码在表里出现在不止一户。一个人只能在一户，请核实后只留一处。",
    "person_already_registered": "这个证件号码已登记在另一户。请核实这个人现在属于哪一户，先办理迁移或更正。",
    "member_has_died": "这个人已登记死亡。名册仍列着的，请从名册里删去；登记有误的，请先核实更正。",
    "household_registered_elsewhere": "这个户编号已登记在您负责范围以外的地方。"
    "请核对户编号；这户已迁来的，请先由原所在地办理迁移。",
    "household_refused": "同一户的第{detail}行有错，整户暂不导入。请改好后再导一次。",
    "register_header_not_found": "前20行里没有找到表头。请保留全国系统导出的列名，如户编号、姓名、证件号码。",
    "register_columns_missing": "表里缺少必需的列：{detail}。请补上后再导入。",
    "register_columns_repeated": "表里有重复的列：{detail}。请每列只留一个。",
    "department_list_header_not_found": "前20行里没有找到表头。名单里要有“身份证号”一列，并至少另有一列（如情况）。",
    "person_not_in_record": "在您负责的地方没有登记这个人。请核对证件号码；确是本地农户的，请先登记这一户。",
    "person_name_differs": "这个证件号码登记的是另一个姓名。请对照身份证核对号码和姓名。",
    "register_too_scattered": "同一户的行离得太远，无法处理这么大的表。请先按户编号排序再导入。",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right. `row` counts from 1 as the table program shows it, `column` is its Chinese name,
    `value` is masked already, `detail` fills the sentence's place."""

    row: int
    column: str
    code: str
    value: str = ""
    detail: str = ""

    @property
    def sentence(self) -> str:
        return sentence_of(self.code, self.detail)


def sentence_of(code: str, detail: str = "") -> str:
    """The Chinese sentence of a code of this table."""
    return SENTENCES[code].replace("{detail}", detail or "—")
