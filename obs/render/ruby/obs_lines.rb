# Lines of a container's log file: read as containerd or docker wrote them, parts put together, joined to events.
require "oj"
require "fluent/plugin/exception_detector"

module Fluent
  # One line, or what became of several. `origin` is whose it is; `since` is when it last grew, in seconds.
  ObsLine = Struct.new(:origin, :time, :stream, :text, :since)

  # How the runtime writes a line: time, stream, text, and whether its end is there. Anything else is a text of no time.
  class ObsRuntime
    CRI = /\A([^ ]+) (stdout|stderr) ([FP])[^ ]* (.*)\z/m

    def initialize(runtime)
      @cri, @docker = runtime != "docker", runtime != "containerd"
    end

    def read(raw)
      return [$1, $2, $4, $3 == "F"] if @cri && CRI =~ raw
      (@docker && raw.start_with?("{") && docker(raw)) || [nil, nil, raw, true]
    end

    private

    # json-file: one object a line; docker cuts at 16 KiB, and only the last piece ends with a line break.
    def docker(raw)
      said = Oj.load(raw)
      log = said.is_a?(Hash) ? said["log"] : nil
      return nil unless log.is_a?(String)
      text = log.b
      [said["time"], said["stream"], text.chomp, text.end_with?("\n")]
    rescue Oj::ParseError, EncodingError
      nil
    end
  end

  # Parts of lines, by file and stream: an F of stdout never ends a P of stderr.
  class ObsParts
    def initialize
      @open = {}
    end

    # The line, whole; nil while its rest is missing. The first part's time stands.
    def add(line, whole)
      return line if whole && @open.empty?
      key = [line.origin.file, line.stream]
      begun = @open.delete(key)
      if begun
        begun.text += line.text
        begun.since = line.since
        line = begun
      end
      return line if whole
      @open[key] = line
      nil
    end

    # Parts whose rest did not come in time go on as they are.
    def expired(before)
      found = @open.select { |_key, line| line.since < before }
      found.each_key { |key| @open.delete(key) }
      found.values
    end
  end

  # Lines that are one event, by file and stream: it begins at `start` and goes on while lines match `follow`.
  class ObsJoin
    LONGEST = 500_000

    def initialize(start, follow)
      @start, @follow = start, follow
      @open = {}
    end

    # Events that are complete now that this line has come.
    def add(line)
      key = [line.origin.file, line.stream]
      begun = @open[key]
      if @start.match?(line.text)
        @open[key] = line
        return begun ? [begun] : []
      end
      if begun && begun.text.bytesize < LONGEST && @follow.match?(line.text)
        begun.text = "#{begun.text}\n#{line.text}"
        begun.since = line.since
        return []
      end
      @open.delete(key)
      begun ? [begun, line] : [line]
    end

    def expired(before)
      found = @open.select { |_key, line| line.since < before }
      found.each_key { |key| @open.delete(key) }
      found.values
    end
  end

  # Stack traces, by file and stream, as fluent-plugin-detect-exceptions finds them. Lines of containerd carry no line
  # break: without force_line_breaks a trace would be one line.
  class ObsTraces
    LIMITS = {force_line_breaks: true, max_lines: 500, max_bytes: ObsJoin::LONGEST}.freeze

    def initialize(languages)
      @languages = languages.map(&:to_sym)
      @open, @ready = {}, []
    end

    # Events that are complete now that this line has come.
    def add(line)
      one = @open[[line.origin.file, line.stream]] ||= {traces: accumulator}
      one[:since] = line.since
      one[:traces].push(nil, line)
      taken
    end

    def expired(before)
      found = @open.select { |_key, one| one[:since] < before }
      found.each do |key, one|
        one[:traces].force_flush
        @open.delete(key)
      end
      taken
    end

    private

    def accumulator
      Fluent::TraceAccumulator.new("text", @languages, **LIMITS) { |_time, line| @ready << line }
    end

    def taken
      ready, @ready = @ready, []
      ready
    end
  end
end
