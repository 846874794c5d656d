package reference

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// ResourceTypesOf returns the types that an ARN without wildcards may be of: those
// whose form matches and leaves the least open, so that an object is no bucket. It is
// empty for an ARN that no type has.
func (t *Table) ResourceTypesOf(arn string) []*ResourceType {
	var best []*ResourceType
	most := -1
	for _, c := range t.byARN[arnService(arn)] {
		fixed := len(c.ARN) - strings.Count(c.ARN, "*")
		switch {
		case fixed < most || !hasForm(arn, c.ARN):
		case fixed > most:
			best, most = []*ResourceType{c}, fixed
		default:
			best = append(best, c)
		}
	}
	return best
}

// arnService returns the third field of an ARN.
func arnService(arn string) string {
	fields := strings.SplitN(arn, ":", 4)
	if len(fields) < 4 || fields[0] != "arn" {
		return ""
	}
	return fields[2]
}

// hasForm reports whether each of the six fields of an ARN is as the form has it.
func hasForm(arn, form string) bool {
	const fields = 6
	return slices.EqualFunc(strings.SplitN(form, ":", fields), strings.SplitN(arn, ":", fields), policydoc.Match)
}
