"""The load script of the README: every answer of ten users is right. How fast is measured by hand."""

from __future__ import annotations

import load


def test_ten_users_get_nothing_but_right_answers():
    found = load.run(seconds=5, threshold_ms=0)
    assert found.passed and found.requests >= 10, found.output
