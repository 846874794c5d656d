package route53_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/route53"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, route53.Kinds()) }
