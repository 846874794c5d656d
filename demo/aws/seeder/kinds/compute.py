"""Functions, containers and builds."""

from ..kind import Kind, register

LAMBDA = {"Runtime": "python3.13", "Handler": "app.handler", "Code": {"ZipFile": b"PK\x05\x06" + bytes(18)}}
ECS = "arn:aws:ecs:$(region):$(account):"

register(
    aws_lambda_function=Kind("lambda", "create_function", "FunctionName", "", "FunctionArn", {"FunctionName": "name", "Resource": "arn"},
                             LAMBDA, read="get_function"),
    aws_ecr_repository=Kind("ecr", "create_repository", "repositoryName", "", "repository.repositoryArn", {"repositoryName": "name"},
                            {"imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": {"scanOnPush": True}},
                            read="describe_repositories"),
    aws_ecs_cluster=Kind("ecs", "create_cluster", "clusterName", "", "cluster.clusterArn", {"cluster": "name"}, read="describe_clusters"),
    aws_ecs_task_definition=Kind("ecs", "register_task_definition", "family", "taskDefinition.taskDefinitionArn",
                                 "taskDefinition.taskDefinitionArn", {"taskDefinition": "arn"}, read="describe_task_definition"),
    aws_ecs_service=Kind("ecs", "create_service", "serviceName", "", "service.serviceArn", {"service": "name"},
                         read="describe_services"),
    aws_eks_cluster=Kind("eks", "create_cluster", "name", "", "cluster.arn", {"name": "name"}, read="describe_cluster"),
    aws_autoscaling_group=Kind("autoscaling", "create_auto_scaling_group", "AutoScalingGroupName",
                               arn="arn:aws:autoscaling:$(region):$(account):autoScalingGroup:*:autoScalingGroupName/$(name)",
                               keys={"AutoScalingGroupName": "name"}, defaults={"MinSize": 0, "MaxSize": 0},
                               read="describe_auto_scaling_groups"),
    aws_codebuild_project=Kind("codebuild", "create_project", "name", "", "project.arn", {"name": "name"}, read="batch_get_projects"),
    aws_sagemaker_notebook_instance=Kind("sagemaker", "create_notebook_instance", "NotebookInstanceName", "NotebookInstanceArn",
                                         "NotebookInstanceArn", {"NotebookInstanceName": "name"}, {"InstanceType": "ml.t3.medium"},
                                         read="describe_notebook_instance"),
)
