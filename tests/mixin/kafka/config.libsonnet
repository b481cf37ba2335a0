{
  _config+:: {
    selector: 'job="kafka"',
    lagLimit: 1000,
  },
}
