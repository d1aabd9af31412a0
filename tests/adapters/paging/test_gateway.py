"""SMS and WhatsApp against a local gateway, in the form each gateway wants."""

import json

import pytest

from adapters.paging.servers import Service, serving
from siaga.adapters.paging.gateway import LONGEST, JsonGateway, Short, found
from siaga.kernel.carry import Message, NotCarried

PHONE = {"phone": "+6281254000111"}


@pytest.fixture
def gateway() -> object:
    with serving() as service:
        service.answer = lambda request: (202, b'{"id": "sms-77"}')
        yield service


def test_a_message_goes_with_the_gateways_token_and_its_number_comes_back(gateway: Service, message: Message) -> None:
    way = Short(JsonGateway(f"{gateway.url}/v1/messages", "kunci-gateway", {}))
    assert way.carry(message, PHONE) == "sms-77"
    (request,) = gateway.requests
    assert request.path == "/v1/messages"
    assert request.headers["authorization"] == "Bearer kunci-gateway"
    assert json.loads(request.body) == {"to": "+6281254000111", "text": f"{message.text} {message.link}"}


def test_the_form_is_the_gateways(gateway: Service, message: Message) -> None:
    gateway.answer = lambda request: (200, b'{"messages": [{"key": 41}]}')
    form = {"to": "target", "text": "message", "reference": "messages.0.key", "+channel": "whatsapp"}
    assert Short(JsonGateway(gateway.url, "", form)).carry(message, PHONE) == "41"
    (request,) = gateway.requests
    assert json.loads(request.body) == {
        "target": "+6281254000111",
        "message": f"{message.text} {message.link}",
        "channel": "whatsapp",
    }
    assert "authorization" not in request.headers


def test_a_long_sentence_is_cut_and_the_link_stays_whole(gateway: Service, message: Message) -> None:
    long = Message(id="a", title="", text="x" * 3000, link=message.link, body=b"")
    Short(JsonGateway(gateway.url, "", {})).carry(long, PHONE)
    text = json.loads(gateway.requests[0].body)["text"]
    assert len(text) == LONGEST
    assert text.endswith(f"… {message.link}")


def test_a_node_without_an_address_sends_the_sentence_alone(gateway: Service, message: Message) -> None:
    bare = Message(id="a", title="", text=message.text, link="", body=b"")
    Short(JsonGateway(gateway.url, "", {})).carry(bare, PHONE)
    assert json.loads(gateway.requests[0].body)["text"] == message.text


@pytest.mark.parametrize(
    ("status", "code"), [(401, "not-permitted"), (402, "not-accepted"), (429, "too-many"), (500, "broken-there")]
)
def test_a_gateway_that_takes_it_not_is_told(gateway: Service, message: Message, status: int, code: str) -> None:
    gateway.answer = lambda request: (status, b"{}")
    with pytest.raises(NotCarried, match=code):
        Short(JsonGateway(gateway.url, "", {})).carry(message, PHONE)


def test_a_gateway_that_is_away_is_told(message: Message) -> None:
    with pytest.raises(NotCarried, match="unreachable"):
        Short(JsonGateway("http://127.0.0.1:1/x", "", {})).carry(message, PHONE)


@pytest.mark.parametrize(
    ("answer", "path", "value"),
    [
        (b'{"id": "x"}', "id", "x"),
        (b'{"id": true}', "id", ""),
        (b'{"data": {"ids": ["a", "b"]}}', "data.ids.1", "b"),
        (b'{"data": {"ids": []}}', "data.ids.1", ""),
        (b'["a"]', "id", ""),
        (b"not json", "id", ""),
        (b"\xff\xfe", "id", ""),
    ],
)
def test_the_number_of_a_message_is_found_where_the_gateway_puts_it(answer: bytes, path: str, value: str) -> None:
    assert found(answer, path) == value
