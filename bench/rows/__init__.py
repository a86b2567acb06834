"""The rows of the performance targets, in their order."""

from collections.abc import Sequence

from bench.harness import Row
from bench.rows.p1_forwarding import Forwarding
from bench.rows.p2_grade_query import GradeQuery
from bench.rows.p5_import import RegisterImports
from bench.rows.p6_rescoring import Rescoring
from bench.rows.p10_start import WarmStart
from bench.rows.p11_pairing_plan import PairingPlans

ROWS: Sequence[Row] = (Forwarding(), GradeQuery(), RegisterImports(), Rescoring(), WarmStart(), PairingPlans())
