package rds

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/stance-sec/stance/internal/source/aws"
)

// deciding are the parameters of database engines that decide about encryption on the
// wire and about what is written down.
var deciding = []string{
	"rds.force_ssl", "require_secure_transport", "tls", "neptune_enforce_ssl", "neptune_enable_audit_log", "audit_logs",
	"server_audit_logging", "server_audit_events", "log_connections", "log_disconnections", "log_statement",
	"log_min_duration_statement", "log_min_messages", "log_min_error_statement", "pgaudit.log", "shared_preload_libraries",
	"general_log", "slow_query_log", "local_infile", "ssl_min_protocol_version", "tls_version", "password_encryption",
}

func decidingFilter() []types.Filter {
	name := "parameter-name"
	return []types.Filter{{Name: &name, Values: deciding}}
}

// parameters returns the deciding parameters of an instance's parameter group. One
// without a value is left out.
func parameters(ctx context.Context, s *aws.Session, group string) (map[string]string, error) {
	return aws.Shared(s, "rds parameters "+group, func() (map[string]string, error) {
		found := map[string]string{}
		pages := sdk.NewDescribeDBParametersPaginator(client(s), &sdk.DescribeDBParametersInput{DBParameterGroupName: &group, Filters: decidingFilter(), MaxRecords: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			keep(found, page.Parameters)
		}
		return found, nil
	})
}

// clusterParameters returns the deciding parameters of a cluster's parameter group.
func clusterParameters(ctx context.Context, s *aws.Session, group string) (map[string]string, error) {
	return aws.Shared(s, "rds cluster parameters "+group, func() (map[string]string, error) {
		found := map[string]string{}
		pages := sdk.NewDescribeDBClusterParametersPaginator(client(s), &sdk.DescribeDBClusterParametersInput{DBClusterParameterGroupName: &group, Filters: decidingFilter(), MaxRecords: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			keep(found, page.Parameters)
		}
		return found, nil
	})
}

func keep(found map[string]string, list []types.Parameter) {
	for _, p := range list {
		name := aws.Value(p.ParameterName)
		for _, wanted := range deciding {
			if name == wanted && p.ParameterValue != nil {
				found[name] = *p.ParameterValue
			}
		}
	}
}
