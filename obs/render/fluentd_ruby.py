'''Our Fluentd plugins, in Ruby: everything between a line of a file and a document, in one pass over each read.

They read `tables.json`, which is made from the catalogue and the spec, so there is no knowledge in them. Reading files,
looking up pods, joining traces, buffering and sending are done by Fluentd and its plugins.
'''

from obs.render.fluentd_ruby_fields import FIELDS
from obs.render.fluentd_ruby_lines import LINES
from obs.render.fluentd_ruby_output import OUTPUT
from obs.render.fluentd_ruby_redaction import REDACT, REDACTION

BATCH = """\
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
"""

PLUGINS = {
    "filter_obs_batch.rb": BATCH,
    "filter_obs_redact.rb": REDACT,
    "obs_fields.rb": FIELDS,
    "obs_lines.rb": LINES,
    "obs_redaction.rb": REDACTION,
    "out_obs_document.rb": OUTPUT,
}
"""File name -> text; Fluentd reads every one of the folder, in the order of their names."""
