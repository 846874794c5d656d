package picture

import (
	"cmp"

	"github.com/stance-sec/stance/internal/analysis/issue"
	"github.com/stance-sec/stance/internal/estate"
)

// facts answers what is known of a resource for grouping.
type facts struct {
	*Picture
	// context is that of the finding at hand.
	context *estate.Context
}

// Facts implements issue.Source. What the user's mapping says of owner and environment
// stands before what the picture makes of tags and names.
func (f *facts) Facts(ref estate.Ref) issue.Facts {
	known := f.index.Facts(ref)
	said := issue.FactsOf(&estate.Resource{ID: ref.ID}, f.context)
	if known == (issue.Facts{}) {
		known = said
	}
	b := f.business[ref.ID]
	known.Owner = cmp.Or(said.Owner, known.Owner, b.Owner)
	known.Environment = cmp.Or(said.Environment, known.Environment, b.Environment)
	known.Reachable = f.ground.reachable(ref)
	return known
}
