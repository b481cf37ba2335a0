"""The spec: the text of a platform in, a Platform or every mistake at once out."""
