package rds

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// SubnetGroup is the set of subnets that databases may stand in.
type SubnetGroup struct {
	// Description is the owner's word on it.
	Description string `json:"description"`
	// VPC is the network of the subnets.
	VPC string `json:"vpc"`
	// Subnets are the ids of the subnets.
	Subnets []string `json:"subnets"`
	// Zones are the availability zones of the subnets, each once, sorted.
	Zones []string `json:"zones"`
}

var subnetGroup = source.Type[*aws.Session, SubnetGroup]{
	Name:       "aws_db_subnet_group",
	Service:    "rds",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "DescribeDBSubnetGroups", Permission: "rds:DescribeDBSubnetGroups"},
	},
	Refresh: []string{"CreateDBSubnetGroup", "DeleteDBSubnetGroup", "ModifyDBSubnetGroup"},
	List:    listSubnetGroups,
}

func listSubnetGroups(ctx context.Context, s *aws.Session, found func(*source.Draft[SubnetGroup])) error {
	pages := sdk.NewDescribeDBSubnetGroupsPaginator(client(s), &sdk.DescribeDBSubnetGroupsInput{MaxRecords: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, g := range page.DBSubnetGroups {
			found(draftSubnetGroup(s, g))
		}
	}
	return nil
}

func draftSubnetGroup(s *aws.Session, g types.DBSubnetGroup) *source.Draft[SubnetGroup] {
	name := aws.Value(g.DBSubnetGroupName)
	d := &source.Draft[SubnetGroup]{ID: s.ARN("rds", "subgrp:"+name), Name: name}
	d.Config = SubnetGroup{Description: aws.Value(g.DBSubnetGroupDescription), VPC: aws.Value(g.VpcId)}
	for _, n := range g.Subnets {
		id := aws.Value(n.SubnetIdentifier)
		d.Config.Subnets = append(d.Config.Subnets, id)
		d.Relate(estate.Contains, s.ARN("ec2", "subnet/"+id))
		if n.SubnetAvailabilityZone != nil {
			d.Config.Zones = append(d.Config.Zones, aws.Value(n.SubnetAvailabilityZone.Name))
		}
	}
	slices.Sort(d.Config.Zones)
	d.Config.Zones = slices.Compact(d.Config.Zones)
	return d
}
