"""Web push on paper: the published example, a device that decrypts by hand, and what is refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from fediverse.crypto import webpush
from fediverse.crypto.webpush import MAX_MESSAGE_BYTES, UserAgent
from fediverse.errors import Invalid
from tests.support.push_service import Device, Push, b64, unb64

# RFC 8291, section 5 and appendix A
PLAIN = b"When I grow up, I want to be a watermelon"
AGENT = UserAgent.parsed(
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuw"
    "XPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def once() -> webpush._Once:
    key = ec.derive_private_key(int.from_bytes(unb64(SENDER), "big"), ec.SECP256R1())
    return webpush._Once(key, unb64(SALT))


def test_the_published_example_comes_out_byte_for_byte() -> None:
    """RFC 8291, section 5."""
    sealed = webpush.encrypt(PLAIN, AGENT, once())

    assert b64(sealed.body) == SEALED
    assert sealed.headers == {"content-encoding": "aes128gcm"}


@given(message=st.binary(max_size=MAX_MESSAGE_BYTES).map(lambda data: b'{"x":"' + data.hex().encode()[:3900] + b'"}'))
def test_a_device_reads_what_was_sealed_for_it_in_both_encodings(message: bytes) -> None:
    """By keys of its own, and by code that shares nothing with ours."""
    device = Device("http://push.test/1")
    agent = UserAgent.parsed(b64(device.public), b64(device.auth))

    for encrypt in (webpush.encrypt, webpush.encrypt_as_before):
        sealed = encrypt(message, agent)
        assert device.read(Push("/1", sealed.headers, sealed.body))["x"] == message[6:-2].decode()


def test_no_two_messages_look_alike() -> None:
    """Each has a key pair and a salt of its own."""
    one, other = (webpush.encrypt(PLAIN, AGENT).body for _time in range(2))

    assert one[:86] != other[:86]
    assert one[86:] != other[86:]


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", ""),
        (b64(AGENT.public), ""),
        (b64(AGENT.public), b64(b"fifteen bytes..")),
        (b64(AGENT.public[:33]), b64(AGENT.auth)),
        (b64(b"\x04" + b"\x01" * 64), b64(AGENT.auth)),
        ("not base64!", b64(AGENT.auth)),
    ],
)
def test_keys_that_no_browser_gives_are_refused(p256dh: str, auth: str) -> None:
    """Too short, compressed, no point of the curve, no base64; those of the example are taken, padded or not."""
    with pytest.raises(Invalid):
        UserAgent.parsed(p256dh, auth)

    assert UserAgent.parsed(b64(AGENT.public) + "=", b64(AGENT.auth) + "==") == AGENT


def test_a_message_that_no_service_takes_is_refused() -> None:
    """4,096 bytes with everything around it; one byte less goes."""
    assert len(webpush.encrypt(b"x" * MAX_MESSAGE_BYTES, AGENT).body) <= 4096

    with pytest.raises(Invalid):
        webpush.encrypt(b"x" * (MAX_MESSAGE_BYTES + 1), AGENT)


def test_a_signing_key_is_kept_as_it_was_made() -> None:
    """The same public half after a trip through its file; a key of another curve is none."""
    pem = webpush.generate_key()

    assert len(webpush.public_point(webpush.load_key(pem))) == 65
    assert webpush.public_point(webpush.load_key(pem)) == webpush.public_point(webpush.load_key(pem))
