package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// standing is an issue as its row has it.
type standing struct {
	iid                                           int64
	key, owner, environment, class, title, search string
	state, band                                   int
	rank, opened, changed, until, due, regressed  int64
	hash                                          hash
	exception                                     string
	accounts                                      []string
	body                                          []byte // packed; nil when it stays
	resources                                     []string
	place                                         estate.Ref // the last resource of the path
}

const standingColumns = `iid, key, owner, environment, class, title, search, state, band, rank, hash, opened, changed, until, due, regressed, exception, accounts, place`

func scanStanding(row scanner) (standing, error) {
	var i standing
	var key, owner, environment, class, title, search, exception text
	var sum, accounts, place []byte
	if err := row.Scan(&i.iid, &key, &owner, &environment, &class, &title, &search, &i.state, &i.band, &i.rank, &sum, &i.opened, &i.changed, &i.until, &i.due, &i.regressed, &exception, &accounts, &place); err != nil {
		return i, err
	}
	i.key, i.owner, i.environment, i.class, i.title, i.search, i.exception = string(key), string(owner), string(environment), string(class), string(title), string(search), string(exception)
	copy(i.hash[:], sum)
	if err := json.Unmarshal(place, &i.place); err != nil {
		return i, err
	}
	err := json.Unmarshal(accounts, &i.accounts)
	return i, err
}

// moved is the kind of transition from one version to the next; empty for none.
func moved(h, next *standing) string {
	was := h != nil && h.state == stateOpen
	switch {
	case next.state == stateOpen && h != nil && h.state == stateResolved:
		return "regressed"
	case next.state == stateOpen && !was:
		return "new"
	case next.state == stateResolved && was:
		return "resolved"
	case next.state == stateOpen && h.band != next.band:
		return "changed"
	default:
		return ""
	}
}

func (r *ranking) tale(kind string, i *standing) told {
	first := r.first
	for _, a := range i.accounts {
		first = first || r.unranked[a]
	}
	t := told{owner: i.owner, accounts: i.accounts, Transition: store.Transition{Kind: kind, At: moment(i.changed), Subject: "issue", Key: i.key, First: first, Resource: i.place}}
	if i.band < len(severities) {
		t.Severity = severities[i.band]
	}
	return t
}

// placeOf returns a resource as it is known; its id alone when it is not.
func (r *ranking) placeOf(id string) estate.Ref {
	if refs := r.places[id]; len(refs) > 0 {
		return refs[0]
	}
	return estate.Ref{ID: id}
}

// keepRest keeps what the short list has beside its issues, when it differs.
func (r *ranking) keepRest(ctx context.Context) error {
	rest := r.ranked
	rest.Issues = nil
	rest.At = time.Time{}
	body, err := json.Marshal(&rest)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, "keep issues", "%w", err)
	}
	sum := hashOf(body)
	type last struct {
		changed int64
		hash    hash
	}
	had, err := collect(ctx, r.q, func(row scanner) (last, error) {
		var l last
		var sum []byte
		err := row.Scan(&l.changed, &sum)
		copy(l.hash[:], sum)
		return l, err
	}, `SELECT changed, hash FROM ranked WHERE ended = ?`, never)
	if err != nil || len(had) > 0 && had[0].hash == sum {
		return err
	}
	at := r.at
	if len(had) > 0 {
		at = after(at, had[0].changed)
		if _, err := r.q.exec(ctx, `UPDATE ranked SET ended = ? WHERE changed = ?`, at, had[0].changed); err != nil {
			return err
		}
	}
	_, err = r.q.exec(ctx, `INSERT INTO ranked (changed, ended, hash, dict, body) VALUES (?, ?, ?, ?, ?)`, at, never, sum[:], dictionary, r.store.pack.pack(body))
	return err
}
