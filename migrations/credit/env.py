from migrations.environment import run
from services.credit.storage.tables import metadata

run(metadata)
