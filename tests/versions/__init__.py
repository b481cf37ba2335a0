"""The exporters' live tests on servers of every version they claim; what came of them is kept in docs/versions.md."""
