{
  grafanaDashboards+:: {
    'kafka-topics.json': {
      title: 'Kafka topics',
      uid: 'whatever',
      schemaVersion: 27,
      templating: {
        list: [
          { name: 'datasource', type: 'datasource', query: 'prometheus' },
          { name: 'job', type: 'query', query: 'label_values(kafka_controller_active, job)', datasource: '$datasource', refresh: 2 },
        ],
      },
      panels: [
        {
          id: 1,
          type: 'timeseries',
          title: 'Messages in',
          description: 'Messages received per second.',
          gridPos: { x: 0, y: 0, w: 12, h: 8 },
          datasource: '$datasource',
          fieldConfig: { defaults: { unit: 'mps' }, overrides: [] },
          targets: [{ refId: 'A', expr: 'sum by (topic) (rate(kafka_messages_in_total{job=~"$job"}[$__rate_interval]))' }],
        },
      ],
    },
  },
}
