"""What may stand in no output, whoever wrote the line: the redaction table, applied to the raw text of every line."""

from obs.model.logs import Secret

SECRETS: tuple[Secret, ...] = (
    Secret(
        name="authorization",
        help="Bearer and basic credentials, wherever a header was written out.",
        expression=r"\b((?i:bearer|basic|negotiate))[ =:]+[A-Za-z0-9\-_.~+/=]{8,}",
        replace=r"\1 [REDACTED]",
    ),
)
