package s3_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/s3"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, s3.Kinds()) }

func TestAnEmptyAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	awstest.Empty(t, s3.Kinds(), "aws_s3_account_public_access_block")
	awstest.Partly(t, s3.Kinds(), "aws_s3_account_public_access_block",
		"-- GetPublicAccessBlock.json --\n{\"PublicAccessBlockConfiguration\": {\"IgnorePublicAcls\": true}}\n",
		"block.block_public_acls", "block.block_public_policy", "block.restrict_public_buckets")
}
