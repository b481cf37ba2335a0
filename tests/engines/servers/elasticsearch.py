"""A real Elasticsearch node with security on, and the plain HTTP client of the tests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.engines.java import jdk
from tests.engines.processes import engine_path, free_port, running
from tests.engines.servers.rest import Rest

USER = "admin"
PASSWORD = "a-password-of-tests"
HASH = "$2a$04$abcdefghijklmnopqrstuucKJOEvPnzX7hbkQfvea7hHMGL5FqfMS"
"""bcrypt of the password, with the least work the file realm accepts."""
JVM = ("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""A small heap and the quick compiler: the node lives for a minute."""
MODULES = "jdk.incubator.vector,jdk.net,jdk.management.agent,ALL-MODULE-PATH"
CODECS = "org.apache.lucene.core/org.apache.lucene.codecs.lucene99=org.elasticsearch.server"
NATIVE = "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false"
"""Elasticsearch loads all of its native libraries or none, and that one is in no package; searches need no vectors."""
ZSTD = ("lib/*/libzstd.so.1", "lib64/libzstd.so.1", "lib/libzstd.so.1")
"""Below /usr: where distributions keep what LogsDB compresses with; Elastic's own brings the same library along."""
LOCAL = (
    "network.host=127.0.0.1",
    "discovery.type=single-node",
    "cluster.routing.allocation.disk.threshold_enabled=false",
)
SECURE = (
    "xpack.security.enabled=true",
    "xpack.security.http.ssl.enabled=false",
    "xpack.security.transport.ssl.enabled=false",
    "xpack.license.self_generated.type=trial",
)
QUEUE = "thread_pool.search.queue_size=50"
"""Instead of a thousand for each thread, which no test fills in seconds."""


@contextmanager
def elasticsearch(folder: Path) -> Iterator[Rest]:
    """A node with an administrator, while the block lasts; its data and log stay in `folder`. Up in some 10 seconds."""
    config = folder / "data" / "config"
    config.mkdir(parents=True)
    (config / "users").write_text(f"{USER}:{HASH}\n", encoding="utf-8")
    (config / "users_roles").write_text(f"superuser:{USER}\n", encoding="utf-8")
    home = engine_path("elasticsearch-node")
    paths = ["--module-path", home / "lib", "-cp", home / "launcher"]
    opened = [f"--add-modules={MODULES}", f"--add-opens={CODECS}", "--enable-native-access=ALL-UNNAMED"]
    native = [f"-Des.nativelibs.path={_native_libraries(folder)}", NATIVE]
    with node([*opened, *native, *paths, "Node", home, *SECURE, QUEUE], folder) as url:
        yield Rest(url=url, user=USER, password=PASSWORD)


def _native_libraries(folder: Path) -> Path:
    """A folder with zstd under the name that Elasticsearch looks for."""
    found = next((path for pattern in ZSTD for path in sorted(Path("/usr").glob(pattern))), None)
    if found is None:
        raise FileNotFoundError("no libzstd.so.1 below /usr/lib; install the package libzstd1 (libzstd on Fedora)")
    (folder / "native").mkdir()
    (folder / "native" / "libzstd.so").symlink_to(found)
    return folder / "native"


@contextmanager
def node(arguments: Sequence[object], folder: Path) -> Iterator[str]:
    """A search engine's JVM; yields the address it answers on."""
    port, peers = free_port(), free_port()
    ports = [f"http.port={port}", f"transport.port={peers}"]
    places = [f"path.data={folder / 'data'}", f"path.logs={folder / 'logs'}"]
    command = [jdk() / "bin" / "java", *JVM, *arguments, *LOCAL, *ports, *places]
    url = f"http://127.0.0.1:{port}"
    with running(command, ready_url=url, log=folder / "node.log", seconds=300):
        yield url
