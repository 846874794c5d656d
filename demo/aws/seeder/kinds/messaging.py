"""Queues, topics and buses."""

from ..kind import Kind, register

register(
    aws_sqs_queue=Kind("sqs", "create_queue", "QueueName", "QueueUrl", "arn:aws:sqs:$(region):$(account):$(name)", {"QueueUrl": "id"}),
    aws_sns_topic=Kind("sns", "create_topic", "Name", "TopicArn", "TopicArn", {"TopicArn": "arn"}, read="get_topic_attributes"),
    aws_cloudwatch_event_bus=Kind("events", "create_event_bus", "Name", "", "EventBusArn", {"EventBusName": "name", "Name": "name"},
                                  read="describe_event_bus"),
)
