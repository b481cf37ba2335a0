"""What our pipeline is measured against: the reference pipeline of its design notes, and a stock daemonset's.

Both are Fluentd configurations with the same stages as the originals, reading the same files and writing to the same
sink. `/var/log/pods`, `/var/lib/obs-fluentd` and `{port}` are filled in by the bench.
"""

REFERENCE = r"""
<system>
  root_dir /var/lib/obs-fluentd
  enable_msgpack_time_support true
</system>
<label @FLUENT_LOG>
  <match **>
    @type null
  </match>
</label>
<source>
  @type tail
  @id in_tail_containers
  @label @PARTS
  path /var/log/pods/*/*/*.log
  pos_file /var/lib/obs-fluentd/pos/containers.pos
  tag kubernetes.*
  read_from_head true
  follow_inodes true
  refresh_interval 5s
  rotate_wait 30s
  enable_stat_watcher false
  max_line_size 1m
  emit_unmatched_lines true
  <parse>
    @type multi_format
    <pattern>
      format regexp
      expression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[FP])(?:[^ ]*) (?<message>.*)$/
      time_format %Y-%m-%dT%H:%M:%S.%N%:z
      keep_time_key true
    </pattern>
    <pattern>
      format json
      time_key time
      time_format %Y-%m-%dT%H:%M:%S.%N%:z
      keep_time_key true
    </pattern>
  </parse>
</source>
<label @PARTS>
  <filter kubernetes.**>
    @type concat
    key message
    use_partial_cri_logtag true
    partial_cri_logtag_key logtag
    partial_cri_stream_key __keep__
    stream_identity_key stream
    separator ""
    use_first_timestamp true
    flush_interval 10
    timeout_label @JOINED
  </filter>
  <match **>
    @type relabel
    @label @JOINED
  </match>
</label>
<label @JOINED>
  <filter kubernetes.**>
    @type concat
    key log
    multiline_end_regexp /\n$/
    separator ""
    stream_identity_key stream
    use_first_timestamp true
    flush_interval 5
    timeout_label @NORMAL
  </filter>
  <match **>
    @type relabel
    @label @NORMAL
  </match>
</label>
<label @NORMAL>
  <filter kubernetes.**>
    @type record_modifier
    remove_keys log,logtag
    <record>
      message ${record["message"] || record["log"].to_s.chomp}
    </record>
  </filter>
  <match kubernetes.**_peatio-** kubernetes.**_barong-**>
    @type relabel
    @label @RUBY
  </match>
  <match kubernetes.**>
    @type detect_exceptions
    @label @ENRICH
    remove_tag_prefix obs_none
    message message
    stream stream
    languages ["java", "python", "go", "js"]
    force_line_breaks true
    multiline_flush_interval 2
    max_lines 500
    max_bytes 500000
  </match>
</label>
<label @RUBY>
  <filter **>
    @type concat
    key message
    multiline_start_regexp /^(?:\{|[DIWEFA], \[|[A-Z]+ |\S+ \S+ HTTP|(?!\s+from |\s*\/\S+:\d+:in |\s+\S+\.rb:\d+).)/
    continuous_line_regexp /^(?:\s+from |\s*\/?\S+\.rb:\d+:in |\s{2,})/
    stream_identity_key stream
    separator "\n"
    use_first_timestamp true
    flush_interval 2
    timeout_label @ENRICH
  </filter>
  <match **>
    @type relabel
    @label @ENRICH
  </match>
</label>
<label @ENRICH>
  <filter **>
    @type record_modifier
    <replace>
      key message
      expression /(?i:(bearer|basic)\s+)[A-Za-z0-9\-_.=+\/]+/
      replace '\1 [REDACTED]'
    </replace>
    <replace>
      key message
      expression /((?i:"(?:password|secret|api_?key|token|otp_code|private_key)"\s*:\s*"))[^"]*/
      replace '\1[REDACTED]'
    </replace>
    <replace>
      key message
      expression /((?i:(?:password|secret|api_?key|token|otp_code))=)[^&\s"]+/
      replace '\1[REDACTED]'
    </replace>
  </filter>
  <filter **>
    @type kubernetes_metadata
    tag_to_kubernetes_name_regexp POD_OF_TAG
    watch false
    skip_master_url true
    skip_namespace_metadata true
    cache_size 2000
    cache_ttl 3600
  </filter>
  <filter **>
    @type parser
    key_name message
    reserve_data true
    reserve_time true
    hash_value_field app
    emit_invalid_record_to_error false
    <parse>
      @type json
    </parse>
  </filter>
  <filter **>
    @type elasticsearch_genid
    hash_id_key event.hash
    use_record_as_seed true
    use_entire_record false
    record_keys ["time", "stream", "message"]
    include_tag_in_seed true
    include_time_in_seed true
    hash_type sha1
  </filter>
  <match **>
    @type elasticsearch
    @id out_elasticsearch
    hosts https://elasticsearch.logging.svc:9200
    index_name logs-kubernetes.container_logs-${$.kubernetes.namespace_name}
    write_operation create
    id_key $['event.hash']
    emit_error_for_missing_id true
    include_timestamp true
    time_precision 9
    suppress_type_name true
    default_elasticsearch_version 8
    verify_es_version_at_startup false
    reload_connections false
    reconnect_on_error true
    reload_on_failure true
    resurrect_after 5s
    request_timeout 30s
    compression_level default_compression
    bulk_message_request_threshold -1
    <buffer tag, $.kubernetes.namespace_name>
      @type file
      flush_mode interval
      flush_interval 5s
      flush_thread_count 2
      chunk_limit_size 8MB
      total_limit_size 2GB
      queued_chunks_limit_size 64
      overflow_action block
      retry_wait 1s
      retry_max_interval 60s
    </buffer>
  </match>
</label>
"""
"""Joins, redacts by three rules, looks up pods, parses JSON, names and sends: what a careful team writes by hand."""

STOCK = r"""
<system>
  root_dir /var/lib/obs-fluentd
</system>
<label @FLUENT_LOG>
  <match **>
    @type null
  </match>
</label>
<source>
  @type tail
  @id in_tail_containers
  path /var/log/pods/*/*/*.log
  pos_file /var/lib/obs-fluentd/pos/containers.pos
  tag kubernetes.*
  read_from_head true
  <parse>
    @type cri
  </parse>
</source>
<filter kubernetes.**>
  @type kubernetes_metadata
  tag_to_kubernetes_name_regexp POD_OF_TAG
  watch false
</filter>
<match **>
  @type elasticsearch
  @id out_elasticsearch
  hosts https://elasticsearch.logging.svc:9200
  logstash_format true
  include_tag_key true
  type_name _doc
  suppress_type_name true
  default_elasticsearch_version 8
  verify_es_version_at_startup false
  reload_connections false
  reconnect_on_error true
  reload_on_failure true
  <buffer>
    flush_thread_count 8
    flush_interval 5s
    chunk_limit_size 2M
    queue_limit_length 32
    retry_max_interval 30
    retry_forever true
  </buffer>
</match>
"""
"""The official daemonset image's for containerd, with a look-up of pods: nothing joined, parsed, redacted or named."""

POD_OF_TAG = (
    r"var\.log\.pods\.(?<namespace>[^_]+)_(?<pod_name>[^_]+)_(?<pod_uuid>[a-z0-9-]+)\.(?<container_name>.+)\.\d+\.log$"
)


def configuration(text: str) -> dict[str, str]:
    """The files of a peer; both read a pod's name in the tag alike."""
    return {"fluent.conf": text.replace("POD_OF_TAG", POD_OF_TAG)}
