package ec2_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/ec2"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, ec2.Kinds()) }

func TestAnEmptyAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"aws_ebs_encryption_by_default",
		"aws_ebs_snapshot_block_public_access",
		"aws_ec2_image_block_public_access",
		"aws_ec2_instance_metadata_defaults",
		"aws_ec2_serial_console_access",
		"aws_vpc_block_public_access_options",
		"aws_ec2_allowed_images_settings",
	} {
		awstest.Empty(t, ec2.Kinds(), name)
	}
}
