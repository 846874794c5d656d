package asff

// resourceTypes names the resource types that Security Hub knows, by Terraform's name.
// The others are Other.
func resourceTypes() map[string]string {
	return map[string]string{
		"aws_cloudfront_distribution": "AwsCloudFrontDistribution",
		"aws_cloudtrail":              "AwsCloudTrailTrail",
		"aws_db_instance":             "AwsRdsDbInstance",
		"aws_db_snapshot":             "AwsRdsDbSnapshot",
		"aws_dynamodb_table":          "AwsDynamoDbTable",
		"aws_ebs_volume":              "AwsEc2Volume",
		"aws_ecr_repository":          "AwsEcrRepository",
		"aws_eks_cluster":             "AwsEksCluster",
		"aws_elasticsearch_domain":    "AwsElasticsearchDomain",
		"aws_elb":                     "AwsElbLoadBalancer",
		"aws_iam_access_key":          "AwsIamAccessKey",
		"aws_iam_group":               "AwsIamGroup",
		"aws_iam_policy":              "AwsIamPolicy",
		"aws_iam_role":                "AwsIamRole",
		"aws_iam_user":                "AwsIamUser",
		"aws_instance":                "AwsEc2Instance",
		"aws_kms_key":                 "AwsKmsKey",
		"aws_lambda_function":         "AwsLambdaFunction",
		"aws_lb":                      "AwsElbv2LoadBalancer",
		"aws_network_acl":             "AwsEc2NetworkAcl",
		"aws_opensearch_domain":       "AwsOpenSearchServiceDomain",
		"aws_rds_cluster":             "AwsRdsDbCluster",
		"aws_redshift_cluster":        "AwsRedshiftCluster",
		"aws_s3_bucket":               "AwsS3Bucket",
		"aws_secretsmanager_secret":   "AwsSecretsManagerSecret",
		"aws_security_group":          "AwsEc2SecurityGroup",
		"aws_sns_topic":               "AwsSnsTopic",
		"aws_sqs_queue":               "AwsSqsQueue",
		"aws_subnet":                  "AwsEc2Subnet",
		"aws_vpc":                     "AwsEc2Vpc",
	}
}
