package formats_test

import (
	"io"
	"testing"

	"github.com/stance-sec/stance/internal/action/output/formats"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
)

// BenchmarkFindings writes failures in every format; one operation is one finding.
func BenchmarkFindings(b *testing.B) {
	for _, format := range formats.All() {
		b.Run(format.Name, func(b *testing.B) {
			b.ReportAllocs()
			if err := outputtest.Many(format.New(io.Discard, formats.Options{}), b.N); err != nil {
				b.Fatal(err)
			}
		})
	}
}
