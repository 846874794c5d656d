package picture

// ask is an action on a store; %s stands for its ARN.
type ask struct{ action, resource string }

// reading are the ways by which the content of a type of store gets out; of one way all
// are needed.
var reading = map[string][][]ask{
	"aws_s3_bucket": {{{"s3:GetObject", "%s/stance-any-name"}}, {{"s3:GetObjectVersion", "%s/stance-any-name"}}},
	"aws_dynamodb_table": {
		{{"dynamodb:Scan", "%s"}}, {{"dynamodb:Query", "%s"}}, {{"dynamodb:GetItem", "%s"}}, {{"dynamodb:BatchGetItem", "%s"}},
		{{"dynamodb:PartiQLSelect", "%s"}}, {{"dynamodb:ExportTableToPointInTime", "%s"}},
	},
	"aws_secretsmanager_secret": {{{"secretsmanager:GetSecretValue", "%s"}}},
	"aws_ssm_parameter": {
		{{"ssm:GetParameter", "%s"}}, {{"ssm:GetParameters", "%s"}}, {{"ssm:GetParametersByPath", "%s"}}, {{"ssm:GetParameterHistory", "%s"}},
	},
	"aws_sqs_queue":           {{{"sqs:ReceiveMessage", "%s"}}},
	"aws_kinesis_stream":      {{{"kinesis:GetRecords", "%s"}, {"kinesis:GetShardIterator", "%s"}}, {{"kinesis:SubscribeToShard", "%s/consumer/stance-any-name:1"}}},
	"aws_db_instance":         {{{"rds:ModifyDBInstance", "%s"}}},
	"aws_rds_cluster":         {{{"rds:ModifyDBCluster", "%s"}}},
	"aws_redshift_cluster":    {{{"redshift:ModifyCluster", "%s"}}},
	"aws_ebs_snapshot":        {{{"ec2:ModifySnapshotAttribute", "%s"}}, {{"ebs:GetSnapshotBlock", "%s"}, {"ebs:ListSnapshotBlocks", "%s"}}},
	"aws_db_snapshot":         {{{"rds:ModifyDBSnapshotAttribute", "%s"}}},
	"aws_db_cluster_snapshot": {{{"rds:ModifyDBClusterSnapshotAttribute", "%s"}}},
	"aws_opensearch_domain":   {{{"es:ESHttpGet", "%s/stance-any-name"}}, {{"es:ESHttpPost", "%s/stance-any-name"}}},
	"aws_efs_file_system":     {{{"elasticfilesystem:ClientMount", "%s"}}},
	"aws_docdb_cluster":       {{{"rds:ModifyDBCluster", "%s"}}},
	"aws_neptune_cluster":     {{{"rds:ModifyDBCluster", "%s"}}},
	"aws_msk_cluster":         {{{"kafka-cluster:ReadData", "%s"}}},
}

// needsDecrypt tells the types that ask for the customer's key on each read.
func needsDecrypt(kind string) bool {
	switch kind {
	case "aws_s3_bucket", "aws_dynamodb_table", "aws_secretsmanager_secret", "aws_ssm_parameter", "aws_sqs_queue", "aws_kinesis_stream", "aws_ebs_snapshot":
		return true
	default:
		return false
	}
}
