"""A process that does what the credit service does with its jobs, for tests that kill it.

python -m tests.credit.drills.score_worker HOUSEHOLDS_AT_ONCE

The database is named by BASHAN_CREDIT_JOBS_DATABASE_URL.
"""

import asyncio
import os
import sys

import httpx

from services.credit.clients.households import Households
from services.credit.main import job_runner
from services.credit.use_cases import score_place
from shared.db import Database

URL = "BASHAN_CREDIT_JOBS_DATABASE_URL"

if __name__ == "__main__":
    score_place.HOUSEHOLDS_AT_ONCE = int(sys.argv[1])
    asyncio.run(job_runner(Database(os.environ[URL]), Households(httpx.AsyncClient())).run())
