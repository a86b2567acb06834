"""The rows of the performance targets, in their order."""

from collections.abc import Sequence

from bench.harness import Row
from bench.rows.p1_forwarding import Forwarding

ROWS: Sequence[Row] = (Forwarding(),)
