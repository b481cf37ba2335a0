"""The alerts of the event bus, each under a real fault: from a real RabbitMQ to a receiver."""
