import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.transport.Netty4Plugin;

/** One OpenSearch node on the loopback interface, for tests: Server.java FOLDER PORT (0: any). */
public class Server extends Node {
    Server(Settings settings) {
        super(
            InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "test"),
            List.of(Netty4Plugin.class, CommonAnalysisPlugin.class, PainlessPlugin.class),
            false);
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
