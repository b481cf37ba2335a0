package standins;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestRequest.Method;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.xpack.core.ilm.LifecyclePolicy;
import org.elasticsearch.xpack.core.ilm.action.PutLifecycleRequest;

/** PUT and GET /_ilm/policy/NAME: parsed and judged as Elasticsearch does, kept in memory. */
class LifecyclePolicies extends BaseRestHandler {
    private final Map<String, LifecyclePolicy> kept = new ConcurrentHashMap<>();

    @Override
    public String getName() {
        return "standins_lifecycle_policies";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(Method.PUT, "/_ilm/policy/{name}"), new Route(Method.GET, "/_ilm/policy/{name}"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        String name = request.param("name");
        if (request.method() == Method.GET) {
            return read(name);
        }
        PutLifecycleRequest.Factory factory = new PutLifecycleRequest.Factory() {
            @Override
            public PutLifecycleRequest create(LifecyclePolicy policy) {
                return new PutLifecycleRequest(TimeValue.THIRTY_SECONDS, TimeValue.THIRTY_SECONDS, policy);
            }

            @Override
            public String getPolicyName() {
                return name;
            }
        };
        try (var parser = request.contentParser()) {
            PutLifecycleRequest asked = PutLifecycleRequest.parseRequest(factory, parser);
            var refused = asked.validate();
            if (refused != null) {
                throw refused;
            }
            kept.put(name, asked.getPolicy());
        }
        return channel -> channel.sendResponse(
            new RestResponse(RestStatus.OK, channel.newBuilder().startObject().field("acknowledged", true).endObject())
        );
    }

    private RestChannelConsumer read(String name) {
        LifecyclePolicy policy = kept.get(name);
        return channel -> {
            var said = channel.newBuilder().startObject();
            if (policy != null) {
                said.startObject(name).field("version", 1).field("policy", policy).endObject();
            }
            channel.sendResponse(new RestResponse(policy == null ? RestStatus.NOT_FOUND : RestStatus.OK, said.endObject()));
        };
    }
}
