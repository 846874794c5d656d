package autoscaling_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/autoscaling"
	"github.com/stance-sec/stance/internal/source/aws/awstest"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, autoscaling.Kinds()) }
