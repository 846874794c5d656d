package ec2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// InternetGateway joins a VPC with the internet.
type InternetGateway struct {
	// VPCs are the ids of the networks it is attached to: one or none.
	VPCs []string `json:"vpcs"`
}

var internetGateway = source.Type[*aws.Session, InternetGateway]{
	Name:     "aws_internet_gateway",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "DescribeInternetGateways", Permission: "ec2:DescribeInternetGateways"},
	},
	Refresh: []string{
		"CreateInternetGateway", "DeleteInternetGateway", "AttachInternetGateway", "DetachInternetGateway", "CreateTags",
		"DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[InternetGateway])) error {
		pages := sdk.NewDescribeInternetGatewaysPaginator(client(s), &sdk.DescribeInternetGatewaysInput{MaxResults: pageSize()})
		return walk(ctx, pages, func(page *sdk.DescribeInternetGatewaysOutput) {
			for _, g := range page.InternetGateways {
				if !foreign(s, g.OwnerId) {
					found(draftInternetGateway(s, g))
				}
			}
		})
	},
}

func draftInternetGateway(s *aws.Session, g types.InternetGateway) *source.Draft[InternetGateway] {
	id := aws.Value(g.InternetGatewayId)
	d := &source.Draft[InternetGateway]{ID: s.ARN("ec2", "internet-gateway/"+id), Name: nameOf(g.Tags, id), Tags: tags(g.Tags)}
	d.Config.VPCs = attachedVPCs(g.Attachments)
	for _, v := range d.Config.VPCs {
		d.Relate(estate.AttachedTo, arn(s, "vpc", v))
	}
	return d
}

// attachedVPCs returns the ids of the networks of attachments that hold. A gateway
// of the internet calls that state available, one for egress only attached.
func attachedVPCs(list []types.InternetGatewayAttachment) []string {
	ids := []string{}
	for _, a := range list {
		if a.State != types.AttachmentStatusDetaching && a.State != types.AttachmentStatusDetached {
			ids = present(ids, a.VpcId)
		}
	}
	return ids
}
