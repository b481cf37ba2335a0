package standins;

import java.util.Map;
import java.util.Set;
import org.elasticsearch.ingest.AbstractProcessor;
import org.elasticsearch.ingest.ConfigurationUtils;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.ingest.Processor;
import org.elasticsearch.plugins.IngestPlugin;

/**
 * Processors of modules that Maven Central does not carry. Their parameters are read as the real ones read theirs, so
 * that Elasticsearch's own ingest service judges a pipeline; they change nothing but what `script` and `geoip` would
 * for the one script of ours and for one address.
 */
abstract class IngestProcessors extends EmailAnalysis implements IngestPlugin {
    private static final String LONDON = "81.2.69.142";

    @Override
    public Map<String, Processor.Factory> getProcessors(Processor.Parameters parameters) {
        return Map.of(
            "script", standin("script", Set.of(), "lang", "source"),
            "dot_expander", standin("dot_expander", Set.of("field"), "path"),
            "geoip", standin("geoip", Set.of("field", "target_field"), "database_file"),
            "append", standin("append", Set.of("field"), "value")
        );
    }

    private static Processor.Factory standin(String type, Set<String> required, String... optional) {
        return (factories, tag, description, config, project) -> {
            for (String name : required) {
                ConfigurationUtils.readStringProperty(type, tag, config, name);
            }
            for (String name : optional) {
                ConfigurationUtils.readOptionalStringProperty(type, tag, config, name);
            }
            if (type.equals("geoip")) {
                ConfigurationUtils.readOptionalList(type, tag, config, "properties");
                ConfigurationUtils.readBooleanProperty(type, tag, config, "ignore_missing", false);
            }
            return new AbstractProcessor(tag, description) {
                @Override
                public IngestDocument execute(IngestDocument document) {
                    Map<String, Object> source = document.getSource();
                    if (type.equals("script")) {
                        source.remove("event.hash");
                    } else if (type.equals("geoip") && LONDON.equals(source.get("source.ip"))) {
                        Map<String, Object> place = Map.of("lat", 51.5, "lon", -0.1);
                        document.setFieldValue("source.geo", Map.of("country_iso_code", "GB", "location", place));
                    }
                    return document;
                }

                @Override
                public String getType() {
                    return type;
                }
            };
        };
    }
}
