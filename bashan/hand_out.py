"""`bashan init`: the secrets of an installation of several containers, each service given only what it reads.

    <data_dir>/secrets/                     everything, for migrations and the operator's commands
    <service_secrets_dir>/<service>/        the files of one service: its keys, and pgpass for its database roles
    <service_secrets_dir>/postgres/         the superuser's password, for the database server's first start
    <service_secrets_dir>/grafana/          the password of Grafana's administrator
    <service_secrets_dir>/tls/              server.crt, server.key: self-signed until the operator replaces them

Run again it completes what is missing and hands out what was rotated; it never overwrites a key or a certificate.
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bashan.cannot_start import CannotStart
from bashan.data_dir import prepare_data_dir
from bashan.database_passwords import ensure_passwords, pgpass
from bashan.database_roles import LIMITS, SERVICES
from bashan.known_environment import refuse_unused_in_containers
from bashan.postgres_cluster import SUPERUSER
from bashan.private_file import write_private
from bashan.secret_files import FIELD_COLUMNS, ensure_secrets
from bashan.settings import Settings
from shared.clock import Clock

COMMON = ("token-keys.json", "service-keys.json", "cursor.key")
GATEWAY_ONLY = ("token-signing.json", "partner-answers.json")
CERTIFICATE_DAYS = 397


def hand_out(settings: Settings) -> dict[str, list[str]]:
    """Folder → the files written now. Raises CannotStart for a variable that nothing reads, and where there is no
    place to hand out to."""
    refuse_unused_in_containers(os.environ)
    target = settings.service_secrets_dir
    if target is None:
        raise CannotStart(
            "`bashan init` hands secrets out to several containers and was not told where",
            "name the folder in BASHAN_SERVICE_SECRETS_DIR; on one machine `bashan up` needs no init",
        )
    own = ensure_secrets(prepare_data_dir(settings.data_dir))
    passwords = ensure_passwords(own, server_exists=False)
    written = {"operator": _put(own, {"pgpass": pgpass(passwords, (SUPERUSER, *LIMITS))})}
    for service in SERVICES:
        roles = (service, f"{service}_jobs")
        texts = {name: (own / name).read_text("ascii") for name in files_of(service) if (own / name).exists()}
        written[service] = _put(_folder(target, service), {**texts, "pgpass": pgpass(passwords, roles)})
    written["postgres"] = _put(_folder(target, "postgres"), {"superuser-password": passwords[SUPERUSER]}, mode=0o444)
    written["grafana"] = _put_once(_folder(target, "grafana"), "grafana-password")
    written["tls"] = _certificate(_folder(target, "tls"))
    return written


def hand_out_again(settings: Settings, own: Path, service: str) -> None:
    """A service's field keys as they are now, where services are handed their own."""
    if settings.service_secrets_dir is not None:
        name = f"field-keys-{service}.json"
        _put(_folder(settings.service_secrets_dir, service), {name: (own / name).read_text("ascii")})


def files_of(service: str) -> tuple[str, ...]:
    """Which files of the secrets folder this service reads; its key for calls to the others in one form or in two."""
    field_keys = (f"field-keys-{service}.json",) if service in FIELD_COLUMNS else ()
    gateway = GATEWAY_ONLY if service == "gateway" else ()
    return (*COMMON, f"service-{service}.pem", f"service-{service}.json", *field_keys, *gateway)


def write_everywhere(target: Path | None, path: Path, text: str) -> None:
    """Replaces a key file, also where it was handed out to: a key that is changed counts in seconds, too soon for
    `bashan init` to be run again."""
    write_private(path, text)
    for service in SERVICES if target else ():
        folder = Path(str(target), service)
        if path.name in files_of(service) and folder.is_dir():
            _put(folder, {path.name: text})


def _folder(target: Path, name: str) -> Path:
    folder = target / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"{folder} cannot be made ({error.strerror})", "give this user the right to write there"
        ) from error
    return folder


def _put(folder: Path, texts: dict[str, str], mode: int = 0o600) -> list[str]:
    """Writes what is new or has changed. The server's password is read by another user, so the volume guards it."""
    changed = []
    for name, content in texts.items():
        file = folder / name
        if not file.exists() or file.read_text("ascii") != content:
            write_private(file, content)
            file.chmod(mode)
            changed.append(name)
    if mode != 0o600:
        folder.chmod(0o755)
    return changed


def _put_once(folder: Path, name: str) -> list[str]:
    """A password that nobody but the reader of the folder needs to know."""
    return [] if (folder / name).exists() else _put(folder, {name: secrets.token_urlsafe(24)}, mode=0o444)


def _certificate(folder: Path) -> list[str]:
    """A certificate that nobody's browser trusts, so that a first start can be seen; the operator's own stays."""
    certificate_file, key_file = folder / "server.crt", folder / "server.key"
    if certificate_file.exists() or key_file.exists():
        return []
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bashan.invalid")])
    now = Clock().now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=CERTIFICATE_DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    return _put(folder, {"server.crt": public.decode(), "server.key": private.decode()}, mode=0o444)
