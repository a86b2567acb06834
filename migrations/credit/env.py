from services.credit.storage.tables import metadata

from migrations.environment import run

run(metadata)
