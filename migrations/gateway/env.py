from migrations.environment import run
from services.gateway.storage.tables import metadata

run(metadata)
