package standins;

import java.util.List;
import org.elasticsearch.Build;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;

/** GET /: the greeting by which clients recognise Elasticsearch. */
class Welcome extends BaseRestHandler {
    @Override
    public String getName() {
        return "standins_welcome";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(RestRequest.Method.GET, "/"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        return channel -> {
            var said = channel.newBuilder().startObject().field("name", "node").field("tagline", "You Know, for Search");
            said.startObject("version").field("number", Build.current().version()).endObject().endObject();
            channel.sendResponse(new RestResponse(RestStatus.OK, said));
        };
    }
}
