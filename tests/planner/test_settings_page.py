from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from planner import conf

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.mark.parametrize("name", conf.DEFAULTS)
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    (line,) = [line for line in PAGE.read_text().splitlines() if line.startswith(f"| `{name}` ")]
    default = repr(conf.DEFAULTS[name]).replace("'", '"')
    assert f"| `{default}` |" in line


def test_a_setting_that_does_not_exist_is_named() -> None:
    with pytest.raises(ImproperlyConfigured, match="PLANNER_HORIZON is no setting"):
        conf.get("PLANNER_HORIZON")
