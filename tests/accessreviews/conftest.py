"""The vendor that Alice owns."""

from tests.assessments.conftest import alice, company, key, manager, reviewer  # noqa: F401 -- fixtures
