# The image of every service and of the operator's commands: `docker build --build-arg BASE_IMAGE=python:3.12-slim@sha256:…`.
# The base has no default: whoever builds says which one, by digest (deploy/pin-images looks the digests up).
ARG BASE_IMAGE

FROM ${BASE_IMAGE} AS build
WORKDIR /build
RUN python -m venv --copies /opt/bashan
# Dependencies first: they change seldom, and this layer is kept while only our own code does.
COPY requirements.txt requirements-build.txt ./
RUN /opt/bashan/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-build.txt
COPY pyproject.toml README.md ./
COPY bashan bashan
COPY services services
COPY shared shared
COPY migrations migrations
RUN /opt/bashan/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --no-index . \
    && /opt/bashan/bin/python -m compileall -q /opt/bashan/lib \
    && /opt/bashan/bin/pip uninstall --yes --quiet setuptools pip

FROM ${BASE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="bashan" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The base's own installer is of no use at run time, and of much use to whoever gets in.
RUN python -m pip uninstall --yes --quiet setuptools wheel pip 2>/dev/null || true
RUN mkdir -p /var/lib/bashan/secrets /var/lib/bashan/backups /run/bashan \
    && mkdir -p /var/lib/bashan/files/households /var/lib/bashan/files/cadres /var/lib/bashan/files/credit \
                /var/lib/bashan/files/gateway \
    && mkdir -p /var/lib/bashan/for/households /var/lib/bashan/for/cadres /var/lib/bashan/for/credit \
                /var/lib/bashan/for/gateway /var/lib/bashan/for/postgres /var/lib/bashan/for/grafana \
                /var/lib/bashan/for/tls \
    && chown -R 10001:10001 /var/lib/bashan /run/bashan
COPY --from=build /opt/bashan /opt/bashan
ENV PATH=/opt/bashan/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 BASHAN_DATA_DIR=/var/lib/bashan
USER 10001:10001
WORKDIR /var/lib/bashan
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=3 CMD ["python", "-m", "bashan.health", "http://127.0.0.1:8000/livez"]
ENTRYPOINT ["bashan"]
CMD ["--help"]
