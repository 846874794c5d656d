package api

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// settled reads key=value pairs. A key without a value is absent from the request.
func settled(pairs []string) (map[string][]string, error) {
	given := map[string][]string{}
	for _, pair := range pairs {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return nil, invalid("settle a condition key", "given takes key=value, not %q", pair)
		}
		if value == "" {
			given[key] = []string{}
			continue
		}
		given[key] = append(given[key], value)
	}
	return given, nil
}

// identities returns a page of those that match.
func (a *API) identities(ctx context.Context, caller auth.Caller, in *identitiesIn, request store.PageRequest) (store.Page[Identity], error) {
	all, err := a.Access.Identities(ctx, caller.See)
	if err != nil {
		return store.Page[Identity]{}, err
	}
	order, err := identityOrder(in.Sort)
	if err != nil {
		return store.Page[Identity]{}, err
	}
	text := strings.ToLower(in.Text)
	var matching []Identity
	for i := range all {
		v := &all[i]
		switch {
		case in.Machines && v.Human == estate.Yes,
			len(in.Kinds) > 0 && !slices.Contains(in.Kinds, v.Kind),
			len(in.Accounts) > 0 && !slices.Contains(in.Accounts, v.Account),
			text != "" && !strings.Contains(strings.ToLower(v.ARN+"\x00"+v.Owner), text):
		default:
			matching = append(matching, *v)
		}
	}
	slices.SortStableFunc(matching, order)
	return slicePage(matching, request, func(v *Identity) string { return v.ARN })
}

func identityOrder(sort string) (func(a, b Identity) int, error) {
	name, descending := strings.CutPrefix(sort, "-")
	var by func(a, b *Identity) int
	switch name {
	case "", "name":
		by = func(a, b *Identity) int { return strings.Compare(a.Name, b.Name) }
	case "created":
		by = func(a, b *Identity) int { return moment(a.Created).Compare(moment(b.Created)) }
	case "used":
		by = func(a, b *Identity) int { return moment(a.LastUsed).Compare(moment(b.LastUsed)) }
	case "reach":
		by = func(a, b *Identity) int { return cmp.Compare(number(a.Reads), number(b.Reads)) }
	default:
		return nil, invalid("list identities", "there is no sort %q: name, created, used or reach", sort)
	}
	return func(a, b Identity) int {
		c := by(&a, &b)
		if descending {
			c = -c
		}
		return cmp.Or(c, strings.Compare(a.ARN, b.ARN))
	}, nil
}

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func number(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}
