"""nginx as a plain reverse proxy: one worker, kept-alive connections on both sides, no log. Also the quickest upstream
there is, which answers from its configuration."""

from pathlib import Path

_COMMON = """
daemon off;
worker_processes 1;
pid {folder}/{name}.pid;
error_log {folder}/{name}.err error;
events {{ worker_connections 2048; }}
http {{
  access_log off;
  default_type application/json;
  keepalive_timeout 75s;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/{name}-body;
  proxy_temp_path {folder}/{name}-proxy;
  fastcgi_temp_path {folder}/{name}-fastcgi;
  uwsgi_temp_path {folder}/{name}-uwsgi;
  scgi_temp_path {folder}/{name}-scgi;
  {body}
}}
"""

_PROXY = """
  upstream service {{ server {upstream}; keepalive 128; keepalive_requests 1000000000; keepalive_timeout 75s; }}
  server {{
    listen 127.0.0.1:{port} backlog=2048;
    location / {{ proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
"""

_FIXED = """
  server {{
    listen 127.0.0.1:{port} backlog=2048;
    location / {{ return 200 '{answer}'; }}
  }}
"""


def proxy(folder: Path, port: int, upstream: str) -> list[str]:
    """The command for a proxy to `upstream` (host:port)."""
    return _command(folder, f"proxy-{port}", _PROXY.format(port=port, upstream=upstream))


def instant(folder: Path, port: int, answer: str) -> list[str]:
    """The command for an upstream that always gives `answer` (no quotes and no dollar in it)."""
    return _command(folder, f"instant-{port}", _FIXED.format(port=port, answer=answer))


def _command(folder: Path, name: str, body: str) -> list[str]:
    configuration = folder / f"{name}.conf"
    configuration.write_text(_COMMON.format(folder=folder, name=name, body=body), "utf-8")
    return ["nginx", "-e", str(folder / f"{name}.err"), "-p", str(folder), "-c", str(configuration)]
