import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * One Elasticsearch node in this process, without the distribution's launcher: HOME with lib, modules, plugins and
 * config; then settings as name=value. It ends with the process.
 */
public class Node {
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]).toAbsolutePath();
        Settings.Builder given = Settings.builder().put("path.home", home.toString()).put("node.name", "node");
        for (int i = 1; i < arguments.length; i++) {
            String[] setting = arguments[i].split("=", 2);
            given.put(setting[0], setting[1]);
        }
        Settings settings = given.build();
        LogConfigurator.configureWithoutConfig(settings);
        Path config = Path.of(settings.get("path.data")).resolve("config");
        Environment environment = InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), config, () -> "node");
        PluginsLoader loader = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(home.resolve("modules"), false),
            PluginsLoader.loadPluginsBundles(home.resolve("plugins"), false),
            Map.of()
        );
        new org.elasticsearch.node.Node(environment, loader).start();
        new CountDownLatch(1).await();
    }
}
