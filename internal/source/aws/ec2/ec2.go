// Package ec2 collects Amazon EC2 and VPC.
//
// What another account owns and shares is left out: it is read where it is owned.
package ec2

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{
		allowedImages, ami, clientVPNEndpoint, ebsEncryptionByDefault, ebsSnapshot, ebsVolume, egressOnlyInternetGateway, eip, flowLog,
		imageBlock, instance, instanceConnectEndpoint, internetGateway, keyPair, launchTemplate, managedPrefixList,
		metadataDefaults, natGateway, networkACL, networkInterface, routeTable, securityGroup, serialConsole, snapshotBlock, spotFleetRequest,
		subnet, transitGateway, transitGatewayAttachment, transitGatewayRouteTable, vpc, vpcBlock, vpcEndpoint, vpcEndpointService,
		vpcPeeringConnection, vpnConnection, vpnGateway,
	}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

// pageSize is sent with every list: EC2 gives requests without a page size a smaller
// budget ("Request throttling for the Amazon EC2 API").
func pageSize() *int32 { return pageOf(1000) }

// pageOf is a page size for lists that allow less than the usual one.
func pageOf(n int32) *int32 { return &n }

// pager is the SDK's paginator of one list.
type pager[P any] interface {
	HasMorePages() bool
	NextPage(ctx context.Context, options ...func(*sdk.Options)) (P, error)
}

// walk visits every page and returns the first error.
func walk[P any](ctx context.Context, pages pager[P], visit func(P)) error {
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		visit(page)
	}
	return nil
}

func tags(list []types.Tag) map[string]string {
	return aws.Tags(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}

// nameOf returns the Name tag, or the id.
func nameOf(list []types.Tag, id string) string {
	if name := tags(list)["Name"]; name != "" {
		return name
	}
	return id
}

// arn returns the ARN of a resource of EC2; empty for an empty id.
func arn(s *aws.Session, kind, id string) string {
	if id == "" {
		return ""
	}
	return s.ARN("ec2", kind+"/"+id)
}

// unownedARN is arn for images and snapshots, whose ARNs name no account.
func unownedARN(s *aws.Session, kind, id string) string {
	if id == "" {
		return ""
	}
	return "arn:" + s.Partition + ":ec2:" + s.Region + "::" + kind + "/" + id
}

// foreign reports whether another account owns a resource.
func foreign(s *aws.Session, owner *string) bool {
	return aws.Value(owner) != "" && *owner != s.Account
}

// groupIDs returns the ids of security groups, never nil.
func groupIDs(groups []types.GroupIdentifier) []string {
	ids := make([]string, 0, len(groups))
	for _, g := range groups {
		ids = append(ids, aws.Value(g.GroupId))
	}
	return ids
}

// utc returns a time in UTC; nil for none.
func utc(t *time.Time) *time.Time {
	if t == nil || t.IsZero() {
		return nil
	}
	at := t.UTC()
	return &at
}

// present appends the text that p points at, when there is one.
func present(list []string, p *string) []string {
	if text := aws.Value(p); text != "" {
		return append(list, text)
	}
	return list
}
