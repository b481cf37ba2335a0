"""The filter that makes documents, in Ruby."""

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
      # Elasticsearch keeps ids of this alphabet, unpadded, as the bytes they stand for: a quarter less on disk.
      record["event.hash"] = record["event.hash"].to_s.tr("+/", "-_").delete("=")
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
