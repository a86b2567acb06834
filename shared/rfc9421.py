"""Requests signed by RFC 9421, HTTP Message Signatures, in the one profile that partners may use.

Covered: `@method`, the target (`@target-uri`, or `@path` and `@query`), `authorization`, and `content-digest` where
there is a body. Parameters: `created`, `keyid`, `nonce`, tag `bashan-partner`. Algorithms: ed25519, ecdsa-p256-sha256.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import http_sf
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureComponentResolver,
    InvalidSignature,
    MappingKeyResolver,
)
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519, HTTPSignatureAlgorithm
from http_message_signatures.digests import ContentDigest
from http_message_signatures.exceptions import HTTPMessageSignaturesException
from http_sf.compat import Item

from shared import key_algorithms
from shared.signed_request import Examination, SignedRequest, check_nonce, check_time

TAG = "bashan-partner"
ANSWER_TAG = "bashan-answer"
LABEL = "bashan"
_ALGORITHMS: Mapping[str, type[HTTPSignatureAlgorithm]] = {
    key_algorithms.ES256: ECDSA_P256_SHA256,
    key_algorithms.ED25519: ED25519,
}
_REFUSALS = (HTTPMessageSignaturesException, InvalidSignature, ValueError, TypeError, KeyError)
# The library's resolver carries no types.
_Resolver: Any = HTTPSignatureComponentResolver
_LONGEST = 4096
_MOST_COMPONENTS = 32


class _Fields(list[tuple[str, str]]):
    """Header lines in the form that the library reads."""

    def items(self) -> Iterable[tuple[str, str]]:
        return self


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    headers: _Fields


@dataclass(slots=True)
class _Answer:
    status_code: int
    headers: dict[str, str]
    request: _Request


class _Verifier(HTTPMessageVerifier):
    """Times are checked beside it, against the clock that the gateway is given."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        del sig_input, max_age


class Rfc9421:
    """The scheme. Answers are signed with `private_pem`, a P-256 key, under `key_id`."""

    def __init__(self, key_id: str, private_pem: str) -> None:
        self._key_id = key_id
        keys = MappingKeyResolver(public_keys={}, private_keys={key_id: private_pem.encode()})
        self._signer = HTTPMessageSigner(signature_algorithm=ECDSA_P256_SHA256, key_resolver=keys)

    def examine(self, request: SignedRequest, keys: Mapping[str, str], now: int) -> Examination:
        examination = Examination()
        given, signatures = request.header(b"signature-input"), request.header(b"signature")
        if given is None and signatures is None:
            examination.present = False
            examination.find("signature-input", "missing")
            return examination
        if given is None or signatures is None or len(given) + len(signatures) > _LONGEST:
            examination.find("signature-input" if given is None else "signature", "missing")
            return examination
        chosen = _choose(examination, given)
        if chosen is not None:
            _look_closer(examination, request, *chosen, keys, now)
        return examination

    def sign_answer(
        self, request: SignedRequest, seen: Examination | None, status: int, body: bytes, now: int
    ) -> list[tuple[bytes, bytes]]:
        covered = ["@status", '"@method";req', '"@target-uri";req']
        if seen is not None and seen.label:
            covered.append(f'"signature";req;key="{seen.label}"')
        # What cannot be read of a request can be no part of its answer's signature.
        for names in (covered, covered[:3], covered[:1]):
            try:
                return self._signed(_Answer(status, {}, _as_message(request)), names, body, now)
            except _REFUSALS:
                continue
        raise AssertionError("an answer's status can always be signed")

    def _signed(self, answer: _Answer, covered: list[str], body: bytes, now: int) -> list[tuple[bytes, bytes]]:
        self._signer.sign(
            answer,
            key_id=self._key_id,
            created=datetime.fromtimestamp(now, UTC),
            nonce=secrets.token_urlsafe(18),
            label=LABEL,
            tag=ANSWER_TAG,
            covered_component_ids=covered,
            body=body,
        )
        return [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in answer.headers.items()]


def _choose(examination: Examination, given: str) -> tuple[list[tuple[str, Any]], dict[str, Any]] | None:
    """The one signature with our tag: its components and parameters."""
    try:
        members: Any = http_sf.parse(given.encode(), tltype="dictionary")
        ours = [(label, *member) for label, member in members.items() if member[1].get("tag") == TAG]
    except (*_REFUSALS, AttributeError):
        examination.find("signature-input", "unreadable")
        return None
    if len(ours) != 1:
        examination.find("tag", "missing" if not ours else "twice")
        return None
    label, components, parameters = ours[0]
    if not isinstance(components, list) or len(components) > _MOST_COMPONENTS:
        examination.find("signature-input", "unreadable")
        return None
    examination.label = label
    return components, parameters


def _look_closer(
    examination: Examination,
    request: SignedRequest,
    components: list[tuple[str, Any]],
    parameters: dict[str, Any],
    keys: Mapping[str, str],
    now: int,
) -> None:
    _check_coverage(examination, request, {name for name, of in components if not of})
    check_time(examination, "created", parameters.get("created"), now)
    if "expires" in parameters and not (isinstance(parameters["expires"], int) and parameters["expires"] >= now):
        examination.find("expires", "time_outside")
    check_nonce(examination, parameters.get("nonce"))
    _check_digest(examination, request)
    examination.signed_text = _text(request, components, parameters)
    key_id = parameters.get("keyid")
    pem = keys.get(key_id) if isinstance(key_id, str) else None
    if pem is None:
        examination.find("keyid", "missing" if key_id is None else "unknown_key")
        return
    examination.key_id = key_id
    algorithm = _ALGORITHMS.get(key_algorithms.algorithm_of(pem) or "")
    if algorithm is None:
        examination.find("keyid", "unfit_key")
        return
    if parameters.get("alg", algorithm.algorithm_id) != algorithm.algorithm_id:
        examination.find("alg", "unfit")
    resolver = MappingKeyResolver(public_keys={str(key_id): pem.encode()}, private_keys={})
    try:
        _Verifier(signature_algorithm=algorithm, key_resolver=resolver).verify(
            _as_message(request), max_age=None, expect_tag=TAG
        )
    except _REFUSALS:
        examination.find("signature", "does_not_fit")


def _check_coverage(examination: Examination, request: SignedRequest, covered: set[str]) -> None:
    needed = ["@method", "authorization"]
    if request.body:
        needed.append("content-digest")
    if "@target-uri" not in covered and "@path" not in covered:
        needed.append("@target-uri")
    elif "@target-uri" not in covered and "?" in request.target:
        needed.append("@query")
    for name in needed:
        if name not in covered:
            examination.find(name, "not_signed")


def _check_digest(examination: Examination, request: SignedRequest) -> None:
    """A digest that is there has to be the body's, also where nobody asked for one."""
    digest = request.header(b"content-digest")
    if digest is None:
        if request.body:
            examination.find("content-digest", "missing")
        return
    try:
        ContentDigest.verify(digest, request.body)
    except _REFUSALS:
        examination.find("content-digest", "does_not_fit")


def _text(request: SignedRequest, components: Any, parameters: dict[str, Any]) -> str:
    """The signature base as we would write it, for people to compare; the token is left out."""
    lines = []
    try:
        resolver = _Resolver(_as_message(request))
        for name, of in components:
            item = Item(name)
            item.params.update(of)
            value = "Bearer …" if name == "authorization" else resolver.resolve(item)
            lines.append(f"{item}: {value}")
        # An inner list is written as a member of a dictionary only.
        lines.append(f'"@signature-params": {http_sf.ser({"s": (components, parameters)})[2:]}')
    except _REFUSALS:
        return ""
    return "\n".join(lines)


def _as_message(request: SignedRequest) -> _Request:
    fields = _Fields((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers)
    return _Request(request.method, request.url, fields)
