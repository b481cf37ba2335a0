local by = import 'lib/by.libsonnet';

{
  prometheusAlerts+:: {
    groups+: [
      {
        name: 'kafka',
        rules: [
          {
            alert: 'KafkaConsumerLag',
            expr: |||
              sum %(by)s (kafka_consumergroup_lag{%(selector)s}) > %(lagLimit)d
            ||| % ($._config { by: by.group(['consumergroup']) }),
            'for': '10m',
            labels: { severity: 'warning' },
            annotations: {
              summary: 'A consumer group falls behind.',
              description: '{{ $labels.consumergroup }} is {{ $value | humanize }} messages behind.',
              runbook_url: 'https://runbooks.example.com/kafka.md#kafkaconsumerlag',
            },
          },
          {
            alert: 'KafkaNoController',
            expr: 'sum %s (kafka_controller_active{%s}) < 1' % [by.group([]), $._config.selector],
            'for': '5m',
            labels: { severity: 'critical' },
            annotations: {
              summary: 'Kafka has no controller.',
              description: 'The brokers of {{ $labels.job }} elected no controller.',
            },
          },
        ],
      },
    ],
  },
}
