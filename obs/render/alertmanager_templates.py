"""Message templates: what people read at night, with every link, the panel opening at the time of the alert.

Angle-bracketed words are filled from the spec. The templates run in Alertmanager's text engine (Slack, Teams,
PagerDuty, plain mail) and in its HTML engine (mail, Telegram); a link is therefore built whole before it is printed,
so that the HTML engine sees one URL and escapes it once.
"""

from obs.model.platform import Platform

LINKS = r"""
{{- /* Links of one alert. The panel shows the hour before it and goes on to now, or to its end once it is over. */ -}}
{{ define "obs.panel" -}}
{{- $from := printf "from=%d" (.StartsAt.Add -3600000000000).UnixMilli -}}
{{- $to := "to=now" -}}
{{- if eq .Status "resolved" }}{{ $to = printf "to=%d" (.EndsAt.Add 900000000000).UnixMilli }}{{ end -}}
{{- $url := reReplaceAll "to=now" $to (reReplaceAll "from=now-1h" $from .Annotations.dashboard_url) -}}
{{- $url -}}
{{- end }}
{{ define "obs.runbook" -}}{{ .Annotations.runbook_url }}{{- end }}
{{ define "obs.logs" -}}
{{- $from := printf "from:%%27%s%%27" ((.StartsAt.Add -3600000000000).UTC.Format "2006-01-02T15:04:05Z") -}}
{{- $to := "to:now" -}}
{{- if eq .Status "resolved" -}}
{{- $to = printf "to:%%27%s%%27" ((.EndsAt.Add 900000000000).UTC.Format "2006-01-02T15:04:05Z") -}}
{{- end -}}
{{- $url := reReplaceAll "to:now" $to (reReplaceAll "from:now-1h" $from .Annotations.logs_url) -}}
{{- $url -}}
{{- end }}
{{ define "obs.query" -}}
{{ if gt (len .GeneratorURL) 1000 }}{{ template "obs.rule" . }}{{ else }}{{ .GeneratorURL }}{{ end }}
{{- end }}
{{ define "obs.rule" -}}<prometheus>/alerts?search={{ .Labels.alertname }}{{- end }}
{{ define "obs.silence" -}}
{{- $filter := "" -}}
{{- range .Labels.SortedPairs -}}
{{- $value := reReplaceAll " " "%20" (reReplaceAll "&" "%26" (reReplaceAll "%" "%25" .Value)) -}}
{{- $value = reReplaceAll "#" "%23" (reReplaceAll "\\+" "%2B" $value) -}}
{{- $value = reReplaceAll "\"" "%5C%22" (reReplaceAll "\\\\" "%5C%5C" $value) -}}
{{- $value = reReplaceAll "<" "%3C" (reReplaceAll ">" "%3E" (reReplaceAll "[|]" "%7C" $value)) -}}
{{- $value = reReplaceAll "[(]" "%28" (reReplaceAll "[)]" "%29" $value) -}}
{{- if $filter }}{{ $filter = printf "%s%%2C" $filter }}{{ end -}}
{{- $filter = printf "%s%s%%3D%%22%s%%22" $filter .Name $value -}}
{{- end -}}
{{- $url := printf "<alertmanager>/#/silences/new?filter=%%7B%s%%7D" $filter -}}
{{- $url -}}
{{- end }}
"""
"""Durations are nanoseconds: an hour before the start, a quarter of an hour after the end. Prometheus' own link carries
the whole expression, up to 9 KB of it; the page of the rule stands in for a long one, as channels limit messages."""

WORDS = r"""
{{ define "obs.subject" -}}
{{ if eq .Status "firing" }}{{ or .CommonLabels.severity "firing" | toUpper }}{{ else }}RESOLVED{{ end }}
{{- " " }}{{ or .CommonLabels.component "alert" }}{{ with .CommonLabels.cluster }} on {{ . }}{{ end }}
{{- ": " }}{{ template "obs.headline" . }}
{{- end }}
{{ define "obs.headline" -}}
{{- $alerts := .Alerts }}{{ if .Alerts.Firing }}{{ $alerts = .Alerts.Firing }}{{ end -}}
{{ with index $alerts 0 }}{{ or .Annotations.summary .Labels.alertname }}{{ end }}
{{- if gt (len $alerts) 1 }} ({{ len $alerts }} alerts){{ end }}
{{- end }}
{{ define "obs.lead.panel" -}}
{{- $alerts := .Alerts }}{{ if .Alerts.Firing }}{{ $alerts = .Alerts.Firing }}{{ end -}}
{{ with index $alerts 0 -}}
{{ if .Annotations.dashboard_url }}{{ template "obs.panel" . }}{{ else }}<grafana>{{ end }}
{{- end }}
{{- end }}
{{ define "obs.lead.logs" -}}
{{- $alerts := .Alerts }}{{ if .Alerts.Firing }}{{ $alerts = .Alerts.Firing }}{{ end -}}
{{ with index $alerts 0 -}}
{{ if .Annotations.logs_url }}{{ template "obs.logs" . }}{{ else }}<kibana>{{ end }}
{{- end }}
{{- end }}
{{ define "obs.lead.runbook" -}}
{{- $alerts := .Alerts }}{{ if .Alerts.Firing }}{{ $alerts = .Alerts.Firing }}{{ end -}}
{{ or (index $alerts 0).Annotations.runbook_url "<runbooks>" }}
{{- end }}
{{ define "obs.lead.query" -}}
{{- $alerts := .Alerts }}{{ if .Alerts.Firing }}{{ $alerts = .Alerts.Firing }}{{ end -}}
{{ template "obs.query" (index $alerts 0) }}
{{- end }}
{{ define "obs.lead.silence" -}}
{{- $alerts := .Alerts }}{{ if .Alerts.Firing }}{{ $alerts = .Alerts.Firing }}{{ end -}}
{{ template "obs.silence" (index $alerts 0) }}
{{- end }}
{{ define "obs.when" -}}
{{ if eq .Status "resolved" }}Over since {{ .EndsAt.UTC.Format "15:04" }}, began{{ else }}Since{{ end }}
{{- " " }}{{ .StartsAt.UTC.Format "15:04 UTC on 2 January" }}
{{- end }}
{{ define "obs.where" -}}
{{- $plain := stringSlice "alertname" "severity" "component" "cluster" "environment" "team" "prometheus" -}}
{{- range $i, $pair := (.Labels.Remove $plain).SortedPairs -}}
{{ if $i }}, {{ end }}{{ $pair.Name }} {{ $pair.Value }}
{{- end -}}
{{- end }}
"""

TEXT = r"""
{{ define "obs.pagerduty.severity" -}}
{{ if match "^(critical|warning)$" .CommonLabels.severity }}{{ .CommonLabels.severity }}{{ else }}info{{ end }}
{{- end }}
{{ define "obs.text.alert" -}}
{{ or .Annotations.summary .Labels.alertname }}
{{ with .Annotations.description }}{{ . }}
{{ end }}{{ template "obs.when" . }}. {{ .Labels.alertname }}: {{ template "obs.where" . }}
{{ if .Annotations.dashboard_url }}Panel: {{ template "obs.panel" . }}
{{ end }}{{ if .Annotations.logs_url }}Logs: {{ template "obs.logs" . }}
{{ end }}{{ if .Annotations.runbook_url }}Runbook: {{ template "obs.runbook" . }}
{{ end }}Query: {{ template "obs.query" . }}
Silence: {{ template "obs.silence" . }}
{{ end }}
{{ define "obs.text.firing" -}}
{{ range $i, $alert := .Alerts.Firing }}{{ if lt $i 20 }}{{ template "obs.text.alert" $alert }}
{{ end }}{{ end }}{{ if gt (len .Alerts.Firing) 20 }}The first 20 of {{ len .Alerts.Firing }}: <alertmanager>
{{ end }}
{{- end }}
{{ define "obs.text.resolved" -}}
{{ range $i, $alert := .Alerts.Resolved }}{{ if lt $i 20 }}{{ template "obs.text.alert" $alert }}
{{ end }}{{ end }}
{{- end }}
{{ define "obs.text" -}}
{{ template "obs.text.firing" . }}{{ if .Alerts.Resolved }}No longer firing:

{{ template "obs.text.resolved" . }}{{ end }}
{{- end }}
"""

SLACK = r"""
{{ define "obs.slack.color" -}}
{{ if ne .Status "firing" }}good{{ else if eq .CommonLabels.severity "critical" }}danger
{{- else if eq .CommonLabels.severity "warning" }}warning{{ else }}#439fe0{{ end }}
{{- end }}
{{ define "obs.slack.alert" -}}
*{{ or .Annotations.summary .Labels.alertname }}*
{{ with .Annotations.description }}{{ . }}
{{ end }}_{{ template "obs.when" . }} · {{ template "obs.where" . }}_
{{ if .Annotations.dashboard_url }}<{{ template "obs.panel" . }}|Panel> · {{ end }}
{{- if .Annotations.logs_url }}<{{ template "obs.logs" . }}|Logs> · {{ end }}
{{- if .Annotations.runbook_url }}<{{ template "obs.runbook" . }}|Runbook> · {{ end }}
{{- "" }}<{{ template "obs.query" . }}|Query> · <{{ template "obs.silence" . }}|Silence>
{{ end }}
{{ define "obs.slack.text" -}}
{{ range $i, $alert := .Alerts.Firing }}{{ if lt $i 5 }}{{ template "obs.slack.alert" $alert }}
{{ end }}{{ end }}{{ if gt (len .Alerts.Firing) 5 }}The first 5 of {{ len .Alerts.Firing }}: <<alertmanager>|see all>
{{ end }}{{ if .Alerts.Resolved }}*No longer firing*
{{ range $i, $alert := .Alerts.Resolved }}{{ if lt $i 5 }}{{ template "obs.slack.alert" $alert }}
{{ end }}{{ end }}{{ end }}
{{- end }}
"""
"""Slack shows some 8,000 characters of an attachment well: five alerts with their links."""

TEAMS = r"""
{{ define "obs.teams.alert" -}}
**{{ or .Annotations.summary .Labels.alertname }}**

{{ with .Annotations.description }}{{ . }}

{{ end }}{{ template "obs.when" . }} · {{ template "obs.where" . }}

{{ if .Annotations.dashboard_url }}[Panel]({{ template "obs.panel" . }}) · {{ end }}
{{- if .Annotations.logs_url }}[Logs]({{ template "obs.logs" . }}) · {{ end }}
{{- if .Annotations.runbook_url }}[Runbook]({{ template "obs.runbook" . }}) · {{ end }}
{{- "" }}[Query]({{ template "obs.query" . }}) · [Silence]({{ template "obs.silence" . }})
{{ end }}
{{ define "obs.teams.text" -}}
{{ range $i, $alert := .Alerts.Firing }}{{ if lt $i 5 }}{{ template "obs.teams.alert" $alert }}
{{ end }}{{ end }}{{ if gt (len .Alerts.Firing) 5 }}The first 5 of {{ len .Alerts.Firing }}: [see all](<alertmanager>)

{{ end }}{{ if .Alerts.Resolved }}**No longer firing**

{{ range $i, $alert := .Alerts.Resolved }}{{ if lt $i 5 }}{{ template "obs.teams.alert" $alert }}
{{ end }}{{ end }}{{ end }}
{{- end }}
"""
"""Teams refuses messages above 28 KB; five alerts stay below a third of it."""

TELEGRAM = r"""
{{ define "obs.telegram.alert" -}}
<b>{{ or .Annotations.summary .Labels.alertname }}</b>
{{ with .Annotations.description }}{{ . }}
{{ end }}<i>{{ template "obs.when" . }} · {{ template "obs.where" . }}</i>
{{ if .Annotations.dashboard_url }}<a href="{{ template "obs.panel" . }}">Panel</a> · {{ end }}
{{- if .Annotations.logs_url }}<a href="{{ template "obs.logs" . }}">Logs</a> · {{ end }}
{{- if .Annotations.runbook_url }}<a href="{{ template "obs.runbook" . }}">Runbook</a> · {{ end }}
{{- "" }}<a href="{{ template "obs.rule" . }}">Query</a> · <a href="{{ template "obs.silence" . }}">Silence</a>
{{ end }}
{{ define "obs.telegram.text" -}}
<b>{{ template "obs.subject" . }}</b>

{{ range $i, $alert := .Alerts.Firing }}{{ if lt $i 2 }}{{ template "obs.telegram.alert" $alert }}
{{ else if lt $i 8 }}• {{ or .Annotations.summary .Labels.alertname }}
{{ end }}{{ end }}{{ if gt (len .Alerts.Firing) 8 }}and more, {{ len .Alerts.Firing }} in all:
{{- " " }}<a href="<alertmanager>">see them</a>
{{ end }}{{ if not .Alerts.Firing }}{{ range $i, $alert := .Alerts.Resolved -}}
{{ if lt $i 2 }}{{ template "obs.telegram.alert" $alert }}
{{ else if lt $i 8 }}• {{ or .Annotations.summary .Labels.alertname }}
{{ end }}{{ end }}{{ end }}
{{- end }}
"""
"""Telegram takes 4,096 characters, markup included; Alertmanager sends an excuse instead of what is longer. So two
alerts have their links, always the short one of the rule, and six more a line."""

MAIL = r"""
{{ define "obs.mail.alert" -}}
<div style="border-left:4px solid {{ if ne .Status "firing" }}#2e7d32{{ else if eq .Labels.severity "critical" }}#c62828
{{- else if eq .Labels.severity "warning" }}#ef6c00{{ else }}#1565c0{{ end }};padding:4px 12px;margin:0 0 16px 0">
<p style="margin:0;font-weight:bold">{{ or .Annotations.summary .Labels.alertname }}</p>
<p style="margin:4px 0">{{ .Annotations.description }}</p>
<p style="margin:4px 0;color:#555555">
{{ template "obs.when" . }} · {{ .Labels.alertname }}: {{ template "obs.where" . }}</p>
<p style="margin:4px 0">
{{ if .Annotations.dashboard_url }}<a href="{{ template "obs.panel" . }}">Panel</a> · {{ end -}}
{{ if .Annotations.logs_url }}<a href="{{ template "obs.logs" . }}">Logs</a> · {{ end -}}
{{ if .Annotations.runbook_url }}<a href="{{ template "obs.runbook" . }}">Runbook</a> · {{ end -}}
<a href="{{ template "obs.query" . }}">Query</a> · <a href="{{ template "obs.silence" . }}">Silence</a></p>
</div>
{{ end }}
{{ define "obs.mail.html" -}}
<!DOCTYPE html>
<html><body style="font-family:sans-serif;font-size:14px;color:#222222">
<h2 style="font-size:18px;margin:0 0 12px 0">{{ template "obs.subject" . }}</h2>
{{ range .Alerts.Firing }}{{ template "obs.mail.alert" . }}{{ end }}
{{ if .Alerts.Resolved }}<h3 style="font-size:15px">No longer firing</h3>
{{ range .Alerts.Resolved }}{{ template "obs.mail.alert" . }}{{ end }}{{ end }}
<p style="color:#555555"><a href="<alertmanager>">All alerts</a></p>
</body></html>
{{ end }}
"""


def templates(platform: Platform) -> str:
    """The whole template file of one platform."""
    text = "".join(part.lstrip("\n") for part in (LINKS, WORDS, TEXT, SLACK, TEAMS, TELEGRAM, MAIL))
    links = platform.links
    for name in ("alertmanager", "prometheus", "grafana", "kibana", "runbooks"):
        text = text.replace(f"<{name}>", getattr(links, name))
    return text
