"""The rows of the performance targets, in their order."""

from collections.abc import Sequence

from bench.harness import Row
from bench.rows.p1_forwarding import Forwarding
from bench.rows.p2_grade_query import GradeQuery
from bench.rows.p3_own_grade import OwnGrade
from bench.rows.p4_grade_batch import GradeBatch
from bench.rows.p5_import import RegisterImports
from bench.rows.p6_rescoring import Rescoring
from bench.rows.p7_mixed_load import MixedLoad
from bench.rows.p8_caseload import CaseloadPack
from bench.rows.p9_growth import Growth
from bench.rows.p10_start import WarmStart
from bench.rows.p11_pairing_plan import PairingPlans
from bench.rows.p12_lookups import Lookups

ROWS: Sequence[Row] = (
    Forwarding(),
    GradeQuery(),
    OwnGrade(),
    GradeBatch(),
    RegisterImports(),
    Rescoring(),
    MixedLoad(),
    CaseloadPack(),
    Growth(),
    WarmStart(),
    PairingPlans(),
    Lookups(),
)
