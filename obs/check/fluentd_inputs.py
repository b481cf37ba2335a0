"""Parameters of the input plugins in our image, as their sources declare them.

One parameter a line: name, type, default ("-" is none; without one the parameter is required). Lines in angle brackets
begin a section's parameters.
"""

INPUTS = {
    "tail": """
        path string
        path_delimiter string -
        glob_policy enum(backward_compatible|extended|always) backward_compatible
        tag string
        exclude_path array -
        rotate_wait time 5
        pos_file string -
        pos_file_compaction_interval time -
        read_from_head bool false
        refresh_interval time 60
        read_lines_limit integer 1000
        read_bytes_limit_per_second size -1
        multiline_flush_interval time -
        emit_unmatched_lines bool false
        enable_watch_timer bool true
        enable_stat_watcher bool true
        encoding string -
        from_encoding string -
        path_key string -
        open_on_every_update bool false
        limit_recently_modified time -
        skip_refresh_on_startup bool false
        ignore_repeated_permission_error bool false
        path_timezone string -
        follow_inodes bool false
        max_line_size size -
        <group>
        pattern regexp -
        rate_period time 60
        <group.rule>
        match hash -
        limit integer -1
    """,
    "forward": """
        port integer -
        bind string 0.0.0.0
        backlog integer -
        linger_timeout integer -
        blocking_timeout time 0.5
        resolve_hostname bool -
        deny_keepalive bool false
        send_keepalive_packet bool false
        chunk_size_warn_limit size -
        chunk_size_limit size -
        skip_invalid_event bool false
        source_address_key string -
        source_hostname_key string -
        tag string -
        add_tag_prefix string -
        <security>
        self_hostname string
        shared_key string
        user_auth bool false
        allow_anonymous_source bool true
        <security.user>
        username string
        password string
        <security.client>
        host string -
        network string -
        shared_key string -
        users array -
        <transport>
        version string TLSv1_2
        min_version string -
        max_version string -
        ciphers string -
        insecure bool false
        ca_path string -
        cert_path string -
        private_key_path string -
        private_key_passphrase string -
        client_cert_auth bool false
    """,
    "systemd": """
        path string /var/log/journal
        filters array -
        matches array -
        read_from_head bool false
        tag string
        <entry>
        field_map hash -
        field_map_strict bool false
        fields_strip_underscores bool false
        fields_lowercase bool false
        <entry>
        field_map hash -
        field_map_strict bool false
        fields_strip_underscores bool false
        fields_lowercase bool false
    """,
    "prometheus": """
        bind string 127.0.0.1
        port integer 24231
        metrics_path string /metrics
        aggregated_metrics_path string /aggregated_metrics
        <ssl>
        enable bool false
        certificate_path string -
        private_key_path string -
        ca_path string -
        extra_conf hash -
        content_encoding enum(identity|gzip) identity
        ignore_error_log_interval time 3600
    """,
    "prometheus_output_monitor": """
        interval time 5
        gauge_all bool true
    """,
    "prometheus_tail_monitor": """
        interval time 5
    """,
}
