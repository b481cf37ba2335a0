'''Our three Fluentd filters, in Ruby: whose line it is, redaction, and the document. All that standard plugins lack.

They read `tables.json`, which is made from the catalogue and the spec, so there is no knowledge in them. Everything
else of the pipeline is done by plugins of Fluentd's own image.
'''

ORIGIN = """\
# Whose line it is: flattens what kubernetes_metadata found, names the service, its format and the data stream.
# One hash lookup per line; the rules come from tables.json.
require "json"
require "fluent/plugin/filter"

module Fluent::Plugin
  class ObsOriginFilter < Filter
    Fluent::Plugin.register_filter("obs_origin", self)

    FILE = /\\A.*\\.\\d+\\.log/
    OBJECT = "{\\"".freeze

    desc "File of routes, classes and constants"
    config_param :table, :string

    def configure(conf)
      super
      told = JSON.parse(File.read(@table)).fetch("origin")
      @constants = told.fetch("constants").freeze
      @routes = told.fetch("routes").map { |r| [r["namespace"], r["labels"].to_a, r["service"], r["format"]].freeze }
      @classes = told.fetch("classes").freeze
      @fallback = told.fetch("fallback").freeze
      @cluster = told.fetch("cluster").freeze
    end

    def filter(tag, _time, record)
      # The file under the name it had before it was rotated: part of the document's id.
      record["obs_file"] = tag[FILE] || tag
      pod = record.delete("kubernetes") || {}
      docker = record.delete("docker") || {}
      namespace = pod["namespace_name"]
      labels = pod["labels"] || {}
      service, format = route(namespace, labels)
      record["service.name"] = service || labels["app.kubernetes.io/name"] || labels["app"] || pod["container_name"]
      format = record.delete("obs_format") || format
      # Objects are whole: they take the short way past whatever joins lines.
      record["obs_format"] = record["message"].to_s.start_with?(OBJECT) ? "#{format}.object" : "#{format}.text"
      flatten(record, pod, docker, labels)
      assign(record, namespace)
      record
    end

    private

    def route(namespace, labels)
      found = @routes.find { |ns, wanted, _, _| ns == namespace && wanted.all? { |k, v| labels[k] == v } }
      found ? found[2, 2] : [nil, @fallback]
    end

    def flatten(record, pod, docker, labels)
      record["kubernetes.namespace"] = pod["namespace_name"]
      record["kubernetes.pod.name"] = pod["pod_name"]
      record["kubernetes.pod.uid"] = pod["pod_id"]
      record["kubernetes.container.name"] = pod["container_name"]
      record["kubernetes.node.name"] = pod["host"] || ENV["K8S_NODE_NAME"]
      record["kubernetes.labels"] = labels unless labels.empty?
      record["container.id"] = docker["container_id"]
      record["container.image.name"] = pod["container_image"]
    end

    def assign(record, namespace)
      stream, dataset = @classes.fetch(namespace) { @classes.fetch("") }
      record["obs_stream"] = stream
      record["data_stream.dataset"] = dataset
      record.merge!(@constants)
    end
  end
end
"""

REDACT = """\
# The redaction table. A rule is tried only on texts that hold one of its words: looking for words costs a hundredth of
# trying the expression, and most lines hold none. Pseudonyms are keyed hashes: the same person, the same word.
require "openssl"
require "fluent/plugin/filter"

module Fluent::Plugin
  class ObsRedactFilter < Filter
    Fluent::Plugin.register_filter("obs_redact", self)

    LENGTH = 12

    desc "Field that is searched"
    config_param :key, :string, default: "message"
    desc "Key of the pseudonyms; without one the pipeline does not start"
    config_param :secret, :string, default: "", secret: true

    config_section :rule, param_name: :rules, multi: true do
      desc "Name, for people"
      config_param :name, :string
      desc "Words of which a text must hold one, in lower case; none: always tried"
      config_param :needs, :array, default: [], value_type: :string
      desc "What is looked for"
      config_param :expression, :regexp
      desc "What stands there instead; in front of the hash for pseudonyms"
      config_param :replace, :string
      desc "Whether it becomes a keyed hash"
      config_param :pseudonym, :bool, default: false
    end

    def configure(conf)
      super
      if @secret.empty? && @rules.any?(&:pseudonym)
        raise Fluent::ConfigError, "secret is empty: set PSEUDONYM_KEY"
      end
      # Rules with the same words share one search for them.
      @groups = @rules.chunk_while { |a, b| a.needs == b.needs }.map { |rules| [rules.first.needs, rules] }
      @digest = OpenSSL::Digest.new("SHA256")
    end

    def filter(_tag, _time, record)
      text = record[@key]
      return record unless text.is_a?(String)
      lower = text.downcase(:ascii)
      @groups.each do |needs, rules|
        next unless needs.empty? || needs.any? { |word| lower.include?(word) }
        rules.each { |rule| text = rule.pseudonym ? hidden(text, rule) : text.gsub(rule.expression, rule.replace) }
      end
      record[@key] = text
      record
    end

    private

    def hidden(text, rule)
      text.gsub(rule.expression) { |found| rule.replace + hashed(found) }
    end

    def hashed(found)
      plain = found.downcase(:ascii).gsub("%40", "@")
      OpenSSL::HMAC.hexdigest(@digest, @secret, plain)[0, LENGTH]
    end
  end
end
"""

DOCUMENT = """\
# A parsed line becomes a document: fields from tables.json, conversions that answer nil for what cannot be one.
# A line of no known dialect keeps its text and gets the tag `unparsed`; nothing is ever dropped here.
require "json"
require "fluent/plugin/filter"

module Fluent::Plugin
  class ObsDocumentFilter < Filter
    Fluent::Plugin.register_filter("obs_document", self)

    desc "File of formats and severities"
    config_param :table, :string
    desc "Name of the format"
    config_param :format, :string

    CLOCK = /(\\d{1,2}:\\d\\d:\\d\\d)(?:[.,](\\d{1,9})\\d*)?/
    TIME = /\\A(\\d{4}-\\d\\d-\\d\\d)[T ] ?#{CLOCK} ?(?:Z|UTC|([+-]\\d\\d):?(\\d\\d))?\\z/
    INTEGER = /\\A-?\\d{1,18}\\z/
    NUMBER = /\\A-?\\d{1,18}(?:\\.\\d+)?(?:[eE][+-]?\\d{1,3})?\\z/
    ADDRESS = /\\A[0-9a-fA-F:.]{3,45}\\z/
    FACTORS = {"seconds" => 1_000_000_000, "milliseconds" => 1_000_000, "microseconds" => 1_000}.freeze
    FLAGS = {"true" => true, "false" => false}.freeze

    def configure(conf)
      super
      told = JSON.parse(File.read(@table))
      form = told.fetch("formats").fetch(@format) { raise Fluent::ConfigError, "no format #{@format} in #{@table}" }
      @dialects = form.fetch("dialects").freeze
      @objects = form.fetch("objects").freeze
      @fields = form.fetch("fields").freeze
      @taken = form.fetch("taken").to_h { |key| [key, true] }.freeze
      @drop = form.fetch("drop").freeze
      @levels = told.fetch("levels").merge(form.fetch("levels")).freeze
      @unparsed = "#{@format}.unparsed".freeze
    end

    def filter(_tag, _time, record)
      text = record["message"].to_s
      line = record.delete("line")
      line = {} unless line.is_a?(Hash)
      dialect = dialect_of(line, text)
      complete(record)
      record["event.module"] = @format
      record["event.kind"] ||= "event"
      dialect ? fill(record, line, dialect, text) : mark(record)
      record.compact!
      record
    end

    private

    # The parser notes which of its patterns matched; objects tell their dialect by their keys.
    def dialect_of(line, text)
      name = line.delete("obs_dialect")
      return @dialects[name] unless name == "json"
      return nil unless text.start_with?("{")
      mark = @objects.find { |path, _| path.empty? || !at(line, path).nil? }
      mark && @dialects[mark[1]]
    end

    def complete(record)
      time = record.delete("time")
      created = moment(time) || time
      record["event.created"] = created
      record["@timestamp"] = created
      record["log.iostream"] = record.delete("stream")
    end

    def mark(record)
      record["event.dataset"] = @unparsed
      record["tags"] = ["unparsed"]
    end

    def fill(record, line, dialect, text)
      record["event.dataset"] = dialect["dataset"]
      record.merge!(dialect["constants"])
      found = nil
      @fields.each do |name, how, paths|
        value = converted(first(line, paths), how)
        next if value.nil?
        record[name] = value
        found = true if name == "message"
      end
      record["message"] = summary(line, dialect) || text unless found
      record["app"] = rest(line) if dialect["json"]
    end

    def summary(line, dialect)
      said = dialect["summary"].map { |path| scalar(at(line, path)) }.compact
      said.empty? ? nil : said.join(" ")
    end

    # What no field has taken, without what the format drops; nil when nothing is left.
    def rest(line)
      @drop.each { |path| cut(line, path) }
      left = line.reject { |key, value| @taken[key] && !value.is_a?(Hash) && !value.is_a?(Array) }
      left.empty? ? nil : left
    end

    def cut(node, path)
      path[0..-2].each { |key| node = node.is_a?(Hash) ? node[key] : nil }
      node.delete(path[-1]) if node.is_a?(Hash)
    end

    def first(line, paths)
      paths.each do |path|
        value = at(line, path)
        return value unless value.nil? || value == "" || value == "-"
      end
      nil
    end

    def at(node, path)
      path.each do |key|
        node = if node.is_a?(Hash) then node[key]
               elsif node.is_a?(Array) && INTEGER.match?(key) then node[key.to_i]
               end
        return nil if node.nil?
      end
      node
    end

    def scalar(value)
      return nil if value.nil? || value.is_a?(Hash) || value.is_a?(Array)
      said = value.to_s
      said.empty? || said == "-" ? nil : said
    end

    def converted(value, how)
      said = scalar(value)
      return said if said.nil? || how == "text"
      case how
      when "integer" then INTEGER.match?(said) ? said.to_i : nil
      when "number" then NUMBER.match?(said) ? said.to_f : nil
      when "time" then moment(said)
      when "level" then @levels[said.downcase(:ascii)]
      when "http_outcome" then INTEGER.match?(said) ? (said.to_i >= 400 ? "failure" : "success") : nil
      when "address" then address(said)
      when "path" then said[/\\A[^?]+/]
      when "flag" then FLAGS[said]
      else NUMBER.match?(said) ? (said.to_f * FACTORS.fetch(how)).round(half: :even) : nil
      end
    end

    # ISO 8601 with a zone; a time without one is UTC.
    def moment(said)
      found = TIME.match(said.to_s)
      return nil unless found
      day, clock, fraction, hours, minutes = found.captures
      zone = hours && !(hours[1..] == "00" && minutes == "00") ? "#{hours}:#{minutes}" : "Z"
      "#{day}T#{clock.rjust(8, "0")}#{fraction && ".#{fraction}"}#{zone}"
    end

    # The first of a list; `10.0.0.1:8080` loses its port, an IPv6 address has colons of its own.
    def address(said)
      one = said.split(",", 2).first.to_s.strip
      one = one.split(":", 2).first if one.count(":") == 1
      ADDRESS.match?(one) ? one : nil
    end
  end
end
"""

PLUGINS = {
    "filter_obs_origin.rb": ORIGIN,
    "filter_obs_redact.rb": REDACT,
    "filter_obs_document.rb": DOCUMENT,
}
"""File name -> text; Fluentd finds a filter plugin by its file's name."""
