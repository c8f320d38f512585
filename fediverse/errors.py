"""Everything that can be refused or go wrong, as one tree. Doors translate it once; nothing else invents answers.

FediverseError
├── Malformed            400  the request cannot be read
├── NotSignedIn          401  no session, or a token that is not valid
│   └── SignatureRefused 401  an HTTP signature or a proof that does not hold
├── Refused              403  understood, and not allowed
│   └── DomainRefused    403  the domain policy said no (carries the verdict's rule)
├── NotFound             404  unknown, or hidden: the same answer for both
├── Conflict             409  somebody else was quicker
├── TooLarge             413
├── UnsupportedMedia     415
├── Invalid              422  readable, but a value is wrong (carries details per field)
├── RateLimited          429
├── Unreachable          503  another host did not answer, or answered with an error (carries its status)
└── NotConfigured        500  a setting is missing or wrong; raised at start only

`safe` is the text that a person or another server may read; the cause, for the log, is the chained exception.
"""


class FediverseError(Exception):
    """Base of the tree. *safe* is shown to whoever asked; *code* is a stable machine-readable word."""

    status = 500
    code = "error"

    def __init__(self, safe: str, *, code: str | None = None) -> None:
        super().__init__(safe)
        self.safe = safe
        if code is not None:
            self.code = code


class Malformed(FediverseError):
    status = 400
    code = "malformed"


class NotSignedIn(FediverseError):
    status = 401
    code = "not_signed_in"


class SignatureRefused(NotSignedIn):
    code = "signature_refused"


class Refused(FediverseError):
    status = 403
    code = "refused"


class DomainRefused(Refused):
    """The domain policy refused *host*; *rule* names the rule, or None when no rule spoke for it."""

    code = "domain_refused"

    def __init__(self, safe: str, *, host: str, rule: str | None = None) -> None:
        super().__init__(safe)
        self.host = host
        self.rule = rule


class NotFound(FediverseError):
    status = 404
    code = "not_found"

    def __init__(self, safe: str = "Record not found") -> None:
        super().__init__(safe)


class Conflict(FediverseError):
    status = 409
    code = "conflict"


class TooLarge(FediverseError):
    status = 413
    code = "too_large"


class UnsupportedMedia(FediverseError):
    status = 415
    code = "unsupported_media"


class Invalid(FediverseError):
    """A value is wrong. *details*: field name → list of (error code, sentence)."""

    status = 422
    code = "invalid"

    def __init__(self, safe: str, *, details: dict[str, list[tuple[str, str]]] | None = None) -> None:
        super().__init__(safe)
        self.details = details or {}


class RateLimited(FediverseError):
    status = 429
    code = "rate_limited"

    def __init__(self, safe: str, *, retry_after_s: int) -> None:
        super().__init__(safe)
        self.retry_after_s = retry_after_s


class Unreachable(FediverseError):
    """Another host failed us. *answer* is its HTTP status, or None when no answer came."""

    status = 503
    code = "unreachable"

    def __init__(self, safe: str, *, answer: int | None = None, retry_after_s: int | None = None) -> None:
        super().__init__(safe)
        self.answer = answer
        self.retry_after_s = retry_after_s


class NotConfigured(FediverseError):
    code = "not_configured"
