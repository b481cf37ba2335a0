"""The event exporter against a real RabbitMQ."""
