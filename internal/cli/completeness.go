package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/run"
)

// tellGaps says on the error stream what a saved run cannot answer although it is whole:
// that it was stopped, that another version read it, and that it never asked for types
// that the checks judge. Such checks have no verdict at all, which is easily missed.
func (o *judgeOptions) tellGaps(reader *run.Reader, checks []estate.Check) {
	meta := reader.Meta()
	tell := func(format string, args ...any) {
		fmt.Fprintln(o.env.Stderr, "stance: "+escape.Terminal(fmt.Sprintf(format, args...)))
	}
	if reader.Interrupted() {
		tell("this run was stopped before its end, and what it had not reached is missing here: go on with `stance scan --resume=%s`", o.from)
	}
	if meta.Version != app.Version {
		tell("this run was read by version %s and is judged by version %s: what only the newer one reads is unknown", orNone(meta.Version), app.Version)
	}
	if types, n := missingTypes(reader.Coverage(), checks); n > 0 {
		tell("this run never asked for %s, so %s no verdict: scan again to have them", listed(types), plural(n, "check has", "checks have"))
	}
}

// missingTypes returns the types of the run's clouds that checks judge and the ledger
// does not have, sorted, and how many checks those are.
func missingTypes(coverage []estate.Coverage, checks []estate.Check) (types []string, n int) {
	known, clouds := map[string]bool{}, map[string]bool{}
	for i := range coverage {
		prefix, _, _ := strings.Cut(coverage[i].Type, "_")
		known[coverage[i].Type], clouds[prefix] = true, true
	}
	missing := map[string]bool{}
	for i := range checks {
		prefix, _, _ := strings.Cut(checks[i].Type, "_")
		if checks[i].Type == "" || known[checks[i].Type] || !clouds[prefix] {
			continue
		}
		missing[checks[i].Type] = true
		n++
	}
	return slices.Sorted(maps.Keys(missing)), n
}

// listed names up to three of the list and counts the others.
func listed(list []string) string {
	const named = 3
	if len(list) <= named {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:named], ", ") + fmt.Sprintf(" and %d more types", len(list)-named)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func orNone(version string) string {
	if version == "" {
		return "(none)"
	}
	return version
}
