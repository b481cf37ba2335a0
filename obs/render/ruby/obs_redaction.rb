# The redaction table over a text. A rule is tried only on texts that hold one of its words: looking for words costs a
# hundredth of trying the expression, and most lines hold none. Pseudonyms are keyed hashes: the same person, the same
# word.
require "openssl"

module Fluent
  class ObsRedaction
    LENGTH = 12

    # Section <rule> of the plugins that redact.
    module Rules
      def self.included(plugin)
        plugin.class_eval do
          desc "Key of the pseudonyms; without one the pipeline does not start"
          config_param :secret, :string, default: "", secret: true

          config_section :rule, param_name: :rules, multi: true do
            desc "Name, for people"
            config_param :name, :string
            desc "The one format whose lines it is for; by default all"
            config_param :only, :string, default: ""
            desc "Words of which a text must hold one, in lower case; none: always tried"
            config_param :needs, :array, default: [], value_type: :string
            desc "What is looked for"
            config_param :expression, :regexp
            desc "What stands there instead; in front of the hash for pseudonyms"
            config_param :replace, :string
            desc "Whether it becomes a keyed hash"
            config_param :pseudonym, :bool, default: false
          end
        end
      end

      def configure(conf)
        super
        return unless @secret.empty? && @rules.any?(&:pseudonym)
        raise Fluent::ConfigError, "secret is empty: set PSEUDONYM_KEY"
      end
    end

    # `sets` has a bit per set of words that lets the rule be tried; 0: it always is.
    Rule = Struct.new(:sets, :expression, :replace, :pseudonym)

    def initialize(rules, secret)
      # A format's own rules first, pseudonyms last: what is left of a person when everything secret is gone.
      own, general = rules.partition { |rule| !rule.only.empty? }
      plain, pseudonyms = (own + general).partition { |rule| !rule.pseudonym }
      @sets = rules.map(&:needs).uniq
      @rules = (plain + pseudonyms).map do |rule|
        bits = rule.needs.empty? ? 0 : 1 << @sets.index(rule.needs)
        Rule.new(bits, rule.expression, rule.replace, rule.pseudonym)
      end
      @stems = stems(@sets.flatten.uniq)
      @secret = secret
      @digest = OpenSSL::Digest.new("SHA256")
    end

    def clean(text)
      held = sets_of(text.downcase(:ascii))
      @rules.each do |rule|
        next if rule.sets != 0 && rule.sets & held == 0
        next unless rule.expression.match?(text)
        text = rule.pseudonym ? hidden(text, rule) : text.gsub(rule.expression, rule.replace)
      end
      text
    end

    private

    # Three letters that several words share are looked for instead of each of them: most texts hold none.
    def stems(words)
      found = []
      until words.empty?
        shared = words.flat_map { |word| (0..word.size - 3).map { |at| word[at, 3] } }.tally.max_by { |_, count| count }
        stem = shared && shared[1] > 1 ? shared[0] : words.first
        covered, words = words.partition { |word| word.include?(stem) }
        found << [stem, covered.map { |word| [word, bits_of(word)] }]
      end
      found
    end

    def bits_of(word)
      @sets.each_index.sum { |at| @sets[at].include?(word) ? 1 << at : 0 }
    end

    def sets_of(lower)
      held = 0
      @stems.each do |stem, words|
        next unless lower.include?(stem)
        words.each { |word, bits| held |= bits if lower.include?(word) }
      end
      held
    end

    def hidden(text, rule)
      text.gsub(rule.expression) { |found| rule.replace + hashed(found) }
    end

    def hashed(found)
      plain = found.downcase(:ascii).gsub("%40", "@")
      OpenSSL::HMAC.hexdigest(@digest, @secret, plain)[0, LENGTH]
    end
  end
end
