# A text becomes a document's fields: the first dialect that reads it, then the format's table, with conversions that
# answer nil for what cannot be one. A text of no known dialect is kept and tagged `unparsed`; nothing is dropped here.
require "oj"

module Fluent
  # Conversions of captured values.
  module ObsValues
    CLOCK = /(\d{1,2}:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?/
    TIME = /\A(\d{4}-\d\d-\d\d)[T ] ?#{CLOCK} ?(?:Z|UTC|([+-]\d\d):?(\d\d))?\z/
    PLAIN = /\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\z/
    INTEGER = /\A-?\d{1,18}\z/
    NUMBER = /\A-?\d{1,18}(?:\.\d+)?(?:[eE][+-]?\d{1,3})?\z/
    ADDRESS = /\A[0-9a-fA-F:.]{3,45}\z/
    FACTORS = {"seconds" => 1_000_000_000, "milliseconds" => 1_000_000, "microseconds" => 1_000}.freeze
    FLAGS = {"true" => true, "false" => false}.freeze

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
      when "path" then said[/\A[^?]+/]
      when "flag" then FLAGS[said]
      else NUMBER.match?(said) ? (said.to_f * FACTORS.fetch(how)).round(half: :even) : nil
      end
    end

    # ISO 8601 with a zone; a time without one is UTC.
    def moment(said)
      return nil if said.nil?
      return said if PLAIN.match?(said)
      found = TIME.match(said)
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

  # One format: how its texts are read.
  class ObsFields
    include ObsValues

    # A way of writing. `fields` are those its captures can fill: [name, conversion, paths].
    Dialect = Struct.new(:pattern, :dataset, :constants, :summary, :fields)

    def initialize(name, told, levels)
      @objects = told.fetch("objects")
      @fields = told.fetch("fields").map(&:freeze)
      @taken = told.fetch("taken").to_h { |key| [key, true] }
      @drop = told.fetch("drop")
      @levels = levels.merge(told.fetch("levels"))
      @order = told.fetch("dialects").map { |one| dialect(one) }
      @dialects = told.fetch("dialects").map { |one| one.fetch("name") }.zip(@order).to_h
      @unparsed = "#{name}.unparsed".freeze
    end

    def fill(document, text)
      line, dialect = read(text)
      document["event.kind"] = "event"
      return unread(document, text) unless dialect
      document["event.dataset"] = dialect.dataset
      document.merge!(dialect.constants)
      dialect.fields.each do |name, how, paths|
        value = first(line, paths)
        next if value.nil?
        value = converted(value, how)
        document[name] = value unless value.nil?
      end
      document["message"] ||= summary(line, dialect) || text
      left = dialect.pattern ? nil : rest(line)
      document["app"] = left if left
    end

    private

    def dialect(told)
      pattern = told["pattern"] && Regexp.new(told["pattern"])
      fields = pattern ? fields_of(pattern.names) : @fields
      Dialect.new(pattern, told.fetch("dataset"), told.fetch("constants"), told.fetch("summary"), fields)
    end

    def fields_of(names)
      known = @fields.map { |name, how, paths| [name, how, paths.select { |path| names.include?(path[0]) }] }
      known.reject { |_name, _how, paths| paths.empty? }
    end

    # Dialects in turn; all objects are read at once, and which of them it is, its keys tell.
    def read(text)
      object = text.start_with?("{")
      @order.each do |one|
        if one.pattern
          found = one.pattern.match(text)
          return [captured(found), one] if found
        elsif object
          line = parsed(text)
          return [line, marked(line)] if line
          object = false
        end
      end
      [nil, nil]
    end

    def captured(found)
      line = found.named_captures
      line.compact!
      line
    end

    def parsed(text)
      said = Oj.load(text)
      said.is_a?(Hash) && !said.empty? ? said : nil
    rescue Oj::ParseError, EncodingError
      nil
    end

    def marked(line)
      mark = @objects.find { |path, _| path.empty? || !at(line, path).nil? }
      mark && @dialects[mark[1]]
    end

    def unread(document, text)
      document["event.dataset"] = @unparsed
      document["message"] = text
      document["tags"] = ["unparsed"]
    end

    def summary(line, dialect)
      said = dialect.summary.map { |path| scalar(at(line, path)) }
      said.compact!
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
        value = path.size == 1 ? line[path[0]] : at(line, path)
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
  end
end
