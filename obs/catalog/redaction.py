"""What may stand in no output, whoever wrote the line: the redaction table, applied to the raw text of every line.

Rules run in order over the joined text, before it is parsed, so that one pass covers plain text, JSON, JSON within JSON
and traces. A value keeps the quotes around it: what was JSON stays JSON.
"""

from obs.model.logs import Secret

_WORDS = (
    r"password|passwd|passphrase|secret(?!_?name)s?|token|api[_-]?key|access[_-]?key|private[_-]?key|signature|"
    r"credentials?|captcha(?:_response)?|csrf|session(?:_?id)?|cookie|authorization|mnemonic"
)
_SHORT = r"pass|pwd|otp|totp"
_BEHIND = r"(?:[_-](?:token|code|key|id|hash|digest|confirmation|response|encrypted))?"
_KEY = rf"(?i:(?:[a-z0-9_-]*(?:{_WORDS})|(?:[a-z0-9_-]*[_-])?(?:{_SHORT})){_BEHIND})"
"""Names of secret fields: one of the words with anything in front, or a short one that stands apart (no `bypass`)."""

_BEGIN = r"(?<![A-Za-z0-9_-])"
"""Begin of a name: tried once per word, however long the word is."""

_NAME = r"[A-Za-z0-9_-]+"
"""What every name that `_KEY` matches consists of: looked for first, with what follows it, at a tenth of the cost."""

_NEEDS = (
    *("passw", "passphrase", "secret", "token", "api_key", "api-key", "apikey", "access_key", "access-key", "accesskey"),
    *("private_key", "private-key", "privatekey", "signature", "credential", "captcha", "csrf", "session", "cookie"),
    *("authorization", "mnemonic", "_pass", "-pass", "pwd", "otp", '"pass', " pass="),
)
"""What the words of `_KEY` have in common; a test holds the two together."""

_PERSONAL_NEEDS = (
    *("_name", "dob", "date_of_birth", "postcode", "_number", "passport", "phone", "username", "iban"),
)

_PERSONAL = (
    r"first_name|last_name|middle_name|full_name|dob|date_of_birth|postcode|doc_number|document_number|passport|"
    r"phone|phone_number|username|iban|card_number"
)

SECRETS: tuple[Secret, ...] = (
    Secret(
        name="private-key",
        help="PEM blocks of private keys, whole or cut off.",
        needs=("private key-----",),
        expression=r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?",
        replace="[PRIVATE KEY]",
    ),
    Secret(
        name="jwt",
        help="JSON Web Tokens and the base64 payloads of signed requests: sessions, management API, Event API.",
        needs=("eyj",),
        expression=r"eyJ[A-Za-z0-9_-]{12,}(?:\.[A-Za-z0-9_-]+){0,2}",
        replace="[JWT]",
    ),
    Secret(
        name="header-line",
        help="Header lines that authenticate, to the end of the line; Envoy quotes them at debug level.",
        needs=("authorization", "cookie", "x-auth-", "x-csrf-", "x-api-key", "x-vault-"),
        expression=(
            r"((?i:(?:proxy-)?authorization|(?:set-)?cookie|x-auth-(?:apikey|nonce|signature)|x-csrf-token|x-api-key|"
            r"x-vault-token)(?:: |', '))[^\n\"'\\]+"
        ),
        replace=r"\1[REDACTED]",
    ),
    Secret(
        name="authorization",
        help="Bearer and basic credentials, wherever one is written out.",
        needs=("bearer ", "basic ", "negotiate "),
        expression=r"\b((?i:bearer|basic|negotiate)) +(?=[a-z.~-]*[A-Z0-9_+/=])[A-Za-z0-9_.~+/=-]{8,}",
        replace=r"\1 [REDACTED]",
    ),
    Secret(
        name="url-credentials",
        help="Passwords in URLs and DSNs: amqp, mysql, redis, wallets' uri.",
        needs=("://",),
        expression=r"([a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'\\]*):[^\s/?#@\"'\\]+@",
        replace=r"\1:[REDACTED]@",
    ),
    Secret(
        name="dsn-credentials",
        help="Go's MySQL DSN: user:password@tcp(host:3306)/db.",
        needs=("@tcp(", "@unix("),
        expression=r"\b([A-Za-z0-9_.-]+):[^\s@\"'\\]+@(tcp|unix)\(",
        replace=r"\1:[REDACTED]@\2(",
    ),
    Secret(
        name="json-value",
        help="Values of secret names in JSON and in Ruby's inspect.",
        needs=_NEEDS,
        expression=rf"(\"(?={_NAME}\"){_KEY}\" ?(?::|=>) ?(?:\[ ?)?\")(?:[^\"\\]|\\.)+",
        replace=r"\1[REDACTED]",
    ),
    Secret(
        name="json-in-json",
        help="The same within a JSON string, where quotes carry backslashes.",
        needs=_NEEDS,
        expression=rf"(\\+\"(?={_NAME}\\){_KEY}\\+\" ?(?::|=>) ?(?:\[ ?)?\\+\")(?:[^\"\\]|\\\\[^\"\\]|\\\\\\\")+",
        replace=r"\1[REDACTED]",
    ),
    Secret(
        name="json-number",
        help="Numbers under secret names, such as one-time passwords: 0, which stays JSON at every depth.",
        needs=_NEEDS,
        expression=rf"(\"(?={_NAME}\\*\"){_KEY}\\*\" ?(?::|=>) ?)[0-9]+",
        replace=r"\10",
    ),
    Secret(
        name="json-code",
        help="One-time codes, which Barong names `code`: six digits, as text or number.",
        needs=('"code', '"pin'),
        expression=r"(\"(?:code|pin)\\*\" ?(?::|=>) ?(?:\\*\")?)[0-9]{4,8}\b",
        replace=r"\10",
    ),
    Secret(
        name="assignment",
        help="key=value: query strings, forms, logfmt, environment, DSNs, presigned URLs.",
        needs=_NEEDS,
        expression=rf"{_BEGIN}((?={_NAME}=){_KEY}=)(?!\[[A-Z])(?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s&\"',;)\]}}\\]+)",
        replace=r"\1[REDACTED]",
    ),
    Secret(
        name="labelled",
        help="password: value, as programs write to people, as YAML does, and as Ruby 3.4 inspects hashes.",
        needs=("passw", "passphrase", "secret", "token", "api_key", "api-key", "api key", "apikey", "otp", "mnemonic"),
        expression=(
            rf"{_BEGIN}((?i:[a-z_-]*(?:password|passphrase|secret(?!_?name)|token|api[ _-]?key|otp(?:[ _-]code)?|mnemonic)): *"
            r"(?:\\*\")?)(?!\[[A-Z])[^\s\"'\\,}]+"
        ),
        replace=r"\1[REDACTED]",
    ),
    Secret(
        name="spoken-code",
        help="Six digits behind the word for a one-time code: text messages, mails.",
        needs=("code", "otp", "pin"),
        expression=r"((?i:\b(?:code|otp|pin)(?: is)?)[ :=]{1,3})[0-9]{6}\b",
        replace=r"\1[REDACTED]",
    ),
    Secret(
        name="password-hash",
        help="bcrypt, argon2 and crypt: what an attacker would take home.",
        needs=("$2", "$argon2", "$1$", "$5$", "$6$"),
        expression=r"\$(?:2[abxy]|argon2[a-z]{1,2}|[156])\$[A-Za-z0-9./$=,+-]{8,}",
        replace="[HASH]",
    ),
    Secret(
        name="sql-password",
        help="Passwords in SQL: IDENTIFIED BY, SET PASSWORD, CREATE ROLE.",
        needs=("identified ", "password "),
        expression=r"((?i:identified (?:with [a-z0-9_]+ )?(?:by|as) |\bpassword (?:= ?)?))'[^'\n]+'",
        replace=r"\1[REDACTED]",
    ),
    Secret(
        name="vault-token",
        help="Vault's tokens: s.… up to 1.9, hvs.… since.",
        needs=("hvs.", "hvb.", "hvr.", "s.", "b.", "r."),
        expression=r"\b(?:hv[sbr]\.[A-Za-z0-9_-]{20,}|[sbr]\.[A-Za-z0-9]{24}\b)",
        replace="[VAULT TOKEN]",
    ),
    Secret(
        name="vendor-token",
        help="Tokens that carry their maker's mark: AWS, GitHub, Slack, Stripe, SendGrid, Telegram.",
        needs=("akia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "xox", "k_live_", "sg.", ":aa"),
        expression=(
            r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abprs]-[A-Za-z0-9-]{10,}|[rs]k_live_[A-Za-z0-9]{16,}|"
            r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|[0-9]{8,10}:AA[A-Za-z0-9_-]{33})"
        ),
        replace="[TOKEN]",
    ),
    Secret(
        name="personal-value",
        help="Names, birth dates, documents and phone numbers under their names in JSON and forms.",
        needs=_PERSONAL_NEEDS,
        expression=rf"(\\*\"(?i:{_PERSONAL})\\*\" ?(?::|=>) ?\\*\")[^\"\\]+",
        replace=r"\1[PERSONAL]",
    ),
    Secret(
        name="personal-assignment",
        help="The same in query strings and logfmt.",
        needs=_PERSONAL_NEEDS,
        expression=rf"{_BEGIN}((?i:{_PERSONAL})=)[^\s&\"',;)\\]+",
        replace=r"\1[PERSONAL]",
    ),
    Secret(
        name="document",
        help="Document numbers behind the word for the document.",
        needs=("passport", "licen", "identity card", "id card"),
        expression=(
            r"\b((?i:passport|driver(?:'?s)?[ _]licen[cs]e|identity card|id card)[^A-Za-z0-9\n]{1,3}"
            r"(?i:(?:no|number|nr)[^A-Za-z0-9\n]{1,3})?)[A-Z]{0,3}[0-9]{5,10}\b"
        ),
        replace=r"\1[DOCUMENT]",
    ),
    Secret(
        name="email",
        help="E-mail addresses: the same address is the same word in every line.",
        needs=("@", "%40"),
        expression=r"(?<![A-Za-z0-9._+-])(?<it>[A-Za-z0-9._+-]+(?:@|%40)(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})",
        replace="email:",
        pseudonym=True,
    ),
    Secret(
        name="phone",
        help="Phone numbers in international form.",
        needs=("+",),
        expression=r"(?<it>\+[1-9](?:[ ()-]{0,2}[0-9]){8,14})",
        replace="phone:",
        pseudonym=True,
    ),
)

IBAN = Secret(
    name="iban",
    help="International bank account numbers.",
    expression=r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b",
    replace="[IBAN]",
)
"""Numbers that move money: only where money is moved, for it has no word that lines without it lack."""
