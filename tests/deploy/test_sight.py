"""An alarm that nobody can act on, or that never speaks, is worse than none."""

import re
import shutil
import subprocess

import pytest
import yaml

from tests.deploy.compose import ROOT
from tests.deploy.sight import RULES, metrics_read, panels, rules

TESTS = RULES.with_name("rules.test.yml")
ALARMS = {rule["alert"]: rule for rule in rules() if "alert" in rule}
promtool = shutil.which("promtool")


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_says_what_to_do(name: str) -> None:
    page, _, anchor = ALARMS[name]["annotations"]["runbook"].partition("#")
    headings = [line.removeprefix("## ") for line in (ROOT / page).read_text("utf-8").splitlines() if line[:3] == "## "]
    assert name in headings
    assert anchor == name.lower()
    assert ALARMS[name]["labels"]["severity"] in {"page", "ticket"}


def test_every_alarm_is_tried_both_ways() -> None:
    tried = [one for case in yaml.safe_load(TESTS.read_text("utf-8"))["tests"] for one in case["alert_rule_test"]]
    assert {one["alertname"] for one in tried if one["exp_alerts"]} == set(ALARMS)
    assert {one["alertname"] for one in tried if not one["exp_alerts"]} == set(ALARMS)


def test_a_panel_that_the_runbook_names_is_on_the_dashboard() -> None:
    page = " ".join((ROOT / "docs" / "operations" / "alarms.md").read_text("utf-8").split())
    named = set(re.findall(r'"([A-Z][^"]+)"', page))
    assert named
    assert named <= {panel["title"] for panel in panels()}


def test_the_panels_and_alarms_read_something() -> None:
    assert len(metrics_read()) > 12


@pytest.mark.skipif(promtool is None, reason="no promtool on this machine: install the package prometheus")
@pytest.mark.parametrize("words", [("check", "rules", RULES.name), ("test", "rules", TESTS.name)])
def test_the_alarms_speak_when_they_should_and_are_silent_when_not(words: tuple[str, ...]) -> None:
    checked = subprocess.run([str(promtool), *words], cwd=RULES.parent, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
