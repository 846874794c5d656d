package rds

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Proxy pools connections to databases.
type Proxy struct {
	// EngineFamily is MYSQL, POSTGRESQL or SQLSERVER.
	EngineFamily string `json:"engine_family"`
	// RequireTLS is whether plain connections are refused.
	RequireTLS bool `json:"require_tls"`
	// DebugLogging is whether the text of statements is written to logs.
	DebugLogging bool `json:"debug_logging"`
	// IAMRequired is whether every way in asks for AWS credentials.
	IAMRequired bool `json:"iam_required"`
	// Role is the ARN of the role that reads the secrets.
	Role string `json:"role"`
	// VPC is the network it stands in.
	VPC string `json:"vpc"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
}

var proxy = source.Type[*aws.Session, Proxy]{
	Name:       "aws_db_proxy",
	Service:    "rds",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "DescribeDBProxies", Permission: "rds:DescribeDBProxies"},
	},
	Refresh: []string{"CreateDBProxy", "DeleteDBProxy", "ModifyDBProxy"},
	List:    listProxies,
}

func listProxies(ctx context.Context, s *aws.Session, found func(*source.Draft[Proxy])) error {
	pages := sdk.NewDescribeDBProxiesPaginator(client(s), &sdk.DescribeDBProxiesInput{MaxRecords: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, p := range page.DBProxies {
			found(draftProxy(s, p))
		}
	}
	return nil
}

func draftProxy(s *aws.Session, p types.DBProxy) *source.Draft[Proxy] {
	d := &source.Draft[Proxy]{ID: aws.Value(p.DBProxyArn), Name: aws.Value(p.DBProxyName), Created: aws.Value(p.CreatedDate).In(time.UTC)}
	d.Config = Proxy{
		EngineFamily: aws.Value(p.EngineFamily), RequireTLS: aws.Value(p.RequireTLS), DebugLogging: aws.Value(p.DebugLogging),
		IAMRequired: len(p.Auth) > 0, Role: aws.Value(p.RoleArn), VPC: aws.Value(p.VpcId), SecurityGroups: p.VpcSecurityGroupIds,
	}
	for _, a := range p.Auth {
		d.Config.IAMRequired = d.Config.IAMRequired && a.IAMAuth == types.IAMAuthModeRequired
	}
	if aws.Value(p.DefaultAuthScheme) == "IAM_AUTH" && len(p.Auth) == 0 {
		d.Config.IAMRequired = true
	}
	d.Relate(estate.RunsAs, d.Config.Role)
	for _, id := range p.VpcSecurityGroupIds {
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+id))
	}
	return d
}
