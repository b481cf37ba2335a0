"""Where documents go: Elasticsearch, or an aggregator before it; and what becomes of what nobody takes."""

from collections.abc import Iterable

from obs.conventions import DEAD_LETTERS, log_dataset, log_namespace, log_stream
from obs.model.logging import LogPlan
from obs.model.logs import Secret
from obs.render.fluentd_sections import Parameter, Section, Value, parameters, section
from obs.render.fluentd_sizes import Sizes
from obs.render.fluentd_sources import NAME, STATE
from obs.render.fluentd_stages import redaction

CERTIFICATES = "/fluentd/certs"
FORWARD_PORT = 24224
AGGREGATOR = f"{NAME}-aggregator"
VERSIONS = {"8.19": "8", "9": "9"}


def to_elasticsearch(logs: LogPlan, sizes: Sizes) -> Section:
    """Every document once, into its class's data stream."""
    return section(
        "label",
        "@DELIVER",
        section(
            "match",
            "**",
            *_elasticsearch(logs, "out_elasticsearch"),
            Parameter("index_name", "${tag}", "obs_document sends a document on under its data stream's name."),
            _buffer(sizes, "tag"),
            section(
                "secondary",
                "",
                *parameters(type="secondary_file", directory=f"{STATE}/given-up", basename="elasticsearch.${chunk_id}"),
                why="A chunk that no retry could deliver is kept as a file and told by an alert.",
            ),
        ),
    )


def to_aggregator(logs: LogPlan, sizes: Sizes) -> Section:
    """Every document to the aggregators, encrypted, acknowledged, in turns."""
    address = f"{AGGREGATOR}.{logs.logging.namespace}.svc"
    return section(
        "label",
        "@DELIVER",
        section(
            "match",
            "**",
            *parameters(type="forward", id="out_forward", transport="tls", tls_cert_path=f"{CERTIFICATES}/ca.crt"),
            *parameters(tls_verify_hostname=True),
            Parameter("require_ack_response", True, "A chunk counts as delivered when the aggregator has it on disk."),
            *parameters(ack_response_timeout="60s", heartbeat_type="transport", dns_round_robin=True),
            Parameter("expire_dns_cache", 30, "Aggregators that move are found again."),
            Parameter("ignore_network_errors_at_startup", True, "Otherwise a name that does not resolve ends Fluentd."),
            section("server", "", *parameters(host=address, port=FORWARD_PORT)),
            section(
                "security",
                "",
                *parameters(self_hostname="\"#{ENV['K8S_NODE_NAME']}\"", shared_key="\"#{ENV['FORWARD_KEY']}\""),
            ),
            _buffer(sizes, ""),
            section(
                "secondary",
                "",
                *parameters(type="secondary_file", directory=f"{STATE}/given-up", basename="forward.${chunk_id}"),
            ),
        ),
    )


def from_nodes() -> Section:
    """What an aggregator receives."""
    return section(
        "source",
        "",
        *parameters(type="forward", id="in_forward", label="@DELIVER", port=FORWARD_PORT, bind="0.0.0.0"),
        section(
            "transport",
            "tls",
            *parameters(cert_path=f"{CERTIFICATES}/tls.crt", private_key_path=f"{CERTIFICATES}/tls.key"),
            *parameters(min_version="TLSv1_2", max_version="TLSv1_3"),
        ),
        section(
            "security",
            "",
            *parameters(self_hostname="\"#{ENV['POD_NAME']}\"", shared_key="\"#{ENV['FORWARD_KEY']}\""),
        ),
    )


def dead_letters(logs: LogPlan, secrets: Iterable[Secret], show: Section) -> Section:
    """Whatever a plugin could not handle: redacted, kept in a file, and shown in Kibana as text no mapping refuses."""
    return section(
        "label",
        "@ERROR",
        _letter_text(),
        redaction(secrets),
        _letter(logs),
        section("match", "**", *parameters(type="copy", id="out_copy_dead"), _keep(), show),
        why="Elasticsearch's 400s, records without an id, errors of any filter: nothing is only logged.",
    )


def shown_by_aggregator(logs: LogPlan) -> Section:
    """Nodes send their dead letters like any other document, under the name of their data stream."""
    stream = log_stream(DEAD_LETTERS, logs.cluster)
    named = parameters(key="event.kind", pattern="/^pipeline_error$/", tag=stream)
    name = section("rule", "", *named, Parameter("label", "@DELIVER"))
    return section("store", "ignore_error", *parameters(type="rewrite_tag_filter", id="out_dead_letters_sent"), name)


def shown(logs: LogPlan) -> Section:
    """Straight to Elasticsearch, past @DELIVER: a dead letter that is refused may not become one again."""
    return section(
        "store",
        "ignore_error",
        *_elasticsearch(logs, "out_dead_letters_shown"),
        Parameter("index_name", log_stream(DEAD_LETTERS, logs.cluster)),
        section(
            "buffer",
            "",
            *parameters(type="file", flush_mode="interval", flush_interval="10s", chunk_limit_size="1m"),
            *parameters(total_limit_size="128m", overflow_action="drop_oldest_chunk", retry_timeout="1h"),
        ),
    )


def _keep() -> Section:
    return section(
        "store",
        "",
        *parameters(type="file", id="out_dead_letters", path=f"{STATE}/dead-letters/records", append=True),
        section("format", "", *parameters(type="json")),
        section(
            "buffer",
            "time",
            *parameters(type="file", path=f"{STATE}/dead-letters/buffer", timekey="1h", timekey_wait="10s"),
            *parameters(timekey_use_utc=True, flush_mode="interval", flush_interval="10s", total_limit_size="128m"),
            Parameter("overflow_action", "drop_oldest_chunk", "Dead letters never block the living."),
        ),
    )


def _letter_text() -> Section:
    """A record that failed before it was redacted is redacted here, as the text it becomes."""
    return section(
        "filter",
        "**",
        *parameters(type="record_modifier", id="f_letter_text", whitelist_keys="event.hash,event.created"),
        section(
            "record",
            "",
            Parameter("event.hash", '${record["event.hash"] || [tag, time.to_r].join("/")}'),
            Parameter("event.created", '${record["@timestamp"] || Time.at(time.to_r).utc.iso8601(9)}'),
            Parameter("message", "${record.to_json}", "As text: no mapping refuses it, and one pass redacts it."),
        ),
    )


def _letter(logs: LogPlan) -> Section:
    constants = {
        "data_stream.type": "logs",
        "data_stream.dataset": log_dataset(DEAD_LETTERS),
        "data_stream.namespace": log_namespace(logs.cluster),
        "event.kind": "pipeline_error",
        "event.dataset": "fluentd.dead_letters",
        "event.module": NAME,
        "service.name": NAME,
        "orchestrator.cluster.name": logs.cluster,
        "kubernetes.node.name": "\"#{ENV['K8S_NODE_NAME']}\"",
        "fluentd.tag": "${tag}",
        "fluentd.record": '${record["message"]}',
        # One expression for two fields: Fluentd reserves parameters that begin with @.
        "event.created": '${record["@timestamp"] = record["event.created"]}',
    }
    fixed = [Parameter(name, value) for name, value in sorted(constants.items())]
    return section("filter", "**", *parameters(type="record_modifier", id="f_letter"), section("record", "", *fixed))


def _elasticsearch(logs: LogPlan, name: str) -> tuple[Parameter, ...]:
    elasticsearch = logs.logging.elasticsearch
    return (
        Parameter("@type", "elasticsearch", "Not elasticsearch_data_stream: it only logs what is refused."),
        Parameter("@id", name),
        Parameter("hosts", logs.logging.endpoint),
        *parameters(ca_file=f"{CERTIFICATES}/ca.crt", ssl_verify=True, ssl_version="TLSv1_2"),
        Parameter("api_key", "\"#{ENV['ES_API_KEY']}\"", "id:key as it is; the plugin encodes it."),
        Parameter("write_operation", "create", "All a data stream takes; what it has already is delivered."),
        Parameter("id_key", "$['event.hash']", "With plain dots it looks for an object, and drops every record."),
        Parameter("emit_error_for_missing_id", True, "Without an id the record would be skipped in silence."),
        Parameter("suppress_type_name", True),
        Parameter("default_elasticsearch_version", VERSIONS[elasticsearch.version], "The default is 5."),
        Parameter("verify_es_version_at_startup", False, "Fluentd starts, and reads, while Elasticsearch is away."),
        *_connection(),
        Parameter("log_es_400_reason", True, "The reason of a dead letter stands in Fluentd's own log."),
        Parameter("bulk_message_request_threshold", -1, "A chunk is a bulk: one failed part would repeat the others."),
        *parameters(compression_level="default_compression", slow_flush_log_threshold="25.0"),
    )


def _connection() -> tuple[Parameter, ...]:
    told: dict[str, Value] = {
        "reload_connections": False,
        "reconnect_on_error": True,
        "reload_on_failure": True,
        "resurrect_after": "5s",
    }
    return (
        *parameters(**told),
        Parameter("request_timeout", "30s", "Five seconds, the default, end while Elasticsearch works: sent twice."),
    )


def _buffer(sizes: Sizes, keys: str) -> Section:
    return section(
        "buffer",
        keys,
        *parameters(type="file", flush_mode="interval", flush_interval="5s"),
        Parameter("flush_thread_count", 2, "Threads hide latency only: one core runs Ruby."),
        Parameter("flush_at_shutdown", False, "The files survive; flushing would hold up the drain of a node."),
        Parameter("chunk_limit_size", f"{sizes.chunk}m", "A chunk is one bulk; 256 MB, the default, is refused."),
        Parameter("total_limit_size", f"{sizes.share_of_buffer}m", "The default is 64 GB of the node's disk."),
        Parameter("overflow_action", "block", "Tail stops reading; the kubelet's files are the last buffer."),
        *parameters(retry_type="exponential_backoff", retry_wait="1s", retry_max_interval="60s"),
        Parameter("retry_timeout", "24h", "Then to <secondary>; retry_forever lets one bad chunk block for ever."),
    )
