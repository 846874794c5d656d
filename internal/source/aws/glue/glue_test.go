package glue_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/glue"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, glue.Kinds()) }

func TestAnEmptyAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	awstest.Empty(t, glue.Kinds(), "aws_glue_data_catalog_encryption_settings", "metadata_encryption", "metadata_key", "passwords_encrypted", "password_key")
}
