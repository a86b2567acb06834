"""The gateway's audit chain: logins, refusals, ended families, users and partners that were changed."""

from services.gateway.storage.tables import audit_events
from shared.hash_chain import AuditTrail

AUDIT = AuditTrail(audit_events)
