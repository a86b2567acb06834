"""Scores everybody with a public library: facts copied out of PostgreSQL, a data frame scored, scores copied in.

Runs with the Python of the bench's own environment (`requirements-bench.txt`), never the product's:
`python peer_scoring.py optbinning|scorecardpy totals|rows`, the database in `BENCH_DSN`: writes a total a household, or
whole rows such as ours, which stand ready in the table `kept` and are only copied in. Prints the seconds that a run
took, and those of the scoring in memory among them; what fits the card beforehand is not counted.
"""

import asyncio
import io
import os
import sys
import time
import warnings
from collections.abc import Callable
from itertools import pairwise

import asyncpg
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

# The ends of the shipped card's bins. The query makes the ratios, and takes one review for the trimmed mean of all.
SPLITS: dict[str, list[float]] = {
    "workers": [1, 2, 3],
    "income": [0.5, 0.8, 1.2, 2.0],
    "bills": [0.8, 0.95],
    "service": [0.2, 0.35, 0.5, 0.7],
    "assets": [0, 0.5, 1, 2],
    "income_sources": [1, 2, 3],
    "insurance_orders": [1, 2],
    "worst_days_past_due": [1, 31, 61, 91],
    "months_since_first_loan": [12, 36],
    "lenders": [2, 3, 4],
    "review": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
}
SKILLS = ("none", "training", "certificate")
FACTS = """
    SELECT household_id, workers, net_income_cents::float8 / (people * county_median_cents) AS income,
        bills_ok::float8 / bills_due AS bills, debt_service_cents::float8 / net_income_cents AS service,
        net_assets_cents::float8 / net_income_cents AS assets, income_sources, insurance_orders, worst_days_past_due,
        months_since_first_loan, lenders, reviews[1] AS review, skill
    FROM facts
"""
SAMPLE = 20_000
Score = Callable[[pd.DataFrame], "pd.Series[float]"]


def with_optbinning(sample: pd.DataFrame) -> Score:
    from optbinning import BinningProcess, Scorecard

    ends = {name: {"user_splits": splits} for name, splits in SPLITS.items()}
    process = BinningProcess([*SPLITS, "skill"], categorical_variables=["skill"], binning_fit_params=ends)
    scaling = {"scaling_method": "min_max", "scaling_method_params": {"min": 0, "max": 100}}
    card = Scorecard(process, LogisticRegression(), **scaling)
    card.fit(sample, (sample["lenders"].fillna(0) + sample.index % 3 > 2).astype(int))
    return lambda frame: pd.Series(card.score(frame))


def with_scorecardpy(_sample: pd.DataFrame) -> Score:
    import scorecardpy

    rows = [("basepoints", None, 10), *(("skill", skill, place) for place, skill in enumerate((*SKILLS, "missing")))]
    for name, splits in SPLITS.items():
        ends = [-np.inf, *map(float, splits), np.inf]
        bins = [f"[{low},{high})" for low, high in pairwise(ends)]
        rows += [(name, found, place) for place, found in enumerate([*bins, "missing"])]
    card = pd.DataFrame(rows, columns=["variable", "bin", "points"])
    return lambda frame: scorecardpy.scorecard_ply(frame, card)["score"]


async def measured(name: str, writes: str, dsn: str) -> tuple[float, float]:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "credit"})
    await connection.execute("CREATE TEMP TABLE peer_scores (household_id uuid PRIMARY KEY, score float8)")
    whole = io.BytesIO()
    if writes == "rows":
        await connection.copy_from_table("kept", output=whole, format="binary")
        await connection.execute("TRUNCATE floor_indexed")
        whole.seek(0)
    frame = await facts_of(connection)
    score = {"optbinning": with_optbinning, "scorecardpy": with_scorecardpy}[name](frame.head(SAMPLE))
    await connection.execute("CHECKPOINT")
    began = time.perf_counter()
    frame = await facts_of(connection)
    read = time.perf_counter()
    values = score(frame[[*SPLITS, "skill"]])
    scored = time.perf_counter()
    scores = pd.DataFrame({"household_id": frame["household_id"], "score": values.to_numpy()})
    if writes == "rows":
        await connection.copy_to_table("floor_indexed", source=whole, format="binary")
    else:
        rows = io.BytesIO(scores.to_csv(index=False, header=False).encode())
        await connection.copy_to_table("peer_scores", source=rows, format="csv")
    seconds = time.perf_counter() - began
    assert scores["score"].nunique() > 10, "nearly everybody has the same score"
    return seconds, scored - read


async def facts_of(connection: asyncpg.Connection) -> pd.DataFrame:
    out = io.BytesIO()
    await connection.copy_from_query(FACTS, output=out, format="csv", header=True)
    out.seek(0)
    return pd.read_csv(out)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(*asyncio.run(measured(sys.argv[1], sys.argv[2], os.environ["BENCH_DSN"])))
