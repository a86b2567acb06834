"""What was made clear to whoever is posted? 六个明确 and the duties of the 八员 (report 四.8)."""

from dataclasses import dataclass
from typing import Literal, get_args

ResidentDuty = Literal[
    "publicist", "planner", "instructor", "coordinator", "organiser", "almoner", "informant", "supervisor"
]
"""宣传员、规划员、指导员、协调员、组织员、济困员、信息员、监管员"""
ALL_DUTIES: tuple[ResidentDuty, ...] = get_args(ResidentDuty)


@dataclass(frozen=True, slots=True)
class PostingTerms:
    """选派条件、驻村职务、驻村待遇、时间要求、培训管理、工作纪律; and which of the eight duties the posting has."""

    conditions: str
    position: str
    allowance: str
    time: str
    training: str
    discipline: str
    duties: tuple[ResidentDuty, ...] = ALL_DUTIES
