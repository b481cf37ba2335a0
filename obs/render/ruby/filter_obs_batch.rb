# The lines of one read as one event: what is the same for all of them, such as their pod, is looked up once.
require "fluent/plugin/filter"

module Fluent::Plugin
  class ObsBatchFilter < Filter
    Fluent::Plugin.register_filter("obs_batch", self)

    def filter_stream(_tag, events)
      lines = []
      events.each { |_time, record| lines << record["message"] }
      Fluent::OneEventStream.new(Fluent::EventTime.now, {"lines" => lines})
    end
  end
end
