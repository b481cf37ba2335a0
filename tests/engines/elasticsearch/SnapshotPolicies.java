package standins;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestRequest.Method;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.xpack.core.slm.SnapshotLifecyclePolicy;

/** PUT and GET /_slm/policy/NAME: parsed and judged as Elasticsearch does, kept in memory. */
class SnapshotPolicies extends BaseRestHandler {
    private final Map<String, SnapshotLifecyclePolicy> kept = new ConcurrentHashMap<>();

    @Override
    public String getName() {
        return "standins_snapshot_policies";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(Method.PUT, "/_slm/policy/{name}"), new Route(Method.GET, "/_slm/policy/{name}"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        String name = request.param("name");
        if (request.method() == Method.GET) {
            return read(name);
        }
        try (var parser = request.contentParser()) {
            SnapshotLifecyclePolicy policy = SnapshotLifecyclePolicy.parse(parser, name);
            var refused = policy.validate();
            if (refused != null) {
                throw refused;
            }
            kept.put(name, policy);
        }
        return channel -> channel.sendResponse(
            new RestResponse(RestStatus.OK, channel.newBuilder().startObject().field("acknowledged", true).endObject())
        );
    }

    private RestChannelConsumer read(String name) {
        SnapshotLifecyclePolicy policy = kept.get(name);
        return channel -> {
            var said = channel.newBuilder().startObject();
            if (policy != null) {
                said.startObject(name).field("version", 1).field("policy", policy).endObject();
            }
            channel.sendResponse(new RestResponse(policy == null ? RestStatus.NOT_FOUND : RestStatus.OK, said.endObject()));
        };
    }
}
