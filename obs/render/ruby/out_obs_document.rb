# Lines become documents: whose they are, whole, one event each, redacted, named, parsed; sent on under the name of
# their data stream.
require "digest"
require "json"
require "fluent/plugin/output"
require_relative "obs_fields"
require_relative "obs_lines"
require_relative "obs_redaction"

module Fluent::Plugin
  class ObsDocumentOutput < Output
    Fluent::Plugin.register_output("obs_document", self)
    helpers :event_emitter, :timer
    include Fluent::ObsRedaction::Rules

    FILE = /\A.*\.\d+\.log/
    OBJECT = "{\"".b.freeze

    # Whose lines: the file under its first name, data stream, format, and the fields all its documents share.
    Origin = Struct.new(:file, :tag, :stream, :format, :base)
    # How a format's texts are redacted, read and joined.
    Format = Struct.new(:name, :redaction, :fields, :join)

    desc "File of formats, routes, classes and constants"
    config_param :table, :string
    desc "Label of documents"
    config_param :documents, :string
    desc "How the container runtime writes lines"
    config_param :runtime, :enum, list: [:containerd, :docker, :mixed], default: :mixed
    desc "How long an event waits for more lines"
    config_param :event_wait, :time, default: 2
    desc "How long a part waits for its rest"
    config_param :part_wait, :time, default: 10

    def configure(conf)
      super
      told = JSON.parse(File.read(@table))
      @formats = told.fetch("formats").to_h { |name, one| [name, format_of(name, one, told.fetch("levels"))] }
      origin = told.fetch("origin")
      @constants = origin.fetch("constants").freeze
      @routes = origin.fetch("routes").map { |r| [r["namespace"], r["labels"].to_a, r["service"], r["format"]].freeze }
      @classes = origin.fetch("classes").freeze
      @fallback = origin.fetch("fallback").freeze
      @runtimes = Fluent::ObsRuntime.new(@runtime.to_s)
      @parts = Fluent::ObsParts.new
      @origins = {}
      @lock = Mutex.new
    end

    def multi_workers_ready?
      true
    end

    def start
      super
      @to_documents = event_emitter_router(@documents)
      timer_execute(:obs_document_waiting, 1) { flush(now - @part_wait, now - @event_wait) }
    end

    # What waits at the end goes on as it is; sources read once more when they shut down.
    def shutdown
      flush(now, now)
      super
    end

    def process(tag, events)
      ready = []
      events.each do |time, record|
        if record.key?("lines") then batch(tag, record, ready)
        else ready << single(tag, time, record)
        end
      end
      send_on(ready)
    end

    private

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end

    def format_of(name, told, levels)
      rules = @rules.select { |rule| rule.only.empty? || rule.only == name }
      fields = Fluent::ObsFields.new(name, told, levels)
      Format.new(name, Fluent::ObsRedaction.new(rules, @secret), fields, join_of(told))
    end

    def join_of(told)
      return Fluent::ObsJoin.new(*told["join"].map { |text| Regexp.new(text) }) if told["join"]
      told["traces"].empty? ? nil : Fluent::ObsTraces.new(told["traces"])
    end

    # All lines of one read of one file.
    def batch(tag, record, ready)
      origin = origin_of(tag, record, nil)
      since = now
      @lock.synchronize do
        record["lines"].each do |raw|
          time, stream, text, whole = @runtimes.read(raw)
          line = @parts.add(Fluent::ObsLine.new(origin, time, stream, text, since), whole)
          event(line, ready) if line
        end
      end
    end

    # Objects are whole and pass by; texts wait for what may belong to them.
    def event(line, ready)
      join = line.origin.format.join
      if join.nil? || line.text.start_with?(OBJECT) then ready << line
      else ready.concat(join.add(line))
      end
    end

    # A line of no container; it has its time already.
    def single(tag, time, record)
      origin = origin_of(tag, record, record["obs_format"])
      Fluent::ObsLine.new(origin, Time.at(time.to_r).utc.iso8601(9), nil, record["message"].to_s.b, now)
    end

    def flush(parts, events)
      ready = []
      @lock.synchronize do
        @parts.expired(parts).each { |line| event(line, ready) }
        @formats.each_value { |form| ready.concat(form.join.expired(events)) if form.join }
      end
      send_on(ready)
    end

    # Nothing is emitted under the lock: a buffer that is full holds up whoever fills it, and nobody else.
    def send_on(ready)
      documents = {}
      time = Fluent::EventTime.now
      ready.each do |line|
        origin = line.origin
        (documents[origin.stream] ||= Fluent::MultiEventStream.new).add(time, document(line))
      rescue StandardError => error
        router.emit_error_event(origin.tag, time, {"message" => line.text, "time" => line.time}, error)
      end
      documents.each { |stream, events| @to_documents.emit_stream(stream, events) }
    end

    def document(line)
      origin = line.origin
      # Times without a clock of their own are those of the reading: a data stream takes no document without one.
      created = moment(line.time) || Time.now.utc.iso8601(9)
      text = origin.format.redaction.clean(valid(line.text))
      document = origin.base.dup
      document["@timestamp"] = document["event.created"] = created
      document["log.iostream"] = line.stream if line.stream
      document["event.hash"] = identity(origin, line, text)
      origin.format.fields.fill(document, text)
      document
    end

    def moment(time)
      Fluent::ObsFields::PLAIN.match?(time.to_s) ? time : @formats.each_value.first.fields.moment(time)
    end

    # Bytes that are no UTF-8 would have the whole document refused. The text stays binary: so are the expressions.
    def valid(text)
      return text if text.ascii_only?
      told = text.dup.force_encoding(Encoding::UTF_8)
      told.valid_encoding? ? text : told.scrub.b
    end

    # The same line read again gets the same id, and Elasticsearch refuses the second. The time as text has nanoseconds;
    # the file's first name stays when it is rotated. Elasticsearch keeps ids of this alphabet as twenty bytes.
    def identity(origin, line, text)
      digest = Digest::SHA1.digest("#{origin.file}_#{line.time}_#{line.stream}_#{text}")
      [digest].pack("m0").tr("+/", "-_").delete("=")
    end

    def origin_of(tag, record, named)
      pod = record["kubernetes"] || {}
      known = @origins[tag]
      return known[1] if known && known[0] == pod
      @origins.clear if @origins.size > 5000
      origin = made(tag, pod, record["docker"] || {}, named)
      @origins[tag] = [pod, origin]
      origin
    end

    def made(tag, pod, docker, named)
      namespace, labels = pod["namespace_name"], pod["labels"] || {}
      service, routed = route(namespace, labels)
      service ||= labels["app.kubernetes.io/name"] || labels["app"] || pod["container_name"]
      format = @formats.fetch(named || routed)
      stream, dataset = @classes.fetch(namespace) { @classes.fetch("") }
      base = @constants.merge(
        "service.name" => service,
        "data_stream.dataset" => dataset,
        "event.module" => format.name,
        **pod_fields(pod, docker, labels),
      ).compact
      Origin.new(tag[FILE] || tag, tag, stream, format, base.freeze)
    end

    def route(namespace, labels)
      found = @routes.find { |ns, wanted, _, _| ns == namespace && wanted.all? { |k, v| labels[k] == v } }
      found ? found[2, 2] : [nil, @fallback]
    end

    def pod_fields(pod, docker, labels)
      {
        "kubernetes.namespace" => pod["namespace_name"],
        "kubernetes.pod.name" => pod["pod_name"],
        "kubernetes.pod.uid" => pod["pod_id"],
        "kubernetes.container.name" => pod["container_name"],
        "kubernetes.node.name" => pod["host"] || ENV["K8S_NODE_NAME"],
        "kubernetes.labels" => labels.empty? ? nil : labels,
        "container.id" => docker["container_id"],
        "container.image.name" => pod["container_image"],
      }
    end
  end
end
