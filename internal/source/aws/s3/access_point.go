package s3

import (
	"context"
	"time"

	control "github.com/aws/aws-sdk-go-v2/service/s3control"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// AccessPoint is a second door to a bucket, with a policy and a block of its own. The
// bucket's policy and the account's block stand behind it.
type AccessPoint struct {
	// Bucket is the name of the bucket it leads to; empty when it leads to a file system.
	Bucket string `json:"bucket"`
	// BucketAccount is the account that owns the bucket; empty when it is not told.
	BucketAccount string `json:"bucket_account"`
	// Alias can be used in place of a bucket's name.
	Alias string `json:"alias"`
	// NetworkOrigin is VPC (only reachable from one network) or Internet.
	NetworkOrigin string `json:"network_origin"`
	// VPC is the network it can be reached from; empty for the internet.
	VPC string `json:"vpc"`
	// PublicAccessBlock holds its own four switches, which cannot be changed later.
	PublicAccessBlock PublicAccessBlock `json:"public_access_block"`
	// Policy is its policy; absent when there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
}

var accessPoint = source.Type[*aws.Session, AccessPoint]{
	Name:       "aws_s3_access_point",
	Service:    "s3",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "ListAccessPoints", Permission: "s3:ListAccessPoints"},
		{Op: "GetAccessPoint", Permission: "s3:GetAccessPoint", Fills: []string{"public_access_block", "created"}},
		{Op: "GetAccessPointPolicy", Permission: "s3:GetAccessPointPolicy", Fills: []string{"policy"}},
	},
	Refresh: []string{"CreateAccessPoint", "DeleteAccessPoint", "PutAccessPointPolicy", "DeleteAccessPointPolicy"},
	Gone:    []string{"NoSuchAccessPoint"},
	List:    listAccessPoints,
	Detail:  readAccessPoint,
	Facets:  accessPointFacets,
}

func listAccessPoints(ctx context.Context, s *aws.Session, found func(*source.Draft[AccessPoint])) error {
	pages := control.NewListAccessPointsPaginator(controlClient(s), &control.ListAccessPointsInput{AccountId: &s.Account, MaxResults: 1000})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, p := range page.AccessPointList {
			d := &source.Draft[AccessPoint]{ID: aws.Value(p.AccessPointArn), Name: aws.Value(p.Name)}
			if d.ID == "" {
				d.ID = s.ARN("s3", "accesspoint/"+d.Name)
			}
			d.Config = AccessPoint{
				Bucket: aws.Value(p.Bucket), BucketAccount: aws.Value(p.BucketAccountId), Alias: aws.Value(p.Alias), NetworkOrigin: string(p.NetworkOrigin),
			}
			if p.VpcConfiguration != nil {
				d.Config.VPC = aws.Value(p.VpcConfiguration.VpcId)
				d.Relate(estate.MemberOf, s.ARN("ec2", "vpc/"+d.Config.VPC))
			}
			if d.Config.Bucket != "" {
				d.Relate(estate.RoutesTo, "arn:"+s.Partition+":s3:::"+d.Config.Bucket)
			}
			found(d)
		}
	}
	return nil
}

func readAccessPoint(ctx context.Context, s *aws.Session, d *source.Draft[AccessPoint]) error {
	name := d.Name
	d.Try("public_access_block", func() error {
		out, err := controlClient(s).GetAccessPoint(ctx, &control.GetAccessPointInput{AccountId: &s.Account, Name: &name})
		if err != nil {
			return err
		}
		d.Created = aws.Value(out.CreationDate).In(time.UTC)
		if c := out.PublicAccessBlockConfiguration; c != nil {
			d.Config.PublicAccessBlock = PublicAccessBlock{
				BlockPublicACLs: aws.Value(c.BlockPublicAcls), IgnorePublicACLs: aws.Value(c.IgnorePublicAcls),
				BlockPublicPolicy: aws.Value(c.BlockPublicPolicy), RestrictPublicBuckets: aws.Value(c.RestrictPublicBuckets),
			}
		}
		return nil
	}, "created")
	d.Try("policy", func() error {
		out, err := controlClient(s).GetAccessPointPolicy(ctx, &control.GetAccessPointPolicyInput{AccountId: &s.Account, Name: &name})
		if err != nil {
			return aws.Absent(err, "NoSuchAccessPointPolicy")
		}
		d.Config.Policy, err = policydoc.Parse(aws.Value(out.Policy))
		return err
	})
	return nil
}

func accessPointFacets(d *source.Draft[AccessPoint]) {
	p := d.Config
	blocked := d.Tri("public_access_block", p.PublicAccessBlock.RestrictPublicBuckets).Or(estate.TriOf(p.NetworkOrigin == "VPC"))
	f := facet.AccessPolicy{
		Documents: []policydoc.Document{}, Grants: []facet.Grant{}, PolicyBlocked: blocked, ListBlocked: estate.Yes, Enforced: blocked,
	}
	if p.Policy != nil {
		f.Documents = append(f.Documents, *p.Policy)
	}
	d.Offer(f)
	d.Carry("policy", "facets.access_policy.documents")
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(p.NetworkOrigin == "Internet"), AllowedRanges: []string{}, Ports: []int{443}})
}
