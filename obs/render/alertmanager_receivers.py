"""One Alertmanager receiver per notification channel; every secret is a file, never a value."""

from collections.abc import Callable
from typing import Any

from obs.model.platform import Platform, Receiver

SECRETS = {"standalone": "/etc/alertmanager/secrets", "operator": "/etc/alertmanager/secrets/alertmanager-secrets"}
"""Where the Secret `alertmanager-secrets` is mounted, by mode; the spec names its keys."""

Integration = dict[str, Any]


def receiver(platform: Platform, told: Receiver) -> dict[str, Any]:
    """One entry of `receivers`, as plain data."""
    key, build = _KINDS[told.kind]
    config = {"send_resolved": told.send_resolved, **build(platform, told)}
    return {"name": told.name, key: [config]}


def secret_key(told: Receiver) -> str:
    """The key that holds the receiver's secret: the one the spec names, or the receiver's own name."""
    return told.secret or told.name


def _file(platform: Platform, key: str) -> str:
    return f"{SECRETS[platform.stack.mode]}/{key}"


def _pagerduty(platform: Platform, told: Receiver) -> Integration:
    links = [("panel", "Panel"), ("runbook", "Runbook"), ("query", "Query"), ("silence", "Silence")]
    links += [("logs", "Logs")] if platform.logging else []
    return {
        "routing_key_file": _file(platform, secret_key(told)),
        "description": _template("subject"),
        "severity": _template("pagerduty.severity"),
        "component": "{{ .CommonLabels.component }}",
        "group": "{{ .CommonLabels.cluster }}",
        "class": "{{ .CommonLabels.alertname }}",
        "client": "Alertmanager",
        "client_url": platform.links.alertmanager,
        "details": {"firing": _template("text.firing"), "resolved": _template("text.resolved")},
        "links": [{"href": _template(f"lead.{name}"), "text": text} for name, text in links],
    }


def _slack(platform: Platform, told: Receiver) -> Integration:
    return {
        "api_url_file": _file(platform, secret_key(told)),
        **({"channel": told.channel} if told.channel else {}),
        "color": _template("slack.color"),
        "title": _template("subject"),
        "title_link": _template("lead.panel"),
        "text": _template("slack.text"),
        "fallback": _template("subject"),
        "mrkdwn_in": ["text"],
    }


def _msteams(platform: Platform, told: Receiver) -> Integration:
    return {
        "webhook_url_file": _file(platform, secret_key(told)),
        "title": _template("subject"),
        "text": _template("teams.text"),
    }


def _telegram(platform: Platform, told: Receiver) -> Integration:
    """`channel` is the chat's number (groups have negative ones), or the key of the secret that holds it."""
    numeric = told.channel.removeprefix("-").isdigit()
    chat = {"chat_id": int(told.channel)} if numeric else {"chat_id_file": _file(platform, told.channel)}
    return {
        "bot_token_file": _file(platform, secret_key(told)),
        **chat,
        "parse_mode": "HTML",
        "message": _template("telegram.text"),
    }


def _webhook(platform: Platform, told: Receiver) -> Integration:
    return {"url_file": _file(platform, secret_key(told))}


def _email(platform: Platform, told: Receiver) -> Integration:
    return {
        "to": told.channel,
        **_relay(platform, told),
        "headers": {"Subject": _template("subject")},
        "html": _template("mail.html"),
        "text": _template("text"),
    }


def _relay(platform: Platform, told: Receiver) -> Integration:
    """The mail relay, with a password only where the spec names a user."""
    notify = platform.notify
    host = notify.smtp_host if ":" in notify.smtp_host else f"{notify.smtp_host or 'localhost'}:25"
    password = {"auth_password_file": _file(platform, secret_key(told))}
    login = {"auth_username": notify.smtp_user, **password} if notify.smtp_user else {}
    sender = notify.smtp_from or "alertmanager@localhost"
    return {"from": sender, "smarthost": host, **login}


def _template(name: str) -> str:
    return f'{{{{ template "obs.{name}" . }}}}'


_KINDS: dict[str, tuple[str, Callable[[Platform, Receiver], Integration]]] = {
    "pagerduty": ("pagerduty_configs", _pagerduty),
    "slack": ("slack_configs", _slack),
    "msteams": ("msteamsv2_configs", _msteams),
    "telegram": ("telegram_configs", _telegram),
    "webhook": ("webhook_configs", _webhook),
    "email": ("email_configs", _email),
}
