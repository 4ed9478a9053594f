"""Schemathesis asks every operation what it likes; the API keeps to its description (R10.2)."""

from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from customers.services.partners import add_endpoint
from tests.api.factories import make_account, make_key

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance, negative_data_rejection, unsupported_method,
]  # fmt: skip


@pytest.fixture
def described(db):
    """The schema as served, and a partner's key with one of each thing to find."""
    application = get_wsgi_application()
    partner = make_account()
    add_endpoint(partner=partner, url="http://127.0.0.1:9/x", by=partner.user)
    # Each request would otherwise end by closing the connection that holds the test's transaction.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    config = SchemathesisConfig()
    config.projects.default.generation.with_security_parameters = False  # the key is given, not made up
    schema: Any = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application, config=config)
    schema.headers = {"Authorization": f"Api-Key {make_key(partner)}"}
    yield schema
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.req("R10.2")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_every_operation_keeps_to_its_description(described, mode):
    for found in described.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=20, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def keeps_to_it(case):
            case.call_and_validate(checks=CHECKS, headers=described.headers)

        try:
            keeps_to_it()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.label  # nothing to get wrong: no parameters, no body
