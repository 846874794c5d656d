package ec2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// MetadataDefaults is what new machines of the region get for their metadata service
// when whoever starts them says nothing. What it leaves empty is the image's to decide.
type MetadataDefaults struct {
	// Tokens is required (IMDSv2 only), optional, or empty when there is no default.
	Tokens string `json:"tokens"`
	// TokensEnforced is whether starting a machine that does not demand tokens fails.
	TokensEnforced bool `json:"tokens_enforced"`
	// Endpoint is enabled, disabled, or empty when there is no default.
	Endpoint string `json:"endpoint"`
	// HopLimit is how many hops a token may travel; 0 when there is no default.
	HopLimit int `json:"hop_limit"`
}

var metadataDefaults = source.Type[*aws.Session, MetadataDefaults]{
	Name:     "aws_ec2_instance_metadata_defaults",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "GetInstanceMetadataDefaults", Permission: "ec2:GetInstanceMetadataDefaults", Fills: []string{"tokens", "tokens_enforced", "endpoint", "hop_limit"}},
	},
	Refresh: []string{"ModifyInstanceMetadataDefaults"},
	List:    oneForRegion[MetadataDefaults]("instance-metadata-defaults"),
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[MetadataDefaults]) error {
		d.Try("tokens", func() error {
			out, err := client(s).GetInstanceMetadataDefaults(ctx, &sdk.GetInstanceMetadataDefaultsInput{})
			if err != nil {
				return err
			}
			a, err := aws.Told(out.AccountLevel, "the defaults, which are there even where each is empty")
			d.Config = MetadataDefaults{
				Tokens: string(a.HttpTokens), TokensEnforced: a.HttpTokensEnforced == "enabled", Endpoint: string(a.HttpEndpoint),
				HopLimit: int(aws.Value(a.HttpPutResponseHopLimit)),
			}
			return err
		}, "tokens_enforced", "endpoint", "hop_limit")
		return nil
	},
}

// SerialConsole is whether machines of the region can be reached by a console that
// no firewall stands before.
type SerialConsole struct {
	// Enabled is whether whoever has the permission may open a console.
	Enabled bool `json:"enabled"`
}

var serialConsole = source.Type[*aws.Session, SerialConsole]{
	Name:     "aws_ec2_serial_console_access",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "GetSerialConsoleAccessStatus", Permission: "ec2:GetSerialConsoleAccessStatus", Fills: []string{"enabled"}},
	},
	Refresh: []string{"EnableSerialConsoleAccess", "DisableSerialConsoleAccess"},
	List:    oneForRegion[SerialConsole]("serial-console-access"),
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[SerialConsole]) error {
		d.Try("enabled", func() error {
			out, err := client(s).GetSerialConsoleAccessStatus(ctx, &sdk.GetSerialConsoleAccessStatusInput{})
			if err != nil {
				return err
			}
			d.Config.Enabled, err = aws.Told(out.SerialConsoleAccessEnabled, "whether consoles are open")
			return err
		})
		return nil
	},
}

// VPCBlock is what stands between all networks of the region and the internet.
type VPCBlock struct {
	// Mode is block-bidirectional when nothing passes internet gateways,
	// block-ingress when nothing comes in, or off. Networks and subnets that are
	// exempt show their own state.
	Mode string `json:"mode"`
	// ExclusionsAllowed is whether networks and subnets may be exempt.
	ExclusionsAllowed bool `json:"exclusions_allowed"`
}

var vpcBlock = source.Type[*aws.Session, VPCBlock]{
	Name:     "aws_vpc_block_public_access_options",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "DescribeVpcBlockPublicAccessOptions", Permission: "ec2:DescribeVpcBlockPublicAccessOptions", Fills: []string{"mode", "exclusions_allowed"}},
	},
	Refresh: []string{"ModifyVpcBlockPublicAccessOptions"},
	List:    oneForRegion[VPCBlock]("vpc-block-public-access-options"),
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[VPCBlock]) error {
		d.Try("mode", func() error {
			out, err := client(s).DescribeVpcBlockPublicAccessOptions(ctx, &sdk.DescribeVpcBlockPublicAccessOptionsInput{})
			if err != nil {
				return err
			}
			o := aws.Value(out.VpcBlockPublicAccessOptions)
			mode, err := aws.ToldText(o.InternetGatewayBlockMode, "the mode of the block")
			d.Config = VPCBlock{Mode: string(mode), ExclusionsAllowed: o.ExclusionsAllowed == "allowed"}
			return err
		}, "exclusions_allowed")
		return nil
	},
}
