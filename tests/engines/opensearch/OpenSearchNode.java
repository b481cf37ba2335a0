import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;

/**
 * One OpenSearch node in this process, without the distribution's launcher, which refuses to run as root: HOME with
 * its modules; then settings as name=value. It ends with the process.
 */
public class OpenSearchNode {
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]).toAbsolutePath();
        Settings.Builder given = Settings.builder().put("path.home", home.toString()).put("node.name", "node");
        for (int i = 1; i < arguments.length; i++) {
            String[] setting = arguments[i].split("=", 2);
            given.put(setting[0], setting[1]);
        }
        Settings settings = given.build();
        Path config = Path.of(settings.get("path.data")).resolve("config");
        Environment environment = InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), config, () -> "node");
        LogConfigurator.configureWithoutConfig(settings);
        new Node(environment).start();
        new CountDownLatch(1).await();
    }
}
