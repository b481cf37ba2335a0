"""Search engines from Maven artifacts: a node of Elasticsearch, the minimal distribution of OpenSearch.

Both are started by launchers of our own in `elasticsearch/` and `opensearch/` beside this file.
"""

import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.engines import kinds
from tests.engines.commands import NotToBeHad, run

SOURCES = Path(__file__).parent / "elasticsearch"
OPENSEARCH_SOURCES = Path(__file__).parent / "opensearch"
OLDEST_JAVA = 21
MODULES = ("transport-netty4", "x-pack-core", "x-pack-security")
PLUGIN_GROUP = "org.elasticsearch.plugin"
ZIP_GROUP = "org.elasticsearch.distribution.integ-test-zip"
UNPUBLISHED = (("org.opensaml", "*"), ("net.shibboleth.utilities", "*"), (PLUGIN_GROUP, "es-opensaml-security-api"))
"""What x-pack-security depends on and Maven Central does not carry; the older distribution's zip does."""
OLDER_JARS = re.compile(r".*/modules/x-pack-security/(opensaml-|java-support-|es-opensaml-)[^/]*\.jar")
TWICE = re.compile(r"jcip-annotations-1\.0\.jar|jakarta\.activation-1\.2\.1\.jar|slf4j-api-1\..*")
"""Older copies of classes that another jar brings: the node refuses to start with both."""


def jdk() -> Path:
    """The newest JDK at hand, 21 or newer; NotToBeHad where there is none."""
    found = sorted(((version, home) for home in _homes() if (version := _version(home)) >= OLDEST_JAVA), reverse=True)
    if not found:
        raise NotToBeHad("no JDK 21 or newer in JAVA_HOME, on PATH or below /usr/lib/jvm; install one")
    return found[0][1]


def _homes() -> Iterator[Path]:
    if os.environ.get("JAVA_HOME"):
        yield Path(os.environ["JAVA_HOME"])
    compiler = shutil.which("javac")
    if compiler:
        yield Path(compiler).resolve().parents[1]
    yield from Path("/usr/lib/jvm").glob("*/")


def _version(home: Path) -> int:
    """The major version of a JDK as its release file says it; 0 for what is no JDK."""
    release = home / "release"
    if not (home / "bin" / "javac").exists() or not release.exists():
        return 0
    found = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found[1]) if found else 0


def opensearch(recipe: kinds.OpenSearch, target: Path) -> Path:
    """The distribution unpacked into `target`, with a launcher that does not mind who runs it."""
    home = jdk()
    wanted = f"org.opensearch.distribution.integ-test-zip:opensearch:{recipe.version}:zip"
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        _maven("dependency:copy", f"-Dartifact={wanted}", f"-DoutputDirectory={temporary}")
        [archive] = Path(temporary).glob("*.zip")
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(temporary)
        made = Path(temporary) / f"opensearch-{recipe.version}"
        _launcher(home, made, OPENSEARCH_SOURCES / "OpenSearchNode.java")
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    return target


def elasticsearch(recipe: kinds.Elasticsearch, target: Path) -> Path:
    """A home for our launcher: the server's jars, three modules, and the plugin of what the tests need besides."""
    home = jdk()
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        project = Path(temporary) / "project"
        _write_project(project, recipe)
        _maven("dependency:copy-dependencies", "-DoutputDirectory=lib", "-DincludeScope=runtime", cwd=project)
        made = Path(temporary) / "home"
        shutil.move(project / "server" / "lib", made / "lib")
        for name in MODULES:
            _module(name, project / name / "lib", made, recipe.version)
        [templates] = (project / "templates" / "lib").glob("*.jar")
        shutil.copy(templates, made / "modules" / "x-pack-core")
        [older] = (project / "older" / "lib").glob("*.zip")
        _unpack(older, OLDER_JARS, made / "modules" / "x-pack-security")
        _compile(home, made, recipe)
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    return target


def _module(name: str, jars: Path, made: Path, version: str) -> None:
    """A module's jars but those the server or the module below it brings, and the descriptor its own jar carries."""
    folder = made / "modules" / name
    folder.mkdir(parents=True)
    below = [made / "lib", *([made / "modules" / "x-pack-core"] if name == "x-pack-security" else [])]
    for jar in jars.iterdir():
        if not TWICE.fullmatch(jar.name) and not any((place / jar.name).exists() for place in below):
            shutil.copy(jar, folder)
    _unpack(folder / f"{name}-{version}.jar", re.compile(f"META-INF/es-plugins/{name}/.+"), folder)


def _unpack(archive: Path, wanted: re.Pattern[str], into: Path) -> None:
    """Matching files of an archive, without their folders."""
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            if wanted.fullmatch(name) and not name.endswith("/"):
                (into / name.rpartition("/")[2]).write_bytes(opened.read(name))


def _compile(home: Path, made: Path, recipe: kinds.Elasticsearch) -> None:
    javac = [str(home / "bin" / "javac"), "--release", str(OLDEST_JAVA), "-nowarn"]
    plugin, classes = made / "plugins" / "standins", made / "classes"
    plugin.mkdir(parents=True)
    parts = [str(file) for file in SOURCES.glob("*.java") if file.name != "Node.java"]
    path = f"{made / 'lib'}/*:{made / 'modules' / 'x-pack-core'}/*"
    run([*javac, "-d", str(classes), "-cp", path, *parts])
    run([str(home / "bin" / "jar"), "cf", str(plugin / "standins.jar"), "-C", str(classes), "."])
    _launcher(home, made, SOURCES / "Node.java")
    shutil.rmtree(classes)
    descriptor = (SOURCES / "plugin-descriptor.properties").read_text(encoding="utf-8")
    (plugin / "plugin-descriptor.properties").write_text(descriptor.replace("@VERSION@", recipe.version))


def _launcher(home: Path, made: Path, source: Path) -> None:
    javac = [str(home / "bin" / "javac"), "--release", str(OLDEST_JAVA), "-nowarn"]
    run([*javac, "-d", str(made / "launcher"), "-cp", f"{made / 'lib'}/*", str(source)])


def _write_project(folder: Path, recipe: kinds.Elasticsearch) -> None:
    """One Maven project with a module for each set of jars that must stay apart."""
    sets: dict[str, tuple[str, str, str, str, tuple[tuple[str, str], ...]]] = {}
    sets["server"] = ("org.elasticsearch", "elasticsearch", recipe.version, "jar", UNPUBLISHED)
    without = (*UNPUBLISHED, (PLUGIN_GROUP, "x-pack-template-resources"))
    sets |= {name: (PLUGIN_GROUP, name, recipe.version, "jar", without) for name in MODULES}
    alone = (("*", "*"),)
    sets["templates"] = (PLUGIN_GROUP, "x-pack-template-resources", recipe.older, "jar", alone)
    sets["older"] = (ZIP_GROUP, "elasticsearch", recipe.older, "zip", alone)
    folder.mkdir()
    modules = "".join(f"<module>{name}</module>" for name in sets)
    (folder / "pom.xml").write_text(_pom("all", f"<packaging>pom</packaging><modules>{modules}</modules>"))
    for name, (group, artifact, version, kind, excluded) in sets.items():
        exclusions = "".join(f"<exclusion>{_names(*pair)}</exclusion>" for pair in excluded)
        dependency = f"{_names(group, artifact)}<version>{version}</version><type>{kind}</type>"
        body = f"<dependency>{dependency}<exclusions>{exclusions}</exclusions></dependency>"
        (folder / name).mkdir()
        (folder / name / "pom.xml").write_text(_pom(name, f"<dependencies>{body}</dependencies>"))


def _pom(name: str, body: str) -> str:
    start = '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    return f"{start}{_names('engines', name)}<version>1</version>{body}</project>\n"


def _names(group: str, artifact: str) -> str:
    return f"<groupId>{group}</groupId><artifactId>{artifact}</artifactId>"


def _maven(*arguments: str, cwd: Path | None = None) -> None:
    if not shutil.which("mvn"):
        raise NotToBeHad("no mvn on PATH; install Maven 3.6 or newer")
    run(["mvn", "-q", "-B", *arguments], cwd=cwd)
