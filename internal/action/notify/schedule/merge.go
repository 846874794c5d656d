package schedule

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

func keys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

// message returns the unit as a message.
func (u unit) message(now time.Time) Message {
	m := Message{Channel: u.first().Channel}
	for _, p := range u {
		m.Deliveries = append(m.Deliveries, p.Key)
	}
	slices.Sort(m.Deliveries)
	if len(u) == 1 {
		m.Key, m.Alert = u.first().Key, u.first().Value
		return m
	}
	m.Key = key(m.Deliveries...)
	m.Alert = u.merged(now)
	m.Alert.Key = "group:" + m.Key
	return m
}

// merged returns an alert that stands for all of the unit: what they have in common, the
// worst severity, and themselves as items, the worst first.
func (u unit) merged(now time.Time) notify.Alert {
	a := notify.Alert{At: now, Kind: notify.Digest, Count: len(u)}
	for _, p := range u {
		item := p.Value
		item.Items = nil
		a.Items = append(a.Items, item)
	}
	slices.SortStableFunc(a.Items, func(x, y notify.Alert) int {
		return cmp.Or(cmp.Compare(x.Band().Rank(), y.Band().Rank()), cmp.Compare(y.Score, x.Score), x.At.Compare(y.At), cmp.Compare(x.Key, y.Key))
	})
	worst := &a.Items[0]
	a.Severity, a.Score = worst.Band(), worst.Score
	a.Owner = common(u, func(x *notify.Alert) string { return x.Owner })
	a.Environment = common(u, func(x *notify.Alert) string { return x.Environment })
	a.Account = common(u, func(x *notify.Alert) string { return x.Account })
	a.AccountName = common(u, func(x *notify.Alert) string { return x.AccountName })
	a.Check = common(u, func(x *notify.Alert) string { return x.Check })
	a.Actor = common(u, func(x *notify.Alert) string { return x.Actor })
	a.Resource = common(u, func(x *notify.Alert) estate.Ref { return x.Resource })
	if kind := common(u, func(x *notify.Alert) notify.Kind { return x.Kind }); kind != "" && !u.first().Digest {
		a.Kind = kind
	}
	a.Title = fmt.Sprintf("%d alerts", len(u))
	if title := common(u, func(x *notify.Alert) string { return x.Title }); title != "" {
		a.Title += ": " + title
	}
	return a
}

// common returns what all alerts of the unit have, the zero value when they differ.
func common[V comparable](u unit, of func(*notify.Alert) V) V {
	first := of(&u[0].Value)
	for _, p := range u[1:] {
		if of(&p.Value) != first {
			var none V
			return none
		}
	}
	return first
}
