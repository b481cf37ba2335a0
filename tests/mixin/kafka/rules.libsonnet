{
  prometheusRules+:: {
    groups+: [
      {
        name: 'kafka-rates',
        rules: [
          {
            record: 'job:kafka_messages_in:rate5m',
            expr: 'sum by (cluster, namespace, job) (rate(kafka_messages_in_total{%s}[5m]))' % $._config.selector,
          },
        ],
      },
    ],
  },
}
