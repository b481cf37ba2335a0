"""Parameters of the output plugins in our image, as their sources declare them.

One parameter a line: name, type, default ("-" is none; without one the parameter is required). Lines in angle brackets
begin a section's parameters.
"""

OUTPUTS = {
    "elasticsearch": """
        host string localhost
        port integer 9200
        user string -
        password string -
        cloud_id string -
        cloud_auth string -
        path string -
        scheme enum(https|http) http
        hosts string -
        target_index_key string -
        target_type_key string -
        time_key_format string -
        time_precision integer 9
        include_timestamp bool false
        logstash_format bool false
        logstash_prefix string logstash
        logstash_prefix_separator string -
        logstash_dateformat string %Y.%m.%d
        utc_index bool true
        type_name string -
        suppress_type_name bool false
        index_name string fluentd
        id_key string -
        write_operation string index
        parent_key string -
        routing_key string -
        request_timeout time 5
        reload_connections bool true
        reload_on_failure bool false
        retry_tag string -
        resurrect_after time 60
        time_key string -
        time_key_exclude_timestamp bool false
        ssl_verify bool true
        client_key string -
        client_cert string -
        client_key_pass string -
        ca_file string -
        ssl_version enum(SSLv23|TLSv1|TLSv1_1|TLSv1_2) TLSv1_2
        ssl_min_version enum(TLSv1|TLSv1_1|TLSv1_2|TLSv1_3) -
        ssl_max_version enum(TLSv1|TLSv1_1|TLSv1_2|TLSv1_3) -
        remove_keys string -
        remove_keys_on_update string -
        remove_keys_on_update_key string -
        flatten_hashes bool false
        flatten_hashes_separator string _
        template_name string -
        template_file string -
        template_overwrite bool false
        customize_template hash -
        rollover_index string false
        index_date_pattern string now/d
        index_separator string -
        deflector_alias string -
        index_prefix string logstash
        application_name string default
        templates hash -
        max_retry_putting_template integer 10
        fail_on_putting_template_retry_exceed bool true
        fail_on_detecting_es_version_retry_exceed bool true
        max_retry_get_es_version integer 15
        include_tag_key bool false
        tag_key string tag
        time_parse_error_tag string Fluent::ElasticsearchOutput::TimeParser.error
        reconnect_on_error bool false
        pipeline string -
        with_transporter_log bool false
        emit_error_for_missing_id bool false
        sniffer_class_name string -
        selector_class_name string -
        reload_after integer -
        content_type enum(application/json|application/x-ndjson) application/json
        include_index_in_url bool false
        http_backend enum(excon|typhoeus) excon
        http_backend_excon_nonblock bool true
        validate_client_version bool false
        prefer_oj_serializer bool false
        unrecoverable_error_types array -
        verify_es_version_at_startup bool true
        default_elasticsearch_version integer -
        log_es_400_reason bool false
        custom_headers hash -
        api_key string -
        suppress_doc_wrap bool false
        ignore_exceptions array -
        exception_backup bool true
        bulk_message_request_threshold size -
        compression_level enum(no_compression|best_speed|best_compression|default_compression) no_compression
        enable_ilm bool false
        ilm_policy_id string -
        ilm_policy hash -
        ilm_policies hash -
        ilm_policy_overwrite bool false
        truncate_caches_interval time -
        use_legacy_template bool true
        catch_transport_exception_on_retry bool true
        target_index_affinity bool false
        <metadata>
        include_chunk_id bool false
        chunk_id_key string -
    """,
    "forward": """
        transport enum(tcp|tls) tcp
        send_timeout time 60
        connect_timeout time -
        heartbeat_type enum(transport|tcp|udp|none) transport
        heartbeat_interval time 1
        recover_wait time 10
        hard_timeout time 60
        phi_threshold integer 16
        phi_failure_detector bool true
        require_ack_response bool false
        ack_response_timeout time 190
        read_interval_msec integer 50
        read_length size 512
        expire_dns_cache time -
        dns_round_robin bool false
        ignore_network_errors_at_startup bool false
        verify_connection_at_startup bool false
        compress enum(text|gzip) text
        tls_version string -
        tls_ciphers string -
        tls_insecure_mode bool false
        tls_allow_self_signed_cert bool false
        tls_verify_hostname bool true
        tls_ca_cert_path array -
        tls_cert_path array -
        tls_client_cert_path string -
        tls_client_private_key_path string -
        tls_client_private_key_passphrase string -
        tls_cert_thumbprint string -
        tls_cert_logical_store_name string -
        tls_cert_use_enterprise_store bool true
        keepalive bool false
        keepalive_timeout time -
        <security>
        self_hostname string
        shared_key string
        <server>
        host string
        name string -
        port integer -
        shared_key string -
        username string -
        password string -
        standby bool false
        weight integer 60
    """,
    "file": """
        path string
        add_path_suffix bool true
        path_suffix string .log
        append bool false
        compress string text
        recompress bool false
        symlink_path string -
    """,
    "secondary_file": """
        directory string
        basename string dump.bin
        append bool false
        compress enum(text|gzip) text
    """,
    "copy": """
        deep_copy bool false
        copy_mode enum(no_copy|shallow|deep|marshal) no_copy
        <store>
    """,
    "relabel": """
    """,
    "null": """
        never_flush bool false
    """,
    "rewrite_tag_filter": """
        capitalize_regex_backreference bool false
        remove_tag_prefix string -
        remove_tag_regexp regexp -
        hostname_command string hostname
        emit_mode enum(record|batch) batch
        <rule>
        key string
        pattern regexp
        tag string
        label string -
        invert bool false
    """,
    "obs_document": """
        table string
        documents string
        runtime enum(containerd|docker|mixed) mixed
        event_wait time 2
        part_wait time 10
        secret string -
        <rule>
        name string
        only string -
        needs array -
        expression regexp
        replace string
        pseudonym bool false
    """,
    "detect_exceptions": """
        remove_tag_prefix string
        message string -
        multiline_flush_interval time -
        languages array -
        force_line_breaks bool false
        max_lines integer 1000
        max_bytes integer 0
        stream string -
    """,
    "stdout": """
        use_logger bool true
    """,
    "prometheus": """
        <labels>
        <metric>
        name string
        type enum(counter|gauge|summary|histogram)
        desc string
        key string -
        buckets array -
        <metric.labels>
    """,
}
