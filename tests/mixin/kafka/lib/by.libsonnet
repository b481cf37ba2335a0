{
  group(labels):: 'by (%s)' % std.join(', ', ['cluster', 'namespace', 'job'] + labels),
}
