"""One spelling for each host, and no second reading of any URI."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fediverse import errors
from fediverse.policy.hosts import canonical_host, host_of, origin_of, same_origin, split_port

SPELLINGS = {
    "beta.example": "beta.example",
    "Beta.EXAMPLE": "beta.example",
    "beta.example:443": "beta.example",
    "beta.example:8443": "beta.example:8443",
    "beta.example:80": "beta.example:80",
    "Beta.Localhost:8002": "beta.localhost:8002",
    "localhost": "localhost",
    "intranet:65535": "intranet:65535",
    "bücher.example": "xn--bcher-kva.example",
    "BÜCHER.example": "xn--bcher-kva.example",
    "xn--bcher-kva.example": "xn--bcher-kva.example",
    "XN--BCHER-KVA.example:443": "xn--bcher-kva.example",
    "faß.example": "xn--fa-hia.example",
    "1and1.example": "1and1.example",
    "4.example": "4.example",
    "a-b.c-d.example": "a-b.c-d.example",
    f"{'a' * 63}.example": f"{'a' * 63}.example",
    "例え.テスト": "xn--r8jz45g.xn--zckzah",
}
NO_HOSTS = [
    "",
    " ",
    ".",
    "..",
    ":",
    ":443",
    "a..b",
    ".example.com",
    "example.com.",
    "example.com.:443",
    "example.com:",
    "example.com:0",
    "example.com:00443",
    "example.com:65536",
    "example.com:99999",
    "example.com:-1",
    "example.com:+443",
    "example.com: 443",
    "example.com:443:443",
    "example.com:٤٤٣",
    "example.com:https",
    "user@example.com",
    "user:secret@example.com",
    "example.com@evil.example",
    "example.com/",
    "exam/ple.com",
    "example.com?x",
    "example.com#x",
    "example.com\\@evil.example",
    "exa mple.com",
    "example.com ",
    "example.com\n",
    "example.com\x00.evil.example",
    "exam\tple.com",
    "exam\u200bple.com",
    "example。com",
    "example．com",
    "example｡com",
    "ｅxample.com",
    "examplＥ.com",
    "faceboo\u212a.com",
    "İ.example",
    "a\u0308.example",
    "exam%70le.com",
    "exam_ple.com",
    "-a.example",
    "a-.example",
    "ab--c.example",
    "xn--.example",
    "xn--zzzz.example",
    "xn--a.example",
    "*.example.com",
    f"{'a' * 64}.example",
    ".".join(["a" * 50] * 6),
    "a" * 10_000,
    "127.0.0.1",
    "127.0.0.1:443",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0X7F000001",
    "017700000001",
    "0",
    "0x",
    "10.0.0.010",
    "1.2.3.4.5",
    "example.1",
    "１２７.0.0.1",
    "[::1]",
    "[::1]:443",
    "::1",
    "[::ffff:127.0.0.1]",
    "[fe80::1%25eth0]",
    "[v1.x]",
]


@pytest.mark.parametrize(("text", "canonical"), SPELLINGS.items())
def test_every_spelling_of_a_host_becomes_one(text: str, canonical: str) -> None:
    """T-207: case, Unicode and the port of https make no other host; another port does."""
    assert canonical_host(text) == canonical


@pytest.mark.parametrize("text", NO_HOSTS)
def test_what_is_not_exactly_a_host_is_refused(text: str) -> None:
    """T-201, T-207, T-301: nothing empty, decorated, numeric, invisible or readable in two ways is a host."""
    with pytest.raises(errors.Invalid):
        canonical_host(text)


@given(st.text(max_size=40))
@example("\ud800.example")
@example("a\u200d.example")
def test_canonical_hosts_stay_as_they_are(text: str) -> None:
    """Any text is either refused or turned into plain ASCII that is its own canonical spelling."""
    try:
        canonical = canonical_host(text)
    except errors.Invalid:
        return

    assert canonical.isascii()
    assert canonical == canonical.lower()
    assert canonical_host(canonical) == canonical


@pytest.mark.parametrize("text", NO_HOSTS)
def test_no_uri_smuggles_in_what_is_not_a_host(text: str) -> None:
    """T-201, T-207, T-301: what is refused as a host either makes the URI unreadable, or is not its host at all."""
    try:
        host = host_of(f"https://{text}")
    except errors.Invalid:
        return

    name, delimiter, _ = text.replace("?", "/").replace("#", "/").partition("/")
    assert delimiter
    assert host == name


@pytest.mark.parametrize(
    ("uri", "origin"),
    [
        ("https://beta.example", "https://beta.example"),
        ("HTTPS://Beta.Example/users/Ann", "https://beta.example"),
        ("https://beta.example:443/", "https://beta.example"),
        ("https://beta.example:8443/x", "https://beta.example:8443"),
        ("https://bücher.example/über", "https://xn--bcher-kva.example"),
        ("https://beta.example?user@evil.example", "https://beta.example"),
        ("https://beta.example#@evil.example", "https://beta.example"),
        ("https://beta.example/@evil.example:80", "https://beta.example"),
    ],
)
def test_origin_of_a_uri_is_its_scheme_and_host(uri: str, origin: str) -> None:
    """The origin ends where path, query or fragment begin, whatever they hold."""
    assert origin_of(uri) == origin
    assert host_of(uri) == origin.removeprefix("https://")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "beta.example",
        "//beta.example/x",
        "https:beta.example",
        "https:/beta.example",
        "https:///beta.example",
        "https://",
        "https:///x",
        "https://?x",
        "acct:ann@beta.example",
        "data:text/plain,https://beta.example",
        "ftp://beta.example/",
        "javascript://beta.example/",
        "http\u017f://beta.example/",
        "https://example.com\\@evil.example/",
        "https://example.com/\\evil",
        "https://user@beta.example/",
        "https://beta.example /",
        " https://beta.example/",
        "https://beta.example/\n",
        "https://beta.example/a b",
        "https://beta.example/\x00",
        "https://beta.example/\u202egnp.exe",
        "https://beta.example/\ud800",
        "https://beta%2eexample/",
        "https://beta.example%2f@evil.example/",
    ],
)
def test_uris_that_read_in_two_ways_are_refused(uri: str) -> None:
    """T-201, T-207: only an absolute https URI with a plain host and visible characters has a host."""
    with pytest.raises(errors.Invalid):
        host_of(uri)
    assert not same_origin(uri, uri)


def test_http_is_read_only_where_it_is_allowed() -> None:
    """In development http has hosts too; its own port is 80, and on the port of https it is refused."""
    assert host_of("http://acme.localhost:8001/x", allow_http=True) == "acme.localhost:8001"
    assert origin_of("http://acme.localhost:80/x", allow_http=True) == origin_of(
        "http://acme.localhost/", allow_http=True
    )

    with pytest.raises(errors.Invalid):
        host_of("http://acme.localhost:8001/x")
    with pytest.raises(errors.Invalid):
        host_of("http://acme.localhost:443/x", allow_http=True)


def test_same_origin_means_scheme_host_and_port() -> None:
    """Spelling and path make no other origin; a subdomain, a port or a scheme do."""
    actor = "https://beta.example/users/ann"

    assert same_origin(actor, "https://BETA.example:443/notes/1")
    assert not same_origin(actor, "https://beta.example:8443/notes/1")
    assert not same_origin(actor, "https://evil.beta.example/notes/1")
    assert not same_origin(actor, "https://beta.example.evil.example/notes/1")
    assert not same_origin("https://acme.localhost/", "http://acme.localhost/", allow_http=True)


def test_port_of_a_host_is_that_of_https_unless_it_names_one() -> None:
    """A canonical host falls apart into name and port."""
    assert split_port("beta.example") == ("beta.example", 443)
    assert split_port("beta.localhost:8002") == ("beta.localhost", 8002)
