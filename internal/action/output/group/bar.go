package group

import (
	"cmp"
	"slices"

	"github.com/stance-sec/stance/internal/action/output"
)

// Bar is the failures of one account or service by severity.
type Bar struct {
	Name    string
	Failing output.Severities
}

// Accounts returns the accounts with failures as cloud/account, most failures first,
// then by name.
func (s *Set) Accounts() []Bar { return bars(s.accounts) }

// Services returns the services with failures, most failures first, then by name.
func (s *Set) Services() []Bar { return bars(s.services) }

func bar(in map[string]*Bar, name string) *Bar {
	b := in[name]
	if b == nil {
		b = &Bar{Name: name}
		in[name] = b
	}
	return b
}

// bars returns the bars of a map, most failures first.
func bars(in map[string]*Bar) []Bar {
	list := make([]Bar, 0, len(in))
	for _, b := range in {
		list = append(list, *b)
	}
	slices.SortFunc(list, func(a, b Bar) int {
		return cmp.Or(cmp.Compare(b.Failing.Total(), a.Failing.Total()), cmp.Compare(a.Name, b.Name))
	})
	return list
}
