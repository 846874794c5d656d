package awstest

import (
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/sourcetest"
)

// Conformance puts the kinds of a service through the suite, each with its archive
// testdata/<type>.txtar.
func Conformance(t *testing.T, kinds []source.Kind[*aws.Session]) {
	t.Helper()
	sourcetest.Run(t, kinds, sourcetest.Harness[*aws.Session]{
		New:       func(a *txtar.Archive) sourcetest.Double[*aws.Session] { return NewFake(a) },
		Denied:    "AccessDenied",
		Throttled: "ThrottlingException",
		Reads:     aws.IsRead,
	})
}
