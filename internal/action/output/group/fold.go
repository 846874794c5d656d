package group

import (
	"github.com/stance-sec/stance/internal/estate"
)

// What one cause makes fail many times over is one entry of a report that people read:
//
//   - A failure stands for the failures of the checks that its own check supersedes, on
//     the same resource.
//   - Rows of one check file that fail on the same resource, familySize or more of them,
//     are one entry under the worst of them.
//
// A failure is folded only into one that is at least as severe, and one that is new
// since the baseline only into another that is new. Nothing is dropped: counts keep all,
// and a Group keeps what was folded.

const (
	// familySize is how many rows of one file a resource must fail to make one entry.
	familySize = 5
	// heldMost bounds the failures held of one resource.
	heldMost = 4096
)

// family are the rows of one check file: they share all that is written once.
type family struct{ kind, facet, why, fix string }

// folder holds the failures of one resource until its last one is seen. A nil folder
// folds nothing.
type folder struct {
	wide     map[string][]string // by check, those that supersede it
	families map[string]family   // by check, where a family is large enough
	may      map[string]bool
	held     []estate.Finding
}

func newFolder(checks []estate.Check) *folder {
	f := &folder{wide: map[string][]string{}, families: map[string]family{}, may: map[string]bool{}}
	sizes, known := map[family]int{}, map[string]bool{}
	for i := range checks {
		sizes[familyOf(&checks[i])]++
		known[checks[i].ID] = true
	}
	for i := range checks {
		id := checks[i].ID
		if of := familyOf(&checks[i]); sizes[of] >= familySize {
			f.families[id], f.may[id] = of, true
		}
		for _, narrow := range checks[i].Supersedes {
			if known[narrow] {
				f.wide[narrow] = append(f.wide[narrow], id)
				f.may[id], f.may[narrow] = true, true
			}
		}
	}
	return f
}

func familyOf(c *estate.Check) family { return family{c.Type, c.Facet, c.Why, c.Fix.Text} }

func (f *folder) mayFold(check string) bool { return f != nil && f.may[check] }

// full reports whether what is held must be settled before next is held.
func (f *folder) full(next *estate.Finding) bool {
	if len(f.held) == 0 {
		return false
	}
	held := &f.held[0].Resource
	return *held != next.Resource || len(f.held) == heldMost
}

// settle says of each failure held which checks it covers, and whether it is folded
// into another.
func (f *folder) settle() (covers [][]string, folded []bool) {
	covers, folded = make([][]string, len(f.held)), make([]bool, len(f.held))
	wide := map[string]int{}
	for i := range f.held {
		if _, seen := wide[f.held[i].Check]; !seen {
			wide[f.held[i].Check] = i
		}
	}
	for i := range f.held {
		for _, check := range f.wide[f.held[i].Check] {
			if into, ok := wide[check]; ok && !folded[i] {
				f.into(into, i, covers, folded)
			}
		}
	}
	for of, members := range f.standing(folded) {
		if of == (family{}) || f.rows(members) < familySize {
			continue
		}
		worst := f.worst(members)
		for _, i := range members {
			f.into(worst, i, covers, folded)
		}
	}
	return covers, folded
}

// into folds one failure into a wider one where the rules let it.
func (f *folder) into(wider, i int, covers [][]string, folded []bool) {
	a, b := &f.held[wider], &f.held[i]
	if wider == i || folded[wider] || len(covers[i]) > 0 || b.Severity.Rank() < a.Severity.Rank() || b.New && !a.New {
		return
	}
	folded[i] = true
	covers[wider] = append(covers[wider], b.Check)
}

// standing returns what is not folded, by family.
func (f *folder) standing(folded []bool) map[family][]int {
	members := map[family][]int{}
	for i := range f.held {
		if of, ok := f.families[f.held[i].Check]; ok && !folded[i] {
			members[of] = append(members[of], i)
		}
	}
	return members
}

// rows is how many checks the members are of.
func (f *folder) rows(members []int) int {
	checks := map[string]bool{}
	for _, i := range members {
		checks[f.held[i].Check] = true
	}
	return len(checks)
}

// worst is the first of the most severe members.
func (f *folder) worst(members []int) int {
	worst := members[0]
	for _, i := range members[1:] {
		if f.held[i].Severity.Rank() < f.held[worst].Severity.Rank() {
			worst = i
		}
	}
	return worst
}
