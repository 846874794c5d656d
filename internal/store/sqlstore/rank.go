package sqlstore

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// ranking is a short list being kept.
type ranking struct {
	store      *Store
	ranked     store.Ranked
	at         int64
	q          session
	had        map[string]*standing
	exceptions map[string]string
	places     map[string][]estate.Ref
	unranked   map[string]bool
	first      bool
	told       []told
}

// Rank replaces the short list.
func (s *Store) Rank(ctx context.Context, ranked store.Ranked) ([]store.Transition, error) {
	const op = "keep issues"
	if err := validMoment(op, ranked.At); err != nil {
		return nil, err
	}
	for _, i := range ranked.Issues {
		if i.Key == "" || cut(i.Key, maxName) != i.Key {
			return nil, estate.Errorf(estate.CodeInvalid, op, "the key of an issue has no use")
		}
	}
	var told []store.Transition
	err := s.write(ctx, op, func(q session) error {
		r := ranking{store: s, ranked: ranked, at: micros(ranked.At), q: q}
		var err error
		told, err = r.write(ctx)
		return err
	})
	return told, err
}

func (r *ranking) write(ctx context.Context) ([]store.Transition, error) {
	if _, err := r.q.exec(ctx, `UPDATE sequence SET last = last + 1 WHERE name = 'rank'`); err != nil {
		return nil, err
	}
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	now := map[string]bool{}
	for i := range r.ranked.Issues {
		issue := &r.ranked.Issues[i]
		if now[issue.Key] {
			continue
		}
		now[issue.Key] = true
		if err := r.keep(ctx, issue); err != nil {
			return nil, err
		}
	}
	for _, key := range sortedKeys(r.had) {
		if h := r.had[key]; h.state != stateResolved && !now[key] {
			next := *h
			next.state, next.until, next.body = stateResolved, after(r.at, h.changed), nil
			if err := r.put(ctx, h, &next); err != nil {
				return nil, err
			}
		}
	}
	if err := r.keepRest(ctx); err != nil {
		return nil, err
	}
	if _, err := r.q.exec(ctx, `UPDATE judged SET ranked = 1 WHERE first > 0 AND ranked = 0`); err != nil {
		return nil, err
	}
	return tell(ctx, r.q, r.told)
}

func (r *ranking) load(ctx context.Context) error {
	list, err := collect(ctx, r.q, scanStanding, `SELECT `+standingColumns+` FROM issue`)
	if err != nil {
		return err
	}
	r.had = map[string]*standing{}
	for i := range list {
		r.had[list[i].key] = &list[i]
	}
	var before int
	if err := r.q.row(ctx, `SELECT COUNT(*) FROM ranked`).Scan(&before); err != nil {
		return err
	}
	r.first = before == 0
	unranked, err := collect(ctx, r.q, scanText, `SELECT account FROM judged WHERE ranked = 0`)
	if err != nil {
		return err
	}
	r.unranked = map[string]bool{}
	for _, a := range unranked {
		r.unranked[a] = true
	}
	active, err := activeExceptions(ctx, r.q, r.at)
	r.exceptions = map[string]string{}
	for _, e := range slices.Backward(active) {
		if e.Subject == "issue" {
			r.exceptions[e.Key] = e.ID
		}
	}
	if err != nil {
		return err
	}
	return r.loadPlaces(ctx)
}

// loadPlaces finds the accounts of the resources on paths.
func (r *ranking) loadPlaces(ctx context.Context) error {
	ids := map[string]bool{}
	for i := range r.ranked.Issues {
		for _, id := range onPath(&r.ranked.Issues[i]) {
			if validID("", id) == nil {
				ids[id] = true
			}
		}
	}
	r.places = map[string][]estate.Ref{}
	return eachChunk(sortedKeys(ids), func(some []string) error {
		args := make([]any, len(some))
		for i, id := range some {
			args[i] = text(id)
		}
		refs, err := collect(ctx, r.q, func(row scanner) (estate.Ref, error) {
			var id, kind, cloud, account, region, name text
			err := row.Scan(&id, &kind, &cloud, &account, &region, &name)
			return estate.Ref{ID: string(id), Type: string(kind), Cloud: estate.Cloud(cloud), Account: string(account), Region: string(region), Name: string(name)}, err
		}, `SELECT id, type, cloud, account, region, name FROM resource WHERE id IN `+marks(len(some))+` ORDER BY gone, account, rid`, args...)
		for _, ref := range refs {
			r.places[ref.ID] = append(r.places[ref.ID], ref)
		}
		return err
	})
}

// onPath returns the ids of an issue: those it names and those its steps lead over.
func onPath(issue *estate.Issue) []string {
	ids := map[string]bool{}
	for _, id := range issue.Resources {
		ids[id] = true
	}
	for _, step := range issue.Path {
		ids[step.From], ids[step.To] = true, true
	}
	delete(ids, "")
	return sortedKeys(ids)
}

func (r *ranking) keep(ctx context.Context, issue *estate.Issue) error {
	body, err := json.Marshal(issue)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, "keep issues", "issue %q: %w", issue.Key, err)
	}
	h := r.had[issue.Key]
	next := standing{key: issue.Key, opened: r.at}
	if h != nil {
		next = *h
	}
	next.class, next.title, next.owner, next.environment = cut(issue.Class, maxWord), cut(issue.Title, maxName), cut(issue.Owner, maxWord), cut(issue.Environment, maxWord)
	next.search = strings.ToLower(next.title + "\n" + next.class + "\n" + next.owner)
	next.band, next.rank = issue.Score.Band.Rank(), int64(math.Round((1000-issue.Score.Value)*1e6))
	next.resources, next.accounts, next.place = onPath(issue), []string{}, r.placeOf(issueEnd(issue))
	for _, id := range next.resources {
		for _, ref := range r.places[id] {
			next.accounts = append(next.accounts, ref.Account)
		}
	}
	slices.Sort(next.accounts)
	next.accounts = slices.Compact(next.accounts)
	next.hash, next.body = hashOf(body), r.store.pack.pack(body)
	if h != nil && h.state == stateResolved {
		next.opened, next.regressed = after(r.at, h.changed), 1
	}
	next.until, next.due = 0, due(next.opened, r.ranked.Due, issue.Score.Band, issue.Environment)
	next.exception = r.exceptions[issue.Key]
	next.state = stateOpen
	if next.exception != "" {
		next.state = stateExcepted
	}
	return r.put(ctx, h, &next)
}

// issueEnd is the last resource of the path, or the first that is named.
func issueEnd(issue *estate.Issue) string {
	if n := len(issue.Path); n > 0 {
		return issue.Path[n-1].To
	}
	if len(issue.Resources) > 0 {
		return issue.Resources[0]
	}
	return ""
}

func (r *ranking) put(ctx context.Context, h, next *standing) error {
	if h != nil && h.state == next.state && h.hash == next.hash && h.due == next.due && h.exception == next.exception && slices.Equal(h.accounts, next.accounts) {
		return nil
	}
	next.changed = r.at
	if h != nil {
		next.changed = after(r.at, h.changed)
	}
	if kind := moved(h, next); kind != "" {
		r.told = append(r.told, r.tale(kind, next))
	}
	return r.store.writeIssue(ctx, r.q, h, next)
}
