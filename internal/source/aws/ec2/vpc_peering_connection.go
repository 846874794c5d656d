package ec2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// VPCPeeringConnection joins two VPCs, maybe of two accounts or regions. Both sides
// list it; connections that ended are left out.
type VPCPeeringConnection struct {
	// State is active when traffic can pass, or pending-acceptance, provisioning and
	// the like.
	State string `json:"state"`
	// Requester is the side that asked for it.
	Requester PeerSide `json:"requester"`
	// Accepter is the side that was asked.
	Accepter PeerSide `json:"accepter"`
	// OtherAccount is the account of the other side; empty when it is the same one.
	OtherAccount string `json:"other_account"`
}

// PeerSide is one end of a peering connection.
type PeerSide struct {
	// OwnerAccount is the account it belongs to.
	OwnerAccount string `json:"owner_account"`
	// VPCRegion is the region it lies in.
	VPCRegion string `json:"vpc_region"`
	// VPC is the id of the network.
	VPC string `json:"vpc"`
	// CIDRs are its ranges, IPv4 and IPv6; empty until the connection is accepted.
	CIDRs []string `json:"cidrs"`
	// ResolvesPrivateNames is whether the other side's questions for its public names
	// are answered with private addresses.
	ResolvesPrivateNames bool `json:"resolves_private_names"`
}

var vpcPeeringConnection = source.Type[*aws.Session, VPCPeeringConnection]{
	Name:     "aws_vpc_peering_connection",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeVpcPeeringConnections", Permission: "ec2:DescribeVpcPeeringConnections"},
	},
	Refresh: []string{
		"CreateVpcPeeringConnection", "AcceptVpcPeeringConnection", "DeleteVpcPeeringConnection",
		"RejectVpcPeeringConnection", "ModifyVpcPeeringConnectionOptions", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[VPCPeeringConnection])) error {
		pages := sdk.NewDescribeVpcPeeringConnectionsPaginator(client(s), &sdk.DescribeVpcPeeringConnectionsInput{MaxResults: pageSize()})
		return walk(ctx, pages, func(page *sdk.DescribeVpcPeeringConnectionsOutput) {
			for _, p := range page.VpcPeeringConnections {
				if p.Status == nil || !ended[p.Status.Code] {
					found(draftPeering(s, p))
				}
			}
		})
	},
}

// ended are the states in which a connection is listed for a while after its end.
var ended = map[types.VpcPeeringConnectionStateReasonCode]bool{
	types.VpcPeeringConnectionStateReasonCodeDeleted: true, types.VpcPeeringConnectionStateReasonCodeRejected: true,
	types.VpcPeeringConnectionStateReasonCodeFailed: true, types.VpcPeeringConnectionStateReasonCodeExpired: true,
}

// draftPeering gives the connection the ARN it has in this account: each side has its own.
func draftPeering(s *aws.Session, p types.VpcPeeringConnection) *source.Draft[VPCPeeringConnection] {
	id := aws.Value(p.VpcPeeringConnectionId)
	d := &source.Draft[VPCPeeringConnection]{ID: s.ARN("ec2", "vpc-peering-connection/"+id), Name: nameOf(p.Tags, id), Tags: tags(p.Tags)}
	d.Config = VPCPeeringConnection{Requester: peerSide(p.RequesterVpcInfo), Accepter: peerSide(p.AccepterVpcInfo)}
	if p.Status != nil {
		d.Config.State = string(p.Status.Code)
	}
	for _, side := range []PeerSide{d.Config.Requester, d.Config.Accepter} {
		if side.OwnerAccount != "" && side.OwnerAccount != s.Account {
			d.Config.OtherAccount = side.OwnerAccount
		}
		if side.VPC != "" && side.VPCRegion != "" && side.OwnerAccount != "" {
			d.Relate(estate.AttachedTo, "arn:"+s.Partition+":ec2:"+side.VPCRegion+":"+side.OwnerAccount+":vpc/"+side.VPC)
		}
	}
	return d
}

func peerSide(v *types.VpcPeeringConnectionVpcInfo) PeerSide {
	side := PeerSide{CIDRs: []string{}}
	if v == nil {
		return side
	}
	side.OwnerAccount, side.VPCRegion, side.VPC = aws.Value(v.OwnerId), aws.Value(v.Region), aws.Value(v.VpcId)
	for _, c := range v.CidrBlockSet {
		side.CIDRs = present(side.CIDRs, c.CidrBlock)
	}
	if len(v.CidrBlockSet) == 0 {
		side.CIDRs = present(side.CIDRs, v.CidrBlock)
	}
	for _, c := range v.Ipv6CidrBlockSet {
		side.CIDRs = present(side.CIDRs, c.Ipv6CidrBlock)
	}
	if v.PeeringOptions != nil {
		side.ResolvesPrivateNames = aws.Value(v.PeeringOptions.AllowDnsResolutionFromRemoteVpc)
	}
	return side
}
