package ec2

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// VPNConnection is a site-to-site VPN of two tunnels. Connections that are deleted
// are left out, and so are the keys of the tunnels.
type VPNConnection struct {
	// State is available when it can be used.
	State string `json:"state"`
	// CustomerGateway is the id of the far end.
	CustomerGateway string `json:"customer_gateway"`
	// VPNGateway is the id of the near end in a VPC; empty when it ends elsewhere.
	VPNGateway string `json:"vpn_gateway"`
	// TransitGateway is the id of the transit gateway it ends at; empty when it ends
	// elsewhere.
	TransitGateway string `json:"transit_gateway"`
	// StaticRoutes is whether routes are written down instead of learned by BGP.
	StaticRoutes bool `json:"static_routes"`
	// Tunnels are its tunnels, two of them.
	Tunnels []VPNTunnel `json:"tunnels"`
}

// VPNTunnel is one of the tunnels of a VPN connection.
type VPNTunnel struct {
	// Address is the address of AWS's end.
	Address string `json:"address"`
	// Up is whether the tunnel stands.
	Up bool `json:"up"`
	// StatusChanged is when it last came up or went down; absent when AWS does not say.
	StatusChanged *time.Time `json:"status_changed,omitempty"`
	// IKEVersions are the versions of the key exchange it takes: ikev1, ikev2. Empty
	// means both.
	IKEVersions []string `json:"ike_versions"`
	// Phase1Encryption are the ciphers the key exchange may use; empty means all.
	Phase1Encryption []string `json:"phase1_encryption"`
	// Phase1DHGroups are the Diffie-Hellman groups the key exchange may use; empty
	// means all.
	Phase1DHGroups []int `json:"phase1_dh_groups"`
	// Logs is whether its activity is written to CloudWatch Logs.
	Logs bool `json:"logs"`
	// LogGroup is the ARN of the log group; empty when it does not log.
	LogGroup string `json:"log_group"`
}

var vpnConnection = source.Type[*aws.Session, VPNConnection]{
	Name:     "aws_vpn_connection",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeVpnConnections", Permission: "ec2:DescribeVpnConnections"},
	},
	Refresh: []string{
		"CreateVpnConnection", "DeleteVpnConnection", "ModifyVpnConnection", "ModifyVpnTunnelOptions",
		"ModifyVpnConnectionOptions", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[VPNConnection])) error {
		out, err := client(s).DescribeVpnConnections(ctx, &sdk.DescribeVpnConnectionsInput{})
		if err != nil {
			return err
		}
		for _, v := range out.VpnConnections {
			if v.State != types.VpnStateDeleted {
				found(draftVPNConnection(s, v))
			}
		}
		return nil
	},
}

func draftVPNConnection(s *aws.Session, v types.VpnConnection) *source.Draft[VPNConnection] {
	id := aws.Value(v.VpnConnectionId)
	d := &source.Draft[VPNConnection]{ID: s.ARN("ec2", "vpn-connection/"+id), Name: nameOf(v.Tags, id), Tags: tags(v.Tags)}
	d.Config = VPNConnection{
		State: string(v.State), CustomerGateway: aws.Value(v.CustomerGatewayId), VPNGateway: aws.Value(v.VpnGatewayId),
		TransitGateway: aws.Value(v.TransitGatewayId), Tunnels: make([]VPNTunnel, 0, len(v.VgwTelemetry)),
	}
	options := map[string]types.TunnelOption{}
	if v.Options != nil {
		d.Config.StaticRoutes = aws.Value(v.Options.StaticRoutesOnly)
		for _, o := range v.Options.TunnelOptions {
			options[aws.Value(o.OutsideIpAddress)] = o
		}
	}
	for _, t := range v.VgwTelemetry {
		tunnel := vpnTunnel(t, options[aws.Value(t.OutsideIpAddress)])
		d.Config.Tunnels = append(d.Config.Tunnels, tunnel)
		d.Relate(estate.LogsTo, tunnel.LogGroup)
	}
	d.Relate(estate.AttachedTo, arn(s, "vpn-gateway", d.Config.VPNGateway))
	d.Relate(estate.AttachedTo, arn(s, "transit-gateway", d.Config.TransitGateway))
	return d
}

func vpnTunnel(t types.VgwTelemetry, o types.TunnelOption) VPNTunnel {
	tunnel := VPNTunnel{
		Address: aws.Value(t.OutsideIpAddress), Up: t.Status == types.TelemetryStatusUp, StatusChanged: utc(t.LastStatusChange),
		IKEVersions: []string{}, Phase1Encryption: []string{}, Phase1DHGroups: []int{},
	}
	for _, v := range o.IkeVersions {
		tunnel.IKEVersions = present(tunnel.IKEVersions, v.Value)
	}
	for _, v := range o.Phase1EncryptionAlgorithms {
		tunnel.Phase1Encryption = present(tunnel.Phase1Encryption, v.Value)
	}
	for _, v := range o.Phase1DHGroupNumbers {
		tunnel.Phase1DHGroups = append(tunnel.Phase1DHGroups, int(aws.Value(v.Value)))
	}
	if o.LogOptions != nil && o.LogOptions.CloudWatchLogOptions != nil {
		l := o.LogOptions.CloudWatchLogOptions
		tunnel.Logs, tunnel.LogGroup = aws.Value(l.LogEnabled), aws.Value(l.LogGroupArn)
	}
	return tunnel
}
