from migrations.environment import run
from services.cadres.storage.tables import metadata

run(metadata)
