package sqlstore

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// compare decides what becomes of every finding, in the order of keys.
func (j *judging) compare() {
	j.failing = map[string]*[5]int{}
	for _, key := range sortedKeys(j.now) {
		f := j.now[key]
		if f.Status == estate.Fail {
			j.fails(f, j.had[key])
		} else {
			j.unknown(f, j.had[key], j.had[unknownKey(key)])
		}
	}
	for _, key := range sortedKeys(j.had) {
		h := j.had[key]
		f, again := j.now[h.key]
		if !h.live() || again && (h.kind == kindFail || f.Status == estate.UnknownStatus) {
			continue
		}
		next := *h
		next.until, next.unproven = after(j.at, h.changed), 0
		next.state = stateResolved
		if h.kind == kindUnknown {
			next.state = stateEnded
		}
		j.put(h, next)
	}
}

// fails is for what fails now. It opens, opens again, stays, or is proven again.
func (j *judging) fails(f *said, h *found) {
	next := j.rowOf(f, h, kindFail)
	if h == nil || !h.live() {
		next.opened, next.regressed = j.at, bit64(h != nil)
		next.cause = causeJSON(j.causeOf(f.Resource.ID))
	}
	if h != nil && !h.live() {
		next.opened = after(j.at, h.changed)
	}
	next.until, next.unproven = 0, 0
	next.due = due(next.opened, j.judged.Due, f.Severity, environmentOf(&f.Finding))
	j.set(&next)
	j.put(h, next)
}

// unknown is for what cannot be decided now: what fails stays, marked.
func (j *judging) unknown(f *said, h, u *found) {
	if h != nil && h.live() {
		next := *h
		if next.unproven == 0 {
			next.unproven = after(j.at, h.changed)
		}
		j.set(&next)
		j.put(h, next)
		if u != nil && u.live() {
			ended := *u
			ended.state, ended.until = stateEnded, after(j.at, u.changed)
			j.put(u, ended)
		}
		return
	}
	next := j.rowOf(f, u, kindUnknown)
	if u == nil || !u.live() {
		next.opened = j.at
	}
	next.state, next.until, next.unproven, next.due = stateUnknown, 0, 0, never
	j.put(u, next)
}

// rowOf returns the row of a finding with the content that is said now.
func (j *judging) rowOf(f *said, h *found, kind int) found {
	r := f.Resource
	next := found{account: j.judged.Account, key: f.Key, kind: kind, cause: []byte("{}")}
	if h != nil {
		next = *h
	}
	if h != nil && h.hash == f.hash {
		return next
	}
	next.cloud, next.region, next.kindOf, next.resource, next.check = cut(string(r.Cloud), maxWord), cut(r.Region, maxWord), cut(r.Type, maxWord), r.ID, f.Check
	next.name, next.search, next.ref = cut(r.Name, maxName), f.search(), r
	next.severity, next.hash, next.body = f.Severity.Rank(), f.hash, j.store.pack.pack(f.body)
	next.owner, next.environment = "", ""
	if f.Context != nil {
		next.owner, next.environment = cut(f.Context.Owner, maxWord), cut(f.Context.Environment, maxWord)
	}
	if m, found := j.owners[r.ID]; found {
		next.owner, next.environment = m.Owner, m.Environment
	}
	return next
}

// set sets a failing finding aside when an exception says so.
func (j *judging) set(next *found) {
	next.exception = exceptionOf(j.exceptions, next)
	next.state = stateOpen
	if next.exception != "" {
		next.state = stateExcepted
	}
}

// put takes the next version of a row up, if it differs, with what is to be told of it.
func (j *judging) put(h *found, next found) {
	if next.state == stateOpen {
		j.fail(&next)
	}
	if h != nil && h.same(&next) && h.owner == next.owner && h.environment == next.environment {
		return
	}
	j.counts.add(&next, 1)
	if h == nil {
		next.changed = j.at
		j.fresh = append(j.fresh, next)
	} else {
		j.counts.add(h, -1)
		next.changed = after(j.at, h.changed)
		j.old = append(j.old, next)
	}
	if kind := happened(h, &next); kind != "" {
		j.told = append(j.told, j.tale(kind, &next))
	}
}

// happened is the kind of transition from one version to the next; empty for none.
func happened(h, next *found) string {
	was := h != nil && h.state == stateOpen
	switch {
	case next.kind == kindUnknown:
		return ""
	case next.state == stateOpen && !was && next.regressed == 1 && (h == nil || h.state == stateResolved):
		return "regressed"
	case next.state == stateOpen && !was:
		return "new"
	case next.state == stateResolved && was:
		return "resolved"
	default:
		return ""
	}
}

func (j *judging) tale(kind string, f *found) told {
	severity := estate.Severity("")
	if f.severity < len(severities) {
		severity = severities[f.severity]
	}
	return told{owner: f.owner, accounts: []string{f.account}, Transition: store.Transition{
		Kind: kind, At: moment(f.changed), Subject: "finding", Key: f.key, First: j.first, Cause: j.causeOf(f.resource), Resource: f.ref, Severity: severity,
	}}
}

// fail counts an open finding on its resource.
func (j *judging) fail(f *found) {
	if f.severity >= len(severities) {
		return
	}
	n := j.failing[f.resource]
	if n == nil {
		n = &[5]int{}
		j.failing[f.resource] = n
	}
	n[f.severity]++
}

// weight orders resources by their worst open finding, then by how many are as bad: the
// least is the worst.
func weight(n [5]int) int64 {
	for rank, count := range n {
		if count > 0 {
			return int64(rank)<<32 | int64(1<<32-1-min(count, 1<<31))
		}
	}
	return none
}

// writeFailing notes on resources what fails, where it differs.
func (j *judging) writeFailing(ctx context.Context) error {
	account := text(j.judged.Account)
	seen := map[int64]bool{}
	var updates [][]any
	scan := func(r scanner) (struct{}, error) {
		var rid int64
		var id text
		var had [5]int
		if err := r.Scan(&rid, &id, &had[0], &had[1], &had[2], &had[3], &had[4]); err != nil || seen[rid] {
			return struct{}{}, err
		}
		seen[rid] = true
		var want [5]int
		if n := j.failing[string(id)]; n != nil {
			want = *n
		}
		if had != want {
			updates = append(updates, []any{want[0], want[1], want[2], want[3], want[4], weight(want), account, rid})
		}
		return struct{}{}, nil
	}
	const query = `SELECT rid, id, critical, high, medium, low, info FROM resource WHERE account = ? AND gone = 0 AND `
	ids := map[string]bool{}
	for _, k := range j.keys {
		ids[k.ID] = true
	}
	if err := eachChunk(sortedKeys(ids), func(some []string) error {
		args := []any{account}
		for _, id := range some {
			args = append(args, text(id))
		}
		_, err := collect(ctx, j.q, scan, query+`id IN `+marks(len(some))+` ORDER BY rid`, args...)
		return err
	}); err != nil {
		return err
	}
	return j.q.each(ctx, `UPDATE resource SET critical = ?, high = ?, medium = ?, low = ?, info = ?, weight = ? WHERE account = ? AND rid = ?`, updates)
}

func causeJSON(c store.Cause) []byte {
	raw, err := json.Marshal(&c)
	if err != nil {
		panic(err) // a struct of texts and a time
	}
	return raw
}

func bit64(b bool) int64 { return int64(bit(b)) }

// search is the text that findings are searched by.
func (f *said) search() string {
	return strings.ToLower(strings.Join([]string{cut(f.Title, maxName), f.Check, cut(f.Resource.Name, maxName), f.Resource.ID}, "\n"))
}
