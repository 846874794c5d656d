package cloudtrail

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/source/aws"
)

// birth is a call that creates resources, and where its record tells which.
type birth struct {
	source, event string
	// kind is the type of what it creates; empty where it creates of several.
	kind string
	// key is the parameter that names what was created, in whatever case, and asked
	// whether it stands in the request rather than in the answer.
	key   string
	asked bool
	// arn is the ARN around the name: {p}, {r}, {a} and {id} are the partition, the region,
	// the account and the name. It is empty where the parameter is an ARN.
	arn string
}

// of returns the ARN of what is called by the name; empty when it cannot be one.
func (b birth) of(s *aws.Session, name string) string {
	if b.arn != "" {
		if name == "" || strings.HasPrefix(name, "arn:") {
			return ""
		}
		return strings.NewReplacer("{p}", s.Partition, "{r}", s.Region, "{a}", s.Account, "{id}", name).Replace(b.arn)
	}
	if !strings.HasPrefix(name, "arn:") {
		return ""
	}
	return name
}

// creatingCalls are the names of the calls, sorted, each once.
func creatingCalls() []string {
	names := make([]string, 0, len(births))
	for _, b := range births {
		names = append(names, b.event)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

const (
	ec2ARN  = "arn:{p}:ec2:{r}:{a}:"
	compute = "ec2.amazonaws.com"
	iam     = "iam.amazonaws.com"
	rds     = "rds.amazonaws.com"
	lbs     = "elasticloadbalancing.amazonaws.com"
	ecs     = "ecs.amazonaws.com"
)

// births are named as CloudTrail names calls and parameters: the examples of records in
// the services' guides ("Logging ... API calls with AWS CloudTrail") and the services' own
// names of parameters, written small first.
var births = []birth{
	{compute, "RunInstances", "aws_instance", "instanceId", false, ec2ARN + "instance/{id}"},
	{compute, "CreateSecurityGroup", "aws_security_group", "groupId", false, ec2ARN + "security-group/{id}"},
	{compute, "CreateVpc", "aws_vpc", "vpcId", false, ec2ARN + "vpc/{id}"},
	{compute, "CreateSubnet", "aws_subnet", "subnetId", false, ec2ARN + "subnet/{id}"},
	{compute, "CreateRouteTable", "aws_route_table", "routeTableId", false, ec2ARN + "route-table/{id}"},
	{compute, "CreateInternetGateway", "aws_internet_gateway", "internetGatewayId", false, ec2ARN + "internet-gateway/{id}"},
	{compute, "CreateNatGateway", "aws_nat_gateway", "natGatewayId", false, ec2ARN + "natgateway/{id}"},
	{compute, "CreateVpcEndpoint", "aws_vpc_endpoint", "vpcEndpointId", false, ec2ARN + "vpc-endpoint/{id}"},
	{compute, "CreateVpcPeeringConnection", "aws_vpc_peering_connection", "vpcPeeringConnectionId", false, ec2ARN + "vpc-peering-connection/{id}"},
	{compute, "CreateNetworkInterface", "aws_network_interface", "networkInterfaceId", false, ec2ARN + "network-interface/{id}"},
	{compute, "AllocateAddress", "aws_eip", "allocationId", false, ec2ARN + "elastic-ip/{id}"},
	{compute, "CreateVolume", "aws_ebs_volume", "volumeId", false, ec2ARN + "volume/{id}"},
	{compute, "CreateSnapshot", "aws_ebs_snapshot", "snapshotId", false, "arn:{p}:ec2:{r}::snapshot/{id}"},
	{compute, "CopySnapshot", "aws_ebs_snapshot", "snapshotId", false, "arn:{p}:ec2:{r}::snapshot/{id}"},
	{compute, "CreateImage", "aws_ami", "imageId", false, "arn:{p}:ec2:{r}::image/{id}"},
	{compute, "RegisterImage", "aws_ami", "imageId", false, "arn:{p}:ec2:{r}::image/{id}"},
	{compute, "CopyImage", "aws_ami", "imageId", false, "arn:{p}:ec2:{r}::image/{id}"},
	{compute, "CreateLaunchTemplate", "aws_launch_template", "launchTemplateId", false, ec2ARN + "launch-template/{id}"},
	{compute, "CreateKeyPair", "aws_key_pair", "keyName", false, ec2ARN + "key-pair/{id}"},
	{compute, "ImportKeyPair", "aws_key_pair", "keyName", false, ec2ARN + "key-pair/{id}"},

	{iam, "CreateUser", "aws_iam_user", "arn", false, ""},
	{iam, "CreateRole", "aws_iam_role", "arn", false, ""},
	{iam, "CreateGroup", "aws_iam_group", "arn", false, ""},
	{iam, "CreatePolicy", "aws_iam_policy", "arn", false, ""},
	{iam, "CreateInstanceProfile", "aws_iam_instance_profile", "arn", false, ""},
	{iam, "CreateOpenIDConnectProvider", "aws_iam_openid_connect_provider", "openIDConnectProviderArn", false, ""},
	{iam, "CreateSAMLProvider", "aws_iam_saml_provider", "sAMLProviderArn", false, ""},
	{"kms.amazonaws.com", "CreateKey", "aws_kms_key", "arn", false, ""},
	{"secretsmanager.amazonaws.com", "CreateSecret", "aws_secretsmanager_secret", "arn", false, ""},

	{"s3.amazonaws.com", "CreateBucket", "aws_s3_bucket", "bucketName", true, "arn:{p}:s3:::{id}"},
	{"elasticfilesystem.amazonaws.com", "CreateFileSystem", "aws_efs_file_system", "fileSystemId", false, "arn:{p}:elasticfilesystem:{r}:{a}:file-system/{id}"},
	{"dynamodb.amazonaws.com", "CreateTable", "aws_dynamodb_table", "tableArn", false, ""},
	{rds, "CreateDBInstance", "aws_db_instance", "dBInstanceArn", false, ""},
	{rds, "CreateDBInstanceReadReplica", "aws_db_instance", "dBInstanceArn", false, ""},
	{rds, "RestoreDBInstanceFromDBSnapshot", "aws_db_instance", "dBInstanceArn", false, ""},
	{rds, "CreateDBCluster", "", "dBClusterArn", false, ""},
	{rds, "RestoreDBClusterFromSnapshot", "", "dBClusterArn", false, ""},
	{rds, "CreateDBSnapshot", "aws_db_snapshot", "dBSnapshotArn", false, ""},
	{"redshift.amazonaws.com", "CreateCluster", "aws_redshift_cluster", "clusterIdentifier", false, "arn:{p}:redshift:{r}:{a}:cluster:{id}"},
	{"es.amazonaws.com", "CreateDomain", "aws_opensearch_domain", "aRN", false, ""},
	{"elasticache.amazonaws.com", "CreateReplicationGroup", "aws_elasticache_replication_group", "aRN", false, ""},

	{"lambda.amazonaws.com", "CreateFunction20150331", "aws_lambda_function", "functionArn", false, ""},
	{ecs, "CreateCluster", "aws_ecs_cluster", "clusterArn", false, ""},
	{ecs, "CreateService", "aws_ecs_service", "serviceArn", false, ""},
	{ecs, "RegisterTaskDefinition", "aws_ecs_task_definition", "taskDefinitionArn", false, ""},
	{"eks.amazonaws.com", "CreateCluster", "aws_eks_cluster", "name", true, "arn:{p}:eks:{r}:{a}:cluster/{id}"},
	{"ecr.amazonaws.com", "CreateRepository", "aws_ecr_repository", "repositoryArn", false, ""},
	{"codebuild.amazonaws.com", "CreateProject", "aws_codebuild_project", "arn", false, ""},
	{"states.amazonaws.com", "CreateStateMachine", "aws_sfn_state_machine", "stateMachineArn", false, ""},
	{"sagemaker.amazonaws.com", "CreateNotebookInstance", "aws_sagemaker_notebook_instance", "notebookInstanceArn", false, ""},
	{"glue.amazonaws.com", "CreateJob", "aws_glue_job", "name", true, "arn:{p}:glue:{r}:{a}:job/{id}"},

	{lbs, "CreateLoadBalancer", "aws_lb", "loadBalancerArn", false, ""},
	{lbs, "CreateLoadBalancer", "aws_elb", "loadBalancerName", true, "arn:{p}:elasticloadbalancing:{r}:{a}:loadbalancer/{id}"},
	{lbs, "CreateTargetGroup", "aws_lb_target_group", "targetGroupArn", false, ""},
	{"apigateway.amazonaws.com", "CreateRestApi", "aws_api_gateway_rest_api", "id", false, "arn:{p}:apigateway:{r}::/restapis/{id}"},
	{"sns.amazonaws.com", "CreateTopic", "aws_sns_topic", "topicArn", false, ""},
	{"sqs.amazonaws.com", "CreateQueue", "aws_sqs_queue", "queueName", true, "arn:{p}:sqs:{r}:{a}:{id}"},
	{"kinesis.amazonaws.com", "CreateStream", "aws_kinesis_stream", "streamName", true, "arn:{p}:kinesis:{r}:{a}:stream/{id}"},
	{"firehose.amazonaws.com", "CreateDeliveryStream", "aws_kinesis_firehose_delivery_stream", "deliveryStreamARN", false, ""},
	{"logs.amazonaws.com", "CreateLogGroup", "aws_cloudwatch_log_group", "logGroupName", true, "arn:{p}:logs:{r}:{a}:log-group:{id}"},
	{"cloudtrail.amazonaws.com", "CreateTrail", "aws_cloudtrail", "trailARN", false, ""},
}
