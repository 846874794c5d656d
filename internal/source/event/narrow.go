package event

import (
	"slices"

	"github.com/stance-sec/stance/internal/source"
)

// prefixes are how EC2 begins the ids of its types. What begins otherwise is none.
var prefixes = map[string]string{
	"aws_ami": "ami-", "aws_ebs_snapshot": "snap-", "aws_ebs_volume": "vol-", "aws_instance": "i-", "aws_eip": "eipalloc-",
	"aws_security_group": "sg-", "aws_network_acl": "acl-", "aws_network_interface": "eni-", "aws_route_table": "rtb-",
	"aws_vpc": "vpc-", "aws_subnet": "subnet-", "aws_internet_gateway": "igw-", "aws_egress_only_internet_gateway": "eigw-",
	"aws_nat_gateway": "nat-", "aws_vpn_gateway": "vgw-", "aws_vpn_connection": "vpn-", "aws_flow_log": "fl-",
	"aws_vpc_endpoint": "vpce-", "aws_vpc_endpoint_service": "vpce-svc-", "aws_vpc_peering_connection": "pcx-",
	"aws_launch_template": "lt-", "aws_key_pair": "key-", "aws_ec2_transit_gateway": "tgw-", "aws_ec2_managed_prefix_list": "pl-",
	"aws_ec2_transit_gateway_attachment": "tgw-attach-", "aws_ec2_transit_gateway_route_table": "tgw-rtb-", "aws_ec2_client_vpn_endpoint": "cvpn-endpoint-",
	"aws_ec2_instance_connect_endpoint": "eice-", "aws_spot_fleet_request": "sfr-",
}

// indirect are calls that change more resources of a type than they name, by the type,
// or * for all.
var indirect = map[call][]string{
	{"ec2.amazonaws.com", "ReplaceNetworkAclAssociation"}:             {"*"}, // the list that was left
	{"ec2.amazonaws.com", "ReplaceRouteTableAssociation"}:             {"*"},
	{"ec2.amazonaws.com", "ModifyManagedPrefixList"}:                  {"aws_security_group"},
	{"kms.amazonaws.com", "UpdateAlias"}:                              {"*"}, // the key that was left
	{"kms.amazonaws.com", "DeleteAlias"}:                              {"*"},
	{"rds.amazonaws.com", "ModifyDBParameterGroup"}:                   {"aws_db_instance"},
	{"rds.amazonaws.com", "ResetDBParameterGroup"}:                    {"aws_db_instance"},
	{"rds.amazonaws.com", "ModifyDBCluster"}:                          {"aws_db_instance"},
	{"rds.amazonaws.com", "ModifyDBClusterParameterGroup"}:            {"aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"},
	{"rds.amazonaws.com", "ResetDBClusterParameterGroup"}:             {"aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"},
	{"redshift.amazonaws.com", "ModifyClusterParameterGroup"}:         {"*"},
	{"redshift.amazonaws.com", "ResetClusterParameterGroup"}:          {"*"},
	{"ecr.amazonaws.com", "PutRegistryScanningConfiguration"}:         {"*"},
	{"elasticloadbalancing.amazonaws.com", "ModifyRule"}:              {"aws_lb_listener", "aws_lb_target_group"},
	{"elasticloadbalancing.amazonaws.com", "DeleteRule"}:              {"aws_lb_listener", "aws_lb_target_group"},
	{"elasticloadbalancing.amazonaws.com", "SetRulePriorities"}:       {"aws_lb_listener"},
	{"elasticloadbalancing.amazonaws.com", "DeleteListener"}:          {"aws_lb_target_group"},
	{"elasticloadbalancing.amazonaws.com", "ModifyListener"}:          {"aws_lb_target_group"}, // the target that was left
	{"network-firewall.amazonaws.com", "UpdateFirewallPolicy"}:        {"aws_networkfirewall_rule_group"},
	{"network-firewall.amazonaws.com", "DeleteFirewallPolicy"}:        {"aws_networkfirewall_rule_group"},
	{"network-firewall.amazonaws.com", "AssociateFirewallPolicy"}:     {"aws_networkfirewall_firewall_policy"},
	{"network-firewall.amazonaws.com", "DeleteFirewall"}:              {"aws_networkfirewall_firewall_policy"},
	{"wafv2.amazonaws.com", "DisassociateWebACL"}:                     {"aws_wafv2_web_acl"},
	{"ecs.amazonaws.com", "UpdateService"}:                            {"aws_ecs_task_definition"},
	{"ecs.amazonaws.com", "DeleteService"}:                            {"aws_ecs_task_definition"},
	{"logs.amazonaws.com", "DeleteLogGroup"}:                          {"aws_cloudwatch_log_metric_filter"},
	{"apigateway.amazonaws.com", "CreateDeployment"}:                  {"aws_api_gateway_stage"},
	{"organizations.amazonaws.com", "RemoveAccountFromOrganization"}:  {"*"},
	{"organizations.amazonaws.com", "AcceptHandshake"}:                {"*"},
	{"elasticmapreduce.amazonaws.com", "CreateSecurityConfiguration"}: {"*"},
}

// narrow returns the names that may be of the type, whether they leave something out,
// and whether the event touches the type at all.
func narrow(kind string, e Event) (names []string, whole, touched bool) {
	names = e.Names
	whole = len(names) == 0
	if list := indirect[call{e.Source, unversioned(e.Name)}]; slices.Contains(list, kind) || slices.Contains(list, "*") {
		return names, true, true
	}
	prefix, ok := prefixes[kind]
	if !ok || e.Source != "ec2.amazonaws.com" {
		return names, whole, true
	}
	own := source.NewNames(names...).Like(prefix, "-")
	if len(own) == 0 {
		tagged := e.Name == "CreateTags" || e.Name == "DeleteTags" // what they name is all they change
		return names, true, !tagged
	}
	return own, false, true
}
