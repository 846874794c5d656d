package reach

// reader takes over a resource type: its facts belong to a part, and read returns how
// to forget one.
type reader struct {
	part part
	read func(l line, f *facts) func()
}

// readers are the types that answers need.
var readers = map[string]reader{
	"aws_subnet":                          {networks, readSubnet},
	"aws_vpc":                             {networks, readVPC},
	"aws_vpc_block_public_access_options": {networks, readBlock},
	"aws_route_table":                     {networks, readTable},
	"aws_network_acl":                     {filters, readACL},
	"aws_security_group":                  {filters, readGroup},
	"aws_network_interface":               {machines, readInterface},
	"aws_instance":                        {machines, readInstance},
	"aws_internet_gateway":                {networks, readGateway},
	"aws_ec2_managed_prefix_list":         {networks, readList},
	"aws_vpc_endpoint":                    {networks, readEndpoint},
	"aws_lb":                              {services, readBalancer},
	"aws_elb":                             {services, readClassic},
	"aws_lb_listener":                     {services, readListener},
	"aws_lb_target_group":                 {services, readTargetGroup},
	"aws_autoscaling_group":               {services, readScalingGroup},
	"aws_db_instance":                     {services, readDatabase},
	"aws_rds_cluster":                     {services, readDatabaseCluster},
	"aws_docdb_cluster":                   {services, readDatabaseCluster},
	"aws_neptune_cluster":                 {services, readDatabaseCluster},
	"aws_db_subnet_group":                 {services, readSubnetSet},
	"aws_redshift_cluster":                {services, readWarehouse},
	"aws_redshift_subnet_group":           {services, readSubnetSet},
	"aws_redshiftserverless_workgroup":    {services, readWarehouse},
	"aws_msk_cluster":                     {services, readKafka},
	"aws_mq_broker":                       {services, readBroker},
	"aws_dms_replication_instance":        {services, readReplication},
	"aws_elasticache_cluster":             {services, readInner},
	"aws_elasticache_replication_group":   {services, readInner},
	"aws_elasticache_serverless_cache":    {services, readInner},
	"aws_memorydb_cluster":                {services, readInner},
	"aws_ecs_service":                     {services, readContainers},
	"aws_lambda_function":                 {services, readFunction},
	"aws_api_gateway_rest_api":            {services, readRestAPI},
	"aws_api_gateway_stage":               {services, readStage},
	"aws_apigatewayv2_api":                {services, readHTTPAPI},
	"aws_apigatewayv2_stage":              {services, readStage},
	"aws_opensearch_domain":               {services, readSearch},
	"aws_eks_cluster":                     {services, readKubernetes},
	"aws_cloudfront_distribution":         {services, readDistribution},
	"aws_vpc_peering_connection":          {networks, readPeering},
	"aws_ec2_transit_gateway_attachment":  {networks, readAttachment},
	"aws_ec2_transit_gateway":             {networks, readTransit},
	transitTable:                          {networks, readTransitTable},
}
