"""The image the pipeline runs: Fluentd with exactly the plugins the configuration names, each at a tested version."""

from collections.abc import Iterator

VERSIONS = {"8.19": "8.19.3", "9": "9.5.0"}
PLUGIN_VERSIONS = {"8.19": "5.4.4", "9": "6.0.0"}
"""fluent-plugin-elasticsearch: 6.0.0 speaks to Elasticsearch 9 and no longer to 8."""

MEMORY = {"LD_PRELOAD": "libjemalloc.so.2", "MALLOC_CONF": "narenas:2"}
"""The image's allocator: jemalloc gives back what Ruby frees, glibc's arenas keep it in pieces."""

GEMFILE = """\
# {generated}
source "https://rubygems.org"

gem "fluentd", "1.19.3"
gem "oj", "3.17.5"                                     # the fastest of Fluentd's three JSON parsers
gem "elasticsearch", "{client}"
gem "fluent-plugin-elasticsearch", "{plugin}"
gem "fluent-plugin-concat", "2.6.2"
gem "fluent-plugin-detect-exceptions", "0.0.16"
gem "fluent-plugin-kubernetes_metadata_filter", "3.8.0"
gem "fluent-plugin-multi-format-parser", "1.1.0"       # format_key needs 1.1.0
gem "fluent-plugin-prometheus", "2.2.2"
gem "fluent-plugin-record-modifier", "2.2.1"
gem "fluent-plugin-rewrite-tag-filter", "2.4.0"
gem "fluent-plugin-systemd", "1.1.1"
"""

DOCKERFILE = """\
# {generated}
# Build: docker build --pull -t {image} fluentd/image
FROM docker.io/library/ruby:3.4-slim-bookworm AS build
RUN apt-get update \\
 && apt-get install -y --no-install-recommends build-essential libyaml-dev
WORKDIR /build
COPY Gemfile ./
RUN bundle config set --local path /gems && bundle config set --local without development \\
 && bundle install --jobs 4 && rm -rf /gems/ruby/*/cache

FROM docker.io/library/ruby:3.4-slim-bookworm
# libsystemd reads the journal; jemalloc keeps Ruby's memory from growing with fragmentation.
RUN apt-get update \\
 && apt-get install -y --no-install-recommends libjemalloc2 libsystemd0 ca-certificates \\
 && rm -rf /var/lib/apt/lists/*
ENV {memory} BUNDLE_GEMFILE=/build/Gemfile BUNDLE_PATH=/gems
COPY --from=build /gems /gems
COPY --from=build /build /build
COPY --from=build /usr/local/bundle /usr/local/bundle
# The pod says which user: root without any capability on nodes, 1000 elsewhere.
USER 1000
ENTRYPOINT ["bundle", "exec", "fluentd"]
CMD ["-c", "/fluentd/etc/fluent.conf", "-p", "/fluentd/etc"]
"""


def files(version: str, image: str, generated: str) -> Iterator[tuple[str, str]]:
    """(name, text) of the image's folder; `version` is Elasticsearch's."""
    told = {"generated": generated, "client": VERSIONS[version], "plugin": PLUGIN_VERSIONS[version], "image": image}
    told["memory"] = " ".join(f"{name}={value}" for name, value in MEMORY.items())
    yield "Gemfile", GEMFILE.format(**told)
    yield "Dockerfile", DOCKERFILE.format(**told)
