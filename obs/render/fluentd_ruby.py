'''Our three Fluentd filters, in Ruby: whose line it is, redaction, and the document. All that standard plugins lack.

They read `tables.json`, which is made from the catalogue and the spec, so there is no knowledge in them. Everything
else of the pipeline is done by plugins of Fluentd's own image.
'''

from obs.render.fluentd_ruby_document import DOCUMENT

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

PLUGINS = {
    "filter_obs_origin.rb": ORIGIN,
    "filter_obs_redact.rb": REDACT,
    "filter_obs_document.rb": DOCUMENT,
}
"""File name -> text; Fluentd finds a filter plugin by its file's name."""
