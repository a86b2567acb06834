"""What the panels and alarms read."""

import json
import re
from typing import Any

import yaml

from tests.deploy.compose import ROOT

RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
DASHBOARDS = ROOT / "deploy" / "grafana" / "dashboards"
BACKUP_METRICS = ("bashan_backup_age_seconds", "bashan_backup_log_unreceived_bytes")

_METRIC = re.compile(r"\b(bashan_\w+|up)\b(?=[\s{\[<>=!)]|$)")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return [panel for file in DASHBOARDS.glob("*.json") for panel in json.loads(file.read_text("utf-8"))["panels"]]


def expressions() -> list[str]:
    of_panels = [one["expr"] for panel in panels() for one in panel["targets"]]
    return [*(rule["expr"] for rule in rules()), *of_panels]


def metrics_read() -> set[str]:
    return {name for expression in expressions() for name in _METRIC.findall(expression)}
