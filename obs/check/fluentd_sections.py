"""Sections that many plugins share, and the types their parameters have."""

import json
import re
from collections.abc import Callable

SHARED = {
    "buffer": """
        path string -
        path_suffix string .log
        file_permission string -
        dir_permission string -
        chunk_limit_size size 8m
        total_limit_size size 512m
        queue_limit_length integer -
        chunk_limit_records integer -
        chunk_full_threshold float 0.95
        queued_chunks_limit_size integer -
        compress enum(text|gzip|zstd) text
        disable_chunk_backup bool false
        timekey time -
        timekey_wait time 600
        timekey_use_utc bool false
        timekey_zone string -
        flush_at_shutdown bool -
        flush_mode enum(default|lazy|interval|immediate) default
        flush_interval time 60
        flush_thread_count integer 1
        flush_thread_interval float 1.0
        flush_thread_burst_interval float 1.0
        delayed_commit_timeout time 60
        overflow_action enum(throw_exception|block|drop_oldest_chunk) throw_exception
        retry_forever bool false
        retry_timeout time 259200
        retry_max_times integer -
        retry_secondary_threshold float 0.8
        retry_type enum(exponential_backoff|periodic) exponential_backoff
        retry_wait time 1
        retry_exponential_backoff_base float 2
        retry_max_interval time -
        retry_randomize bool true
    """,
    "parse": """
        types hash -
        time_key string -
        null_value_pattern regexp -
        null_empty_string bool false
        estimate_current_event bool true
        keep_time_key bool false
        timeout time -
        time_type enum(float|unixtime|string|mixed) float
        time_format string -
        time_format_fallbacks array -
        localtime bool true
        utc bool false
        timezone string -
        expression regexp -
        json_parser enum(oj|yajl|json) oj
        stream_buffer_size integer 8192
        message_key string message
        format_key string -
        <pattern>
        format string
        format_name string -
        types hash -
        time_key string -
        keep_time_key bool false
        estimate_current_event bool true
        time_type enum(float|unixtime|string|mixed) float
        time_format string -
        utc bool false
        localtime bool true
        timezone string -
        expression regexp -
        json_parser enum(oj|yajl|json) oj
    """,
    "format": """
        add_newline bool true
        json_parser string oj
        delimiter string -
        output_tag bool true
        output_time bool true
        message_key string message
    """,
    "inject": """
        hostname_key string -
        hostname string -
        worker_id_key string -
        tag_key string -
        time_key string -
        time_type enum(float|unixtime|unixtime_millis|unixtime_micros|unixtime_nanos|string) float
        time_format string -
        localtime bool true
        utc bool false
        timezone string -
    """,
    "storage": """
        path string -
        persistent bool false
        autosave bool true
        autosave_interval time 10
        save_at_shutdown bool true
        pretty_print bool false
        usage string -
    """,
    "record": """
        * string -
    """,
    "labels": """
        * string -
    """,
}
"""Section -> its parameters, in the notation of the plugins' tables; * stands for any name."""

EVERY_PLUGIN = """
        @type string
        @id string -
        @label string -
        @log_level enum(trace|debug|info|warn|error|fatal) -
"""
OUTPUT = """
        time_as_integer bool false
        slow_flush_log_threshold float 20.0
"""
SYSTEM = """
        workers integer 1
        root_dir string -
        log_level enum(trace|debug|info|warn|error|fatal) info
        suppress_repeated_stacktrace bool -
        emit_error_log_interval time -
        ignore_same_log_interval time -
        suppress_config_dump bool -
        without_source bool -
        rpc_endpoint string -
        process_name string -
        strict_config_value bool -
        enable_msgpack_time_support bool -
        enable_input_metrics bool -
        enable_size_metrics bool -
"""


def _regexp(text: str) -> bool:
    return bool(re.fullmatch(r"/.*/[imnx]*", text, re.DOTALL))


def _json(kind: type) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        if not text.startswith(("[", "{")):
            return True
        try:
            return isinstance(json.loads(text), kind)
        except ValueError:
            return False

    return fits


TYPES: dict[str, tuple[str, Callable[[str], bool]]] = {
    "string": ("text", lambda text: True),
    "integer": ("a whole number", lambda text: bool(re.fullmatch(r"-?\d+", text))),
    "float": ("a number", lambda text: bool(re.fullmatch(r"-?\d+(\.\d+)?", text))),
    "bool": ("true or false", lambda text: text in ("true", "false", "yes", "no")),
    "time": ("a time such as 30s", lambda text: bool(re.fullmatch(r"-?\d+(\.\d+)?[smhd]?", text))),
    "size": ("a size such as 8m", lambda text: bool(re.fullmatch(r"-?\d+[kKmMgGtT]?", text))),
    "regexp": ("an expression between slashes", _regexp),
    "array": ("a list", _json(list)),
    "hash": ("an object", _json(dict)),
}
"""Type -> how it is called, and whether a text is one."""
