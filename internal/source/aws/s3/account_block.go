package s3

import (
	"context"

	control "github.com/aws/aws-sdk-go-v2/service/s3control"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// AccountPublicAccessBlock is the block that an account puts over all its buckets.
// All four are false when the account never set it.
type AccountPublicAccessBlock struct {
	// Block holds the four switches.
	Block PublicAccessBlock `json:"block"`
}

// PublicAccessBlock is the set of four switches that close public access, as in
// "Blocking public access to your Amazon S3 storage".
type PublicAccessBlock struct {
	// BlockPublicACLs refuses new access lists that name everyone.
	BlockPublicACLs bool `json:"block_public_acls"`
	// IgnorePublicACLs makes access lists that name everyone count for nothing.
	IgnorePublicACLs bool `json:"ignore_public_acls"`
	// BlockPublicPolicy refuses new policies that let everyone in.
	BlockPublicPolicy bool `json:"block_public_policy"`
	// RestrictPublicBuckets lets only the account and AWS services use a bucket
	// whose policy lets everyone in.
	RestrictPublicBuckets bool `json:"restrict_public_buckets"`
}

var accountBlock = source.Type[*aws.Session, AccountPublicAccessBlock]{
	Name:     "aws_s3_account_public_access_block",
	Service:  "s3",
	Locality: source.Global,
	Always:   true,
	Calls: []source.Call{
		{Op: "GetPublicAccessBlock", Permission: "s3:GetAccountPublicAccessBlock", Fills: []string{"block"}},
	},
	Refresh: []string{"PutAccountPublicAccessBlock", "DeleteAccountPublicAccessBlock"},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[AccountPublicAccessBlock])) error {
		found(&source.Draft[AccountPublicAccessBlock]{ID: s.GlobalARN("s3", "public-access-block"), Name: s.Account})
		return nil
	},
	Detail: readAccountBlock,
	Facets: func(d *source.Draft[AccountPublicAccessBlock]) {
		d.Offer(facet.PublicGuard{
			Protects:       "aws_s3_bucket",
			BlocksPolicies: d.Tri("block.restrict_public_buckets", d.Config.Block.RestrictPublicBuckets),
			IgnoresLists:   d.Tri("block.ignore_public_acls", d.Config.Block.IgnorePublicACLs),
		})
	},
}

func readAccountBlock(ctx context.Context, s *aws.Session, d *source.Draft[AccountPublicAccessBlock]) error {
	d.Try("block", func() error {
		out, err := controlClient(s).GetPublicAccessBlock(ctx, &control.GetPublicAccessBlockInput{AccountId: &s.Account})
		if err != nil {
			return aws.Absent(err, "NoSuchPublicAccessBlockConfiguration")
		}
		c, err := aws.Told(out.PublicAccessBlockConfiguration, "the block")
		d.Config.Block = PublicAccessBlock{
			BlockPublicACLs: aws.Value(c.BlockPublicAcls), IgnorePublicACLs: aws.Value(c.IgnorePublicAcls),
			BlockPublicPolicy: aws.Value(c.BlockPublicPolicy), RestrictPublicBuckets: aws.Value(c.RestrictPublicBuckets),
		}
		for path, told := range map[string]*bool{
			"block.block_public_acls": c.BlockPublicAcls, "block.ignore_public_acls": c.IgnorePublicAcls,
			"block.block_public_policy": c.BlockPublicPolicy, "block.restrict_public_buckets": c.RestrictPublicBuckets,
		} {
			if _, lacking := aws.Told(told, "this switch"); lacking != nil && err == nil {
				d.Unknown(path, lacking)
			}
		}
		return err
	})
	d.Relate(estate.MemberOf, s.GlobalARN("iam", "root"))
	return nil
}
