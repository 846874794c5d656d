package ec2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// ClientVPNEndpoint lets people's computers into a network.
type ClientVPNEndpoint struct {
	// State is available, or pending-associate when no subnet is joined to it yet.
	State string `json:"state"`
	// Description is the owner's word on it.
	Description string `json:"description"`
	// VPC is the id of its network; empty while none is joined to it.
	VPC string `json:"vpc"`
	// ClientCIDR is the range that clients get their addresses from.
	ClientCIDR string `json:"client_cidr"`
	// Authentication are the ways of signing in: certificate-authentication,
	// directory-service-authentication, federated-authentication.
	Authentication []string `json:"authentication"`
	// LogsConnections is whether attempts to connect are written to CloudWatch Logs.
	LogsConnections bool `json:"logs_connections"`
	// LogGroup is the name of the log group; empty when connections are not logged.
	LogGroup string `json:"log_group"`
	// SplitTunnel is whether only traffic for the network goes through it.
	SplitTunnel bool `json:"split_tunnel"`
	// SessionHours is after how long people must sign in again.
	SessionHours int `json:"session_hours"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
	// Certificate is the ARN of the server's certificate.
	Certificate string `json:"certificate"`
	// SelfServicePortal is whether people fetch their configuration from a web page.
	SelfServicePortal bool `json:"self_service_portal"`
}

var clientVPNEndpoint = source.Type[*aws.Session, ClientVPNEndpoint]{
	Name:     "aws_ec2_client_vpn_endpoint",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeClientVpnEndpoints", Permission: "ec2:DescribeClientVpnEndpoints"},
	},
	Refresh: []string{
		"CreateClientVpnEndpoint", "DeleteClientVpnEndpoint", "ModifyClientVpnEndpoint", "AssociateClientVpnTargetNetwork",
		"DisassociateClientVpnTargetNetwork", "ApplySecurityGroupsToClientVpnTargetNetwork", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[ClientVPNEndpoint])) error {
		pages := sdk.NewDescribeClientVpnEndpointsPaginator(client(s), &sdk.DescribeClientVpnEndpointsInput{MaxResults: pageSize()})
		return walk(ctx, pages, func(page *sdk.DescribeClientVpnEndpointsOutput) {
			for _, e := range page.ClientVpnEndpoints {
				if e.Status == nil || e.Status.Code != types.ClientVpnEndpointStatusCodeDeleted {
					found(draftClientVPNEndpoint(s, e))
				}
			}
		})
	},
	Facets: func(d *source.Draft[ClientVPNEndpoint]) {
		d.Offer(facet.Logging{Enabled: estate.TriOf(d.Config.LogsConnections), Target: d.Config.LogGroup})
	},
}

func draftClientVPNEndpoint(s *aws.Session, e types.ClientVpnEndpoint) *source.Draft[ClientVPNEndpoint] {
	id := aws.Value(e.ClientVpnEndpointId)
	d := &source.Draft[ClientVPNEndpoint]{ID: s.ARN("ec2", "client-vpn-endpoint/"+id), Name: nameOf(e.Tags, id), Tags: tags(e.Tags)}
	d.Config = ClientVPNEndpoint{
		Description: aws.Value(e.Description), VPC: aws.Value(e.VpcId), ClientCIDR: aws.Value(e.ClientCidrBlock), Authentication: []string{},
		SplitTunnel: aws.Value(e.SplitTunnel), SessionHours: int(aws.Value(e.SessionTimeoutHours)),
		SecurityGroups: append([]string{}, e.SecurityGroupIds...), Certificate: aws.Value(e.ServerCertificateArn),
		SelfServicePortal: aws.Value(e.SelfServicePortalUrl) != "",
	}
	if e.Status != nil {
		d.Config.State = string(e.Status.Code)
	}
	for _, a := range e.AuthenticationOptions {
		d.Config.Authentication = append(d.Config.Authentication, string(a.Type))
	}
	if l := e.ConnectionLogOptions; l != nil && aws.Value(l.Enabled) {
		d.Config.LogsConnections, d.Config.LogGroup = true, aws.Value(l.CloudwatchLogGroup)
		if d.Config.LogGroup != "" {
			d.Relate(estate.LogsTo, s.ARN("logs", "log-group:"+d.Config.LogGroup))
		}
	}
	d.Relate(estate.MemberOf, arn(s, "vpc", d.Config.VPC))
	for _, g := range d.Config.SecurityGroups {
		d.Relate(estate.GuardedBy, arn(s, "security-group", g))
	}
	return d
}
