package ec2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// EIP is a public IPv4 address that stays the account's own.
type EIP struct {
	// Address is the public address.
	Address string `json:"address"`
	// Associated is whether something uses it. An address that nothing uses costs
	// money and may still be named by DNS records.
	Associated bool `json:"associated"`
	// Instance is the id of the machine that uses it; empty when none does.
	Instance string `json:"instance"`
	// Interface is the id of the network interface that uses it; empty when none does.
	Interface string `json:"interface"`
	// ServiceManaged is the service that made it and looks after it, such as alb, nlb,
	// rnat or rds; empty when none does.
	ServiceManaged string `json:"service_managed"`
}

var eip = source.Type[*aws.Session, EIP]{
	Name:     "aws_eip",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeAddresses", Permission: "ec2:DescribeAddresses"},
	},
	Refresh: []string{
		"AllocateAddress", "ReleaseAddress", "AssociateAddress", "DisassociateAddress", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[EIP])) error {
		out, err := client(s).DescribeAddresses(ctx, &sdk.DescribeAddressesInput{})
		if err != nil {
			return err
		}
		for _, a := range out.Addresses {
			found(draftEIP(s, a))
		}
		return nil
	},
}

func draftEIP(s *aws.Session, a types.Address) *source.Draft[EIP] {
	id := first(a.AllocationId, a.PublicIp)
	d := &source.Draft[EIP]{ID: s.ARN("ec2", "elastic-ip/"+id), Name: nameOf(a.Tags, first(a.PublicIp, a.AllocationId)), Tags: tags(a.Tags)}
	d.Config = EIP{
		Address: aws.Value(a.PublicIp), Instance: aws.Value(a.InstanceId), Interface: aws.Value(a.NetworkInterfaceId),
		Associated: first(a.AssociationId, a.InstanceId, a.NetworkInterfaceId) != "", ServiceManaged: string(a.ServiceManaged),
	}
	d.Relate(estate.AttachedTo, arn(s, "instance", d.Config.Instance))
	d.Relate(estate.AttachedTo, ownedARN(s, aws.Value(a.NetworkInterfaceOwnerId), "network-interface", d.Config.Interface))
	return d
}
