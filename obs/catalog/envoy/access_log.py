"""What one line of the gateway's access log says: the one list that Envoy's format and the log pipeline are made from.

No query string (it holds confirmation tokens), no cookie, no authorization or API-key header, no body: what is not
listed here is not written. Operators are those of Envoy 1.40's access-log documentation; each was read back from a
line of a running Envoy.
"""

from obs.model.access_log import AccessField

DATASET = "envoy.access"

ACCESS_LOG = (
    AccessField(name="@timestamp", operator="%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%", type="date", help="When the request began."),
    AccessField(name="ecs.version", operator="8.11.0", type="keyword", help="Version of the schema these names are from."),
    AccessField(name="event.dataset", operator=DATASET, type="keyword", help="Always envoy.access."),
    AccessField(name="event.duration", operator="%COMMON_DURATION(DS_RX_BEG:DS_TX_END:ns)%", type="long", help="Nanoseconds from the first byte of the request to the last of the response."),
    AccessField(name="http.request.id", operator="%REQ(X-REQUEST-ID)%", type="keyword", help="The request's id, the same in every service it passes."),
    AccessField(name="http.request.method", operator="%REQ(:METHOD)%", type="keyword", help="Method."),
    AccessField(name="http.request.body.bytes", operator="%BYTES_RECEIVED%", type="long", help="Bytes of the request's body."),
    AccessField(name="http.response.body.bytes", operator="%BYTES_SENT%", type="long", help="Bytes of the response's body."),
    AccessField(name="http.response.status_code", operator="%RESPONSE_CODE%", type="long", help="Status the client saw; 0 when it went away before."),
    AccessField(name="url.domain", operator="%REQ(:AUTHORITY)%", type="keyword", help="Host the client asked for."),
    AccessField(name="url.path", operator="%PATH(NQ:ORIG_OR_PATH)%", type="keyword", help="Path as the client wrote it, without the query string."),
    AccessField(name="source.ip", operator="%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", type="ip", help="The client, or the last proxy that is not trusted."),
    AccessField(name="user_agent.original", operator="%REQ(USER-AGENT)%", type="keyword", help="The client's own word for itself."),
    AccessField(name="network.protocol", operator="%PROTOCOL%", type="keyword", help="HTTP/1.1 or HTTP/2."),
    AccessField(name="envoy.response_flags", operator="%RESPONSE_FLAGS%", type="keyword", help="Why Envoy answered itself: UAEX is authorization, UF connection, UT timeout, NR no route."),
    AccessField(name="envoy.response_code_details", operator="%RESPONSE_CODE_DETAILS%", type="keyword", help="The same in words: ext_authz_denied, ext_authz_error, via_upstream."),
    AccessField(name="envoy.route", operator="%ROUTE_NAME%", type="keyword", help="Name of the route that matched."),
    AccessField(name="envoy.upstream.cluster", operator="%UPSTREAM_CLUSTER%", type="keyword", help="Service behind the gateway that the route leads to."),
    AccessField(name="envoy.upstream.address", operator="%UPSTREAM_HOST%", type="keyword", help="Address of the pod that answered."),
    AccessField(name="envoy.upstream.duration_ms", operator="%RESPONSE_DURATION%", type="long", help="Milliseconds until the first byte of the service's answer."),
    AccessField(name="envoy.upstream.failure", operator="%UPSTREAM_TRANSPORT_FAILURE_REASON%", type="keyword", help="Why the connection to the service failed."),
    AccessField(name="envoy.authz.duration_us", operator="%FILTER_STATE(envoy.filters.http.ext_authz:FIELD:latency_us)%", type="long", help="Microseconds the authorization call took, timeouts and resets included."),
)
