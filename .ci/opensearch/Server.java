import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/** One OpenSearch node on the loopback interface, for tests: Server.java FOLDER PORT (0: any). */
public class Server extends Node {
    private static final List<String> PARTS = List.of(
        "org.opensearch.transport.Netty4",
        "org.opensearch.analysis.common.CommonAnalysis",
        "org.opensearch.painless.Painless");

    @SuppressWarnings({"unchecked", "rawtypes"})
    Server(Settings settings) {
        super(
            InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "test"),
            (Collection) PARTS.stream().map(Server::part).toList(),
            false);
    }

    /** A part of the server as a node takes it: up to 2.19 its class, since 3.0 a description. */
    private static Object part(String name) {
        Class<?> found = Stream.of(name + "Plugin", name + "ModulePlugin")
            .flatMap(Server::named).findFirst().orElseThrow(() -> new IllegalStateException(name));
        String path = found.getName();
        return Version.CURRENT.major < 3 ? found
            : new PluginInfo(path, "", "NA", Version.CURRENT, "21", path, null, List.of(), false);
    }

    private static Stream<Class<?>> named(String name) {
        try {
            return Stream.of(Class.forName(name));
        } catch (ClassNotFoundException absent) {
            return Stream.of();
        }
    }

    public static void main(String[] given) throws Exception {
        Path home = Path.of(given[0]).toAbsolutePath();
        Server server = new Server(Settings.builder()
            .put("path.home", home)
            .put("cluster.name", "dateline-test")
            .put("node.name", "test")
            .put("network.host", "127.0.0.1")
            .put("http.port", given[1])
            .put("transport.port", "0")
            .put("discovery.type", "single-node")
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build());
        server.start();
        HttpServerTransport http = server.injector().getInstance(HttpServerTransport.class);
        System.out.println("opensearch://127.0.0.1:" + http.boundAddress().publishAddress().getPort());
        Thread.currentThread().join();
    }
}
