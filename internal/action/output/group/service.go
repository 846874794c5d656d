package group

import "strings"

// Service returns the service a check belongs to: the second part of its id, which is
// the folder of its file below the cloud's.
func Service(check string) string {
	parts := strings.SplitN(check, "-", 3)
	if len(parts) < 2 {
		return check
	}
	return parts[1]
}

// ServiceName returns what people call a service. A service without a name of its own
// here is returned with a capital.
func ServiceName(service string) string {
	if name := serviceNames()[service]; name != "" {
		return name
	}
	if service == "" || service[0] < 'a' || service[0] > 'z' {
		return service
	}
	return strings.ToUpper(service[:1]) + service[1:]
}

func serviceNames() map[string]string {
	return map[string]string{
		"accessanalyzer": "Access Analyzer", "acm": "Certificate Manager", "apigateway": "API Gateway (REST)", "apigatewayv2": "API Gateway (HTTP)",
		"autoscaling": "Auto Scaling", "cloudfront": "CloudFront", "cloudtrail": "CloudTrail", "cloudwatch": "CloudWatch", "codebuild": "CodeBuild",
		"configservice": "Config", "database": "Databases", "dms": "Database Migration", "dynamodb": "DynamoDB", "ec2": "EC2 and VPC",
		"ecr": "ECR", "ecs": "ECS", "efs": "EFS", "eks": "EKS", "elasticache": "ElastiCache", "elb": "Classic Load Balancing",
		"elbv2": "Load Balancing", "emr": "EMR", "eventbridge": "EventBridge", "firehose": "Data Firehose", "fsx": "FSx", "guardduty": "GuardDuty",
		"iam": "IAM", "identity": "Identities", "inspector2": "Inspector", "kafka": "MSK", "kinesis": "Kinesis", "kms": "KMS", "lambda": "Lambda",
		"logs": "CloudWatch Logs", "macie2": "Macie", "memorydb": "MemoryDB", "mq": "Amazon MQ", "network": "Networks",
		"networkfirewall": "Network Firewall", "opensearch": "OpenSearch", "rds": "RDS", "redshiftserverless": "Redshift Serverless",
		"region": "Regional settings", "resourceexplorer2": "Resource Explorer", "route53": "Route 53", "s3": "S3", "sagemaker": "SageMaker",
		"secretsmanager": "Secrets Manager", "securityhub": "Security Hub", "sfn": "Step Functions", "sns": "SNS", "sqs": "SQS",
		"ssm": "Systems Manager", "wafv2": "WAF", "account": "Account settings", "storage": "Object storage",
	}
}
