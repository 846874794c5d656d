// Package permission derives the least permissions for a set of checks from what the
// resource types declare to call and what the checks read.
package permission

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/source"
)

// Need is a permission and what goes unanswered without it.
type Need struct {
	// Action is the permission, such as s3:GetBucketLogging.
	Action string `json:"action"`
	// Types are the resource types that need it, sorted.
	Types []string `json:"types"`
	// Lists is whether the types cannot be read at all without it.
	Lists bool `json:"lists"`
}

// Base is what every scan of AWS needs: regions, and the organisation when it is read.
func Base(organization bool) []Need {
	base := []Need{{Action: "ec2:DescribeRegions", Types: []string{"*"}, Lists: true}}
	if organization {
		base = append(base, Need{Action: "organizations:ListAccounts", Types: []string{"*"}, Lists: true})
	}
	return base
}

// For returns what the checks of the library need of the types, sorted by action. A type
// that no check reads needs nothing. Tags count as read by every check, since the user's
// mapping may ask for them. Types that are read on request only are left out.
func For(library *policy.Library, types []source.Info) []Need {
	reads := readsOf(library)
	needs := map[string]*Need{}
	for _, t := range types {
		paths, read := reads[t.Name]
		if t.Facets {
			paths = append(slices.Clone(paths), reads[""]...)
			read = read || len(reads[""]) > 0
		}
		if !read || t.OnRequest != "" {
			continue
		}
		for _, call := range t.Calls {
			if wanted(call, append(paths, "tags")) {
				add(needs, call, t.Name)
			}
		}
	}
	return listed(needs)
}

// OnRequest returns what those of the types need that are read with one of the options
// only, sorted by action.
func OnRequest(types []source.Info, options []string) []Need {
	needs := map[string]*Need{}
	for _, t := range types {
		if t.OnRequest == "" || !slices.Contains(options, t.OnRequest) {
			continue
		}
		for _, call := range t.Calls {
			add(needs, call, t.Name)
		}
	}
	return listed(needs)
}

func listed(needs map[string]*Need) []Need {
	list := make([]Need, 0, len(needs))
	for _, n := range needs {
		slices.Sort(n.Types)
		n.Types = slices.Compact(n.Types)
		list = append(list, *n)
	}
	slices.SortFunc(list, func(a, b Need) int { return strings.Compare(a.Action, b.Action) })
	return list
}

// readsOf maps each resource type to the attributes that checks read of it. Attributes
// of facets and of the context stand under the empty type: any call of a type that
// offers facets may decide them.
func readsOf(library *policy.Library) map[string][]string {
	reads := map[string][]string{}
	for _, c := range library.Checks() {
		if c.Type != "" {
			reads[c.Type] = append(reads[c.Type], "")
		}
		for _, a := range library.Attributes(c.ID) {
			derived := strings.HasPrefix(a.Path, "facets.") || strings.HasPrefix(a.Path, "context.public") || a.Type == ""
			if derived {
				reads[""] = append(reads[""], "*")
			}
			if a.Type != "" {
				reads[a.Type] = append(reads[a.Type], a.Path)
			}
		}
	}
	return reads
}

func wanted(call source.Call, paths []string) bool {
	if len(call.Fills) == 0 {
		return true
	}
	for _, fill := range call.Fills {
		for _, p := range paths {
			if p == "*" || p == fill || strings.HasPrefix(p, fill+".") || strings.HasPrefix(fill, p+".") && p != "" {
				return true
			}
		}
	}
	return false
}

func add(needs map[string]*Need, call source.Call, kind string) {
	n := needs[call.Permission]
	if n == nil {
		n = &Need{Action: call.Permission}
		needs[call.Permission] = n
	}
	n.Types = append(n.Types, kind)
	n.Lists = n.Lists || len(call.Fills) == 0
}
