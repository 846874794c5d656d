package backup_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/backup"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, backup.Kinds()) }
