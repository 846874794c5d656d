package reach_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/estate"
)

// settings are the settings that are read of each type, by the names under which the
// sources write them.
var settings = map[string]string{
	"aws_subnet":                          "vpc cidr ipv6_cidrs internet_block",
	"aws_vpc":                             "cidrs ipv6_cidrs internet_block",
	"aws_vpc_block_public_access_options": "mode",
	"aws_route_table":                     "vpc main subnets gateways routes routes.destination routes.target routes.kind routes.active routes.propagated",
	"aws_network_acl":                     "vpc default subnets ingress egress ingress.action ingress.priority ingress.protocol ingress.from_port ingress.to_port ingress.cidrs",
	"aws_security_group":                  "vpc ingress egress ingress.action ingress.protocol ingress.from_port ingress.to_port ingress.cidrs ingress.groups ingress.prefix_lists ingress.prefix_lists.id ingress.prefix_lists.cidrs",
	"aws_network_interface":               "kind description attached instance service_managed vpc subnet security_groups private_addresses public_addresses ipv6_addresses",
	"aws_instance":                        "state interfaces vpc subnet security_groups public_addresses ipv6_addresses",
	"aws_internet_gateway":                "vpcs",
	"aws_ec2_managed_prefix_list":         "list_id cidrs",
	"aws_vpc_endpoint":                    "kind service_name state vpc subnets security_groups",
	"aws_vpc_peering_connection":          "state requester.vpc requester.vpc_region accepter.vpc accepter.vpc_region",
	"aws_ec2_transit_gateway_attachment":  "state gateway gateway_account kind attached route_table",
	"aws_ec2_transit_gateway":             "shares_security_groups",
	"aws_ec2_transit_gateway_route_table": "routes.destination routes.attachments routes.active routes.propagated",
	"aws_lb":                              "kind internet_facing state address_type dns_name vpc subnets security_groups",
	"aws_elb":                             "internet_facing dns_name vpc subnets security_groups instances listeners.port listeners.instance_port",
	"aws_lb_listener":                     "load_balancer protocol port actions.target_groups rules rules.actions.target_groups",
	"aws_lb_target_group":                 "target_kind protocol port vpc load_balancers",
	"aws_autoscaling_group":               "instances target_groups load_balancers",
	"aws_db_instance":                     "subnet_group vpc security_groups publicly_accessible port cluster status",
	"aws_rds_cluster":                     "subnet_group security_groups publicly_accessible port members",
	"aws_docdb_cluster":                   "subnet_group security_groups port members",
	"aws_neptune_cluster":                 "subnet_group security_groups port members",
	"aws_db_subnet_group":                 "vpc subnets",
	"aws_redshift_cluster":                "vpc security_groups publicly_accessible port status",
	"aws_redshift_subnet_group":           "vpc subnets",
	"aws_redshiftserverless_workgroup":    "subnets security_groups publicly_accessible port",
	"aws_msk_cluster":                     "subnets security_groups public_access",
	"aws_mq_broker":                       "settings.subnets settings.security_groups settings.publicly_accessible",
	"aws_dms_replication_instance":        "vpc security_groups publicly_accessible",
	"aws_elasticache_cluster":             "subnet_group security_groups",
	"aws_elasticache_replication_group":   "node.subnet_group node.security_groups port",
	"aws_elasticache_serverless_cache":    "subnets security_groups",
	"aws_memorydb_cluster":                "subnet_group security_groups port",
	"aws_ecs_service":                     "subnets security_groups assign_public_ip load_balancers registrations.target_group registrations.port status running_tasks desired_tasks",
	"aws_lambda_function":                 "urls urls.auth_type urls.alias urls.policy.statements.actions policy.statements.actions vpc.subnets vpc.security_groups",
	"aws_api_gateway_rest_api":            "endpoints default_endpoint methods.authorization policy policy.statements.effect policy.statements.principals.id policy.statements.actions policy.statements.resources policy.statements.conditions.operator policy.statements.conditions.key policy.statements.conditions.values",
	"aws_api_gateway_stage":               "api",
	"aws_apigatewayv2_api":                "default_endpoint routes.authorization integrations.target",
	"aws_apigatewayv2_stage":              "api",
	"aws_opensearch_domain":               "vpc subnets security_groups enforce_https",
	"aws_eks_cluster":                     "public_endpoint public_cidrs",
	"aws_cloudfront_distribution":         "enabled origins.domain behaviors.trusted_key_groups behaviors.trusted_signers",
}

// TestSourcesWriteWhatIsRead holds the names above against the golden lines of the
// sources, and reads every line.
func TestSourcesWriteWhatIsRead(t *testing.T) {
	t.Parallel()
	written := map[string]map[string]bool{}
	b := reach.NewBuilder()
	for _, r := range goldenLines(t) {
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Add(line); err != nil {
			t.Errorf("%s: %v", r.ID, err)
		}
		var config any
		if err := json.Unmarshal(r.Config, &config); err != nil {
			t.Fatal(err)
		}
		if written[r.Type] == nil {
			written[r.Type] = map[string]bool{}
		}
		note(written[r.Type], "", config)
	}
	for kind, names := range settings {
		for name := range strings.FieldsSeq(names) {
			if !written[kind][name] {
				t.Errorf("no source writes %s of %s", name, kind)
			}
		}
	}
	if len(everything(t, b.Build())) < len(settings)/2 {
		t.Error("the lines hold hardly any endpoint")
	}
}

// note gathers the names of settings, those within lists without their places.
func note(names map[string]bool, at string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			path := strings.TrimPrefix(at+"."+name, ".")
			names[path] = true
			note(names, path, inner)
		}
	case []any:
		for _, inner := range value {
			note(names, at, inner)
		}
	}
}

func goldenLines(t *testing.T) []estate.Resource {
	t.Helper()
	paths, err := filepath.Glob("../../../source/aws/*/testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden lines: %v", err)
	}
	var all []estate.Resource
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range txtar.Parse(data).Files {
			if f.Name != "want.json" {
				continue
			}
			var list []estate.Resource
			if err := json.Unmarshal(f.Data, &list); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			all = append(all, list...)
		}
	}
	return all
}
