from migrations.environment import run
from services.households.storage.tables import metadata

run(metadata)
