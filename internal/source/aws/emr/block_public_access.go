package emr

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/emr"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// BlockPublicAccess is what an account lets clusters of a region open to the internet.
type BlockPublicAccess struct {
	// Block is whether clusters are refused whose firewalls let the internet in.
	Block bool `json:"block"`
	// PermittedPorts are the ports that may be open all the same.
	PermittedPorts []PortRange `json:"permitted_ports"`
}

// PortRange is a range of ports.
type PortRange struct {
	// From is the first port.
	From int `json:"from"`
	// To is the last port.
	To int `json:"to"`
}

var blockPublicAccess = source.Type[*aws.Session, BlockPublicAccess]{
	Name:     "aws_emr_block_public_access_configuration",
	Service:  "emr",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "GetBlockPublicAccessConfiguration", Permission: "elasticmapreduce:GetBlockPublicAccessConfiguration", Fills: []string{"block", "permitted_ports"}},
	},
	Refresh: []string{"PutBlockPublicAccessConfiguration"},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[BlockPublicAccess])) error {
		found(&source.Draft[BlockPublicAccess]{ID: s.ARN("elasticmapreduce", "block-public-access-configuration"), Name: s.Region})
		return nil
	},
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[BlockPublicAccess]) error {
		d.Try("block", func() error {
			out, err := client(s).GetBlockPublicAccessConfiguration(ctx, &sdk.GetBlockPublicAccessConfigurationInput{})
			if err != nil {
				return err
			}
			c := aws.Value(out.BlockPublicAccessConfiguration)
			d.Config.Block, err = aws.Told(c.BlockPublicSecurityGroupRules, "whether public rules are refused")
			for _, r := range c.PermittedPublicSecurityGroupRuleRanges {
				ports := PortRange{From: int(aws.Value(r.MinRange)), To: int(aws.Value(r.MinRange))}
				if r.MaxRange != nil {
					ports.To = int(*r.MaxRange)
				}
				d.Config.PermittedPorts = append(d.Config.PermittedPorts, ports)
			}
			return err
		}, "permitted_ports")
		return nil
	},
}
