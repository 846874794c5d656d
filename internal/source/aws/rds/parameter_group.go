package rds

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// ParameterGroup is a set of engine parameters that instances use. The groups that AWS
// makes, whose names start with default., are left out: they cannot be changed.
type ParameterGroup struct {
	// Family is the engine and version it fits, such as postgres16.
	Family string `json:"family"`
	// Description is the owner's word on it.
	Description string `json:"description"`
	// Parameters are those that decide about encryption on the wire and logs, such as
	// rds.force_ssl or log_statement; one without a value is left out.
	Parameters map[string]string `json:"parameters"`
}

var parameterGroup = source.Type[*aws.Session, ParameterGroup]{
	Name:       "aws_db_parameter_group",
	Service:    "rds",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "DescribeDBParameterGroups", Permission: "rds:DescribeDBParameterGroups"},
		{Op: "DescribeDBParameters", Permission: "rds:DescribeDBParameters", Fills: []string{"parameters"}},
	},
	Refresh: []string{"CreateDBParameterGroup", "DeleteDBParameterGroup", "ModifyDBParameterGroup", "ResetDBParameterGroup"},
	Gone:    []string{"DBParameterGroupNotFound"},
	List:    listParameterGroups,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[ParameterGroup]) error {
		d.Try("parameters", func() error {
			found, err := parameters(ctx, s, d.Name)
			d.Config.Parameters = found
			return err
		})
		return nil
	},
}

func listParameterGroups(ctx context.Context, s *aws.Session, found func(*source.Draft[ParameterGroup])) error {
	pages := sdk.NewDescribeDBParameterGroupsPaginator(client(s), &sdk.DescribeDBParameterGroupsInput{MaxRecords: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, g := range page.DBParameterGroups {
			name := aws.Value(g.DBParameterGroupName)
			if strings.HasPrefix(name, "default.") {
				continue
			}
			d := &source.Draft[ParameterGroup]{ID: aws.Value(g.DBParameterGroupArn), Name: name}
			d.Config = ParameterGroup{Family: aws.Value(g.DBParameterGroupFamily), Description: aws.Value(g.Description)}
			found(d)
		}
	}
	return nil
}
