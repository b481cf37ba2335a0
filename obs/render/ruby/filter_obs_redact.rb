# The redaction table as a filter, for what failed before it was redacted.
require "fluent/plugin/filter"
require_relative "obs_redaction"

module Fluent::Plugin
  class ObsRedactFilter < Filter
    Fluent::Plugin.register_filter("obs_redact", self)
    include Fluent::ObsRedaction::Rules

    desc "Field that is searched"
    config_param :key, :string, default: "message"

    def configure(conf)
      super
      @redaction = Fluent::ObsRedaction.new(@rules, @secret)
    end

    def filter(_tag, _time, record)
      record[@key] = @redaction.clean(record[@key]) if record[@key].is_a?(String)
      record
    end
  end
end
