"""The OpenAPI document: complete, valid, and true for generated input."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from conftest import ask
from edges.door_kit import Doors
from siaga.app import Node, open_node
from siaga.edges import openapi
from siaga.edges.http import Door
from siaga.kernel.records import Accepted
from siaga.settings import Settings
from siaga.slices.access import events, rules
from siaga.slices.access.tables import gate

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
SECRET = gate.new_secret("sgt_")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node as it ships, with every slice."""
    folder: Path = tmp_path_factory.mktemp("openapi")
    opened = open_node(Settings(data=folder))
    until = opened.desk.clock() + timedelta(days=1)
    issue = rules.IssueToken("t1", gate.hash_of(SECRET), "attacker", events.ROLES, until)
    asked = ask("administrator", agency="", at=opened.desk.clock())
    assert isinstance(opened.desk.handle(issue, asked), Accepted)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def api(node: Node) -> Iterator[Any]:
    """The document, and the door in this process to try it on."""
    door = Door(node.desk, node.settings)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", door, headers={"Authorization": f"Bearer {SECRET}"})
    yield schema.exclude(path="/api/feed")  # its answer has no end
    door.close()


def attack(operation: Any) -> int:
    """Ask an operation with generated input, right and wrong; returns how often."""
    tried = 0

    @given(case=operation.as_strategy() | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    @settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def every(case: Any) -> None:
        nonlocal tried
        tried += 1
        case.call_and_validate(headers={"Authorization": f"Bearer {SECRET}"}, checks=CHECKS)

    every()
    return tried


def test_generated_input_breaks_nothing_and_is_answered_as_described(api: Any) -> None:
    tried = {}
    for found in api.get_all_operations():
        operation = found.ok()
        tried[operation.label] = attack(operation)
    assert len(tried) > 40
    assert all(tried.values()), tried


def test_the_document_is_valid_json_schema_and_names_only_what_it_defines(node: Node) -> None:
    said = openapi.document(node.desk)
    assert said["openapi"] == "3.1.0"
    known = said["components"]["schemas"]
    for name, shape in known.items():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema"} | shape)
        assert shape.get("description") or "enum" in shape or shape["type"] != "object", name

    def refs(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for inner in value.values():
                yield from refs(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from refs(inner)

    for ref in set(refs(said)):
        _, _, kind, name = ref.removeprefix("#").split("/")
        assert name in said["components"][kind], ref


def test_every_command_and_view_is_described_with_its_roles(node: Node) -> None:
    said = openapi.document(node.desk)
    for name, command in node.desk.commands.items():
        if node.desk.does[command].role == rules.DOOR:
            assert f"/api/commands/{name}" not in said["paths"]
            continue
        post = said["paths"][f"/api/commands/{name}"]["post"]
        assert post["summary"]
        assert post["x-roles"]
    for name in node.desk.views:
        get = said["paths"][f"/api/views/{name}"]["get"]
        assert get["summary"]
        assert get["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["rows"], name


def test_identifiers_are_unique(node: Node) -> None:
    paths = openapi.document(node.desk)["paths"]
    names = [op["operationId"] for methods in paths.values() for op in methods.values()]
    assert len(names) == len(set(names))


def test_every_route_of_the_door_is_described(doors: Doors) -> None:
    paths = openapi.document(doors.desk)["paths"]
    for path, methods in doors.door._routes.items():
        if path != "/api/openapi.json" and path != "/api/docs":
            assert {method.lower() for method in methods} == set(paths[path]), path


def test_the_document_is_the_same_whenever_it_is_made(node: Node) -> None:
    assert openapi.document(node.desk) == openapi.document(node.desk)
