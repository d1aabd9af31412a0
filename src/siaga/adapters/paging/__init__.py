"""Ways out of the node to people and programs: one file a way, each a carrier of `kernel/carry.py`."""

from collections.abc import Mapping
from pathlib import Path

from ...kernel.carry import Carrier
from .gateway import JsonGateway, Short
from .mail import Mail
from .outside import Outside
from .web_push import WebPush, load_key, public_key
from .webhook import Webhook


def carriers(
    *,
    push_key: Path,
    push_contact: str,
    private: tuple[str, ...],
    mail: tuple[str, str, str],
    gateway: tuple[str, str, Mapping[str, str]],
) -> tuple[dict[str, Carrier], dict[str, str]]:
    """The ways that are set up, and what is to be known of them: the key for browsers, networks that may be reached.

    `mail` is server, sender and password, `gateway` address, token and form; an empty first part: not set up."""
    outside = Outside(private)
    ways: dict[str, Carrier] = {"webhook": Webhook(outside)}
    notes = {"private": ",".join(private)}
    if push_contact:
        key = load_key(push_key)
        ways["web-push"] = WebPush(key, push_contact, outside)
        notes["push.key"] = public_key(key)
    if mail[0]:
        ways["e-mail"] = Mail(*mail)
    if gateway[0]:
        ways["sms"] = Short(JsonGateway(*gateway))
    return ways, notes
