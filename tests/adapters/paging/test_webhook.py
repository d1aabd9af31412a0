"""Webhooks against a local receiver that checks them by the standard's own library, and by hand."""

import hmac
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from standardwebhooks.webhooks import Webhook as Receiver
from standardwebhooks.webhooks import WebhookVerificationError

from adapters.paging.servers import Request, Service
from siaga.adapters.paging.outside import Outside
from siaga.adapters.paging.webhook import Webhook, signature
from siaga.kernel.carry import Message, NotCarried

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def carry(trusted: tuple[Service, Outside], message: Message, times: int = 1) -> list[Request]:
    service, outside = trusted
    for _ in range(times):
        Webhook(outside).carry(message, {"webhook": f"{service.url}/siaga?kunci=1", "secret": SECRET})
    return service.requests


def test_the_standards_library_takes_it(trusted: tuple[Service, Outside], message: Message) -> None:
    (request,) = carry(trusted, message)
    assert Receiver(SECRET).verify(request.body, request.headers)["type"] == "siaga.alert"
    assert request.headers["content-type"] == "application/json"
    assert request.path == "/siaga?kunci=1"


def test_the_signature_is_what_the_standard_says(trusted: tuple[Service, Outside], message: Message) -> None:
    (request,) = carry(trusted, message)
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    key = b64decode(SECRET.removeprefix("whsec_"))
    expected = "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert request.headers["webhook-signature"] == expected


def test_the_example_of_the_standard_comes_out_the_same() -> None:
    body = b'{"test": 2432232314}'
    at = datetime.fromtimestamp(1614265330, tz=UTC)
    id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert signature(SECRET, id, 1614265330, body) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert Receiver(SECRET).sign(id, at, body.decode()) == signature(SECRET, id, 1614265330, body)


def test_a_changed_body_another_secret_and_an_old_time_are_noticed(
    trusted: tuple[Service, Outside], message: Message
) -> None:
    (request,) = carry(trusted, message)
    with pytest.raises(WebhookVerificationError):
        Receiver(SECRET).verify(request.body + b" ", request.headers)
    with pytest.raises(WebhookVerificationError):
        Receiver("whsec_" + "A" * 32).verify(request.body, request.headers)
    service, outside = trusted
    long_ago = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    Webhook(outside, lambda: long_ago).carry(message, {"webhook": f"{service.url}/x", "secret": SECRET})
    with pytest.raises(WebhookVerificationError, match="old"):
        Receiver(SECRET).verify(service.requests[-1].body, service.requests[-1].headers)


def test_a_repetition_has_the_same_id_so_that_it_counts_once(
    trusted: tuple[Service, Outside], message: Message
) -> None:
    assert {request.headers["webhook-id"] for request in carry(trusted, message, times=3)} == {message.id}


@pytest.mark.parametrize(("status", "code"), [(500, "broken-there"), (410, "gone"), (404, "not-accepted")])
def test_any_other_answer_than_2xx_is_a_failure(
    trusted: tuple[Service, Outside], message: Message, status: int, code: str
) -> None:
    trusted[0].answer = lambda request: (status, b"")
    with pytest.raises(NotCarried, match=code):
        carry(trusted, message)
