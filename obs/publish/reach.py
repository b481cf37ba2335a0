"""What to do about a server that cannot be talked to."""

_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"


def unreached(reason: object) -> str:
    """The reason of a connection that failed, and what to look at."""
    said = str(reason)
    if _UNTRUSTED in said:
        return f"{said}; give its certificate authority with --ca, and ask by a name that its certificate holds"
    return f"{said}; is the address right, and may this machine reach it?"
