"""Parameters of the filter plugins in our image, as their sources declare them; ours are at the end.

One parameter a line: name, type, default ("-" is none; without one the parameter is required). Lines in angle brackets
begin a section's parameters.
"""

FILTERS = {
    "concat": """
        key string
        separator string -
        n_lines integer -
        multiline_start_regexp string -
        multiline_end_regexp string -
        continuous_line_regexp string -
        stream_identity_key string -
        flush_interval time 60
        timeout_label string -
        use_first_timestamp bool false
        partial_key string -
        partial_value string -
        keep_partial_key bool false
        use_partial_metadata bool false
        partial_metadata_format enum(docker-fluentd|docker-journald|docker-journald-lowercase) docker-fluentd
        keep_partial_metadata bool false
        use_partial_cri_logtag bool false
        partial_cri_logtag_key string -
        partial_cri_stream_key string stream
        buffer_limit_size size 512000
        buffer_overflow_method enum(ignore|truncate|drop|new) ignore
    """,
    "record_modifier": """
        prepare_value string -
        char_encoding string -
        remove_keys array -
        whitelist_keys string -
        <replace>
        key string
        replace string
    """,
    "record_transformer": """
        remove_keys array -
        keep_keys array -
        renew_record bool false
        renew_time_key string -
        enable_ruby bool false
        auto_typecast bool true
    """,
    "kubernetes_metadata": """
        kubernetes_url string -
        cache_size integer 1000
        cache_ttl integer 3600
        ignore_nil integer true
        watch bool true
        apiVersion string v1
        client_cert string -
        client_key string -
        ca_file string -
        verify_ssl bool true
        open_timeout integer 3
        read_timeout integer 10
        tag_to_kubernetes_name_regexp string
        bearer_token_file string -
        secret_dir string /var/run/secrets/kubernetes.io/serviceaccount
        annotation_match array -
        stats_interval integer 30
        allow_orphans bool true
        orphaned_namespace_name string .orphaned
        orphaned_namespace_id string orphaned
        lookup_from_k8s_field bool true
        ssl_partial_chain bool false
        skip_labels bool false
        skip_pod_labels bool false
        skip_namespace_labels bool false
        skip_container_metadata bool false
        skip_master_url bool false
        skip_namespace_metadata bool false
        include_ownerrefs_metadata bool false
        test_api_adapter string -
        watch_retry_interval integer 1
        watch_retry_exponential_backoff_base integer 2
        watch_retry_max_times integer 10
    """,
    "parser": """
        key_name string
        reserve_data bool false
        reserve_time bool false
        remove_key_name_field bool false
        inject_key_prefix string -
        replace_invalid_sequence bool false
        hash_value_field string -
        emit_invalid_record_to_error bool true
    """,
    "grep": """
        <regexp>
        key string
        pattern regexp
        <exclude>
        key string
        pattern regexp
        <and.regexp>
        key string
        pattern regexp
        <and.exclude>
        key string
        pattern regexp
        <or.regexp>
        key string
        pattern regexp
        <or.exclude>
        key string
        pattern regexp
    """,
    "elasticsearch_genid": """
        hash_id_key string _hash
        include_tag_in_seed bool false
        include_time_in_seed bool false
        use_record_as_seed bool false
        use_entire_record bool false
        record_keys array -
        separator string _
        hash_type enum(md5|sha1|sha256|sha512) sha1
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
    "obs_batch": "",
    "obs_redact": """
        key string message
        secret string -
        <rule>
        name string
        only string -
        needs array -
        expression regexp
        replace string
        pseudonym bool false
    """,
}
