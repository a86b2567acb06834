"""Do the bins of one attribute stand together: named, reachable, covering the line, within the maximum?"""

from services.credit.domain.findings import Findings
from services.credit.domain.interval_text import check_cover
from services.credit.domain.scorecard import MISSING, Attribute, CategoryField, Ratio

_RESERVED_WORDS = (MISSING, "no_record")


def check_attribute(attribute: Attribute, at: str, findings: Findings) -> None:
    """Notes what does not hold between the bins of an attribute that reads well by itself."""
    name = attribute.id
    if isinstance(attribute.measure, CategoryField):
        _check_categories(attribute, at, findings)
    else:
        _check_places(attribute, at, findings)
        check_cover(list(attribute.bins), f"{at}/bins", name, findings)
    if attribute.no_record and attribute.no_record.id in {MISSING, *(one.id for one in attribute.bins)}:
        findings.add(f"{at}/no_record/id", "id_duplicate", f"{name}：{attribute.no_record.id} 重复")
    points = [one.points for one in attribute.every_bin if one.points is not None]
    for one in attribute.every_bin:
        if one.points is not None and one.points > attribute.maximum:
            findings.add(at, "points_above_maximum", f"{name}：{one.id} 的分数超过满分 {attribute.maximum}")
    if max(points) < attribute.maximum:
        findings.add(f"{at}/max", "maximum_not_reached", f"{name}：没有一档能得满分 {attribute.maximum}")
    for level in attribute.levels[1:] if attribute.effort else ():
        if attribute.reached_by(level) is None:
            findings.add(f"{at}/bins", "reach_absent", f"{name}：缺少怎样得到 {level} 分的说明")


def _check_places(attribute: Attribute, at: str, findings: Findings) -> None:
    """Interval bins are b1, b2, … in order, and each is reached by its interval or a special case."""
    targets: set[str] = set()
    if isinstance(attribute.measure, Ratio):
        targets = set(attribute.measure.specials.values())
        for target in sorted(targets - {one.id for one in attribute.every_bin}):
            findings.add(f"{at}/special", "bin_unknown", f"{attribute.id}：没有 {target} 这一档")
    for place, one in enumerate(attribute.bins):
        if one.id != f"b{place + 1}":
            findings.add(f"{at}/bins/{place}/id", "bin_id_wrong", f"{attribute.id}：这一档要叫 b{place + 1}")
        if one.interval is None and one.id not in targets:
            findings.add(f"{at}/bins/{place}", "bin_unreachable", f"{attribute.id}：{one.id} 谁也到不了")


def _check_categories(attribute: Attribute, at: str, findings: Findings) -> None:
    """No two bins share a name or a word, and none takes a name that means something else."""
    names, words = set(_RESERVED_WORDS), set[str]()
    for place, one in enumerate(attribute.bins):
        if one.id in names:
            findings.add(f"{at}/bins/{place}/id", "id_duplicate", f"{attribute.id}：{one.id} 重复，或是保留的名称")
        names.add(one.id)
        for word in one.values:
            if word in words:
                findings.add(
                    f"{at}/bins/{place}/values", "category_unreachable", f"{attribute.id}：{one.id} 的取值前面已有"
                )
            words.add(word)
