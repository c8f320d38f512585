"""When two e-mail addresses are one mailbox: the rule behind blocks of single addresses and of whole domains. Pure; asked before an account is made.

Many providers drop what stands behind a `+` and the dots before the `@`, so that one person has any number of addresses; nobody is kept out by mistake who
would not share a mailbox with whom was meant, but by a name that differs in dots alone.
"""

from collections.abc import Iterator
from hashlib import sha256


def canonical_email(address: str) -> str:
    """`te.st+x@EXAMPLE.com` → `test@example.com`."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def email_hash(address: str) -> str:
    """What is stored of an address that is not to come back: SHA-256 of its canonical form, in hexadecimal, as Mastodon writes it."""
    return sha256(canonical_email(address).encode("utf-8", "surrogatepass")).hexdigest()


def domains_above(domain: str) -> Iterator[str]:
    """*domain* and every domain that it lies below: a block of `example.com` is one of `mail.example.com` as well."""
    labels = domain.strip().lower().rstrip(".").split(".")
    for start in range(len(labels)):
        yield ".".join(labels[start:])
