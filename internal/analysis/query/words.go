package query

import (
	"maps"
	"slices"
)

// word is what a node pattern may say instead of a type.
type word struct {
	// class is a view that resources offer; 0 for none.
	class class
	// types are patterns of types, with * for any text.
	types []string
}

// class is a set of views that a resource offers.
type class uint8

// The views, as bits.
const (
	classStore class = 1 << iota
	classCompute
	classIdentity
	classNetwork
)

// The types of the nodes from which attackers start.
const (
	// Internet is anyone on the internet.
	Internet = "internet"
	// AnyAccount is anyone with an account of the provider.
	AnyAccount = "any-account"
	// Foothold is somebody who already got into one workload, identity or trusted account.
	Foothold = "foothold"
)

// views are the names under which resources offer the classes.
var views = map[string]class{"data_store": classStore, "compute": classCompute, "identity": classIdentity, "network_rules": classNetwork}

// words are the nouns of the language. Types of clouds can be named as they are, too.
var words = map[string]word{
	"internet":    {types: []string{Internet}},
	"any-account": {types: []string{AnyAccount}},
	"foothold":    {types: []string{Foothold}},
	"anyone":      {types: []string{Internet, AnyAccount}},
	"attacker":    {types: []string{Internet, AnyAccount, Foothold}},

	"datastore": {class: classStore},
	"compute":   {class: classCompute, types: []string{"aws_ecs_service", "aws_ecs_task_definition"}},
	"identity":  {class: classIdentity},
	"network": {class: classNetwork, types: []string{
		"aws_vpc*", "aws_subnet", "aws_network_*", "aws_security_group", "aws_route_table", "aws_internet_gateway", "aws_egress_only_internet_gateway",
		"aws_nat_gateway", "aws_eip", "aws_ec2_transit_gateway*", "aws_ec2_managed_prefix_list",
		"azurerm_network_security_group", "google_compute_firewall",
	}},

	"account":       {types: []string{"aws_account"}},
	"bucket":        {types: []string{"aws_s3_bucket", "azurerm_storage_account", "google_storage_bucket"}},
	"cluster":       {types: []string{"aws_eks_cluster", "aws_ecs_cluster", "aws_emr_cluster"}},
	"database":      {types: []string{"aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster", "azurerm_postgresql_flexible_server", "google_sql_database_instance"}},
	"function":      {types: []string{"aws_lambda_function"}},
	"group":         {types: []string{"aws_iam_group"}},
	"image":         {types: []string{"aws_ami"}},
	"instance":      {types: []string{"aws_instance", "azurerm_virtual_machine", "google_compute_instance"}},
	"key":           {types: []string{"aws_kms_key"}},
	"load-balancer": {types: []string{"aws_lb", "aws_elb"}},
	"policy":        {types: []string{"aws_iam_policy", "aws_organizations_policy"}},
	"profile":       {types: []string{"aws_iam_instance_profile"}},
	"provider":      {types: []string{"aws_iam_openid_connect_provider", "aws_iam_saml_provider"}},
	"queue":         {types: []string{"aws_sqs_queue"}},
	"repository":    {types: []string{"aws_ecr_repository"}},
	"role":          {types: []string{"aws_iam_role", "azurerm_user_assigned_identity", "google_service_account"}},
	"secret":        {types: []string{"aws_secretsmanager_secret", "aws_ssm_parameter"}},
	"firewall":      {types: []string{"aws_security_group", "azurerm_network_security_group", "google_compute_firewall"}},
	"snapshot":      {types: []string{"aws_ebs_snapshot", "aws_db_snapshot", "aws_db_cluster_snapshot"}},
	"subnet":        {types: []string{"aws_subnet"}},
	"table":         {types: []string{"aws_dynamodb_table"}},
	"topic":         {types: []string{"aws_sns_topic"}},
	"user":          {types: []string{"aws_iam_user"}},
	"volume":        {types: []string{"aws_ebs_volume"}},
	"vpc":           {types: []string{"aws_vpc"}},
}

// anyNode matches every resource.
const anyNode = "any"

// Words returns the nouns of the language, sorted.
func Words() []string { return append(slices.Sorted(maps.Keys(words)), anyNode) }

// Fields returns the names of the attributes that conditions may ask for.
func Fields() []string { return slices.Clone(fieldNames) }

// reserved words cannot name a node.
var reserved = map[string]bool{"where": true, "limit": true, "and": true, "or": true, "not": true, "in": true, "like": true, anyNode: true}
