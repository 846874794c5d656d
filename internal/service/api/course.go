package api

import (
	"context"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// Course is how the posture of a group went.
type Course struct {
	Group string        `json:"group"`
	Items []store.Point `json:"items"`
}

type courseIn struct {
	Group string    `query:"group" maxLength:"400" doc:"account:ID, owner:NAME or framework:ID; everything when it is left out"`
	From  time.Time `query:"from" doc:"30 days ago when it is left out"`
	Until time.Time `query:"until" doc:"now when it is left out"`
}

const courseDays = 30

func (a *API) course(ctx context.Context, caller auth.Caller, in *courseIn) (Course, error) {
	if !seesGroup(caller, in.Group) {
		return Course{}, missing("show a course", "group")
	}
	points, err := a.points(ctx, in.Group, in.From, in.Until)
	return Course{Group: in.Group, Items: points}, err
}

func (a *API) points(ctx context.Context, group string, from, until time.Time) ([]store.Point, error) {
	if until.IsZero() {
		until = a.Now()
	}
	if from.IsZero() {
		from = until.AddDate(0, 0, -courseDays)
	}
	return a.Store.Course(ctx, group, from, until)
}

// seesGroup reports whether nothing of a group is hidden from a caller.
func seesGroup(caller auth.Caller, group string) bool {
	if caller.See.Everything() {
		return true
	}
	if account, ok := strings.CutPrefix(group, "account:"); ok {
		return sees(caller, account)
	}
	if owner, ok := strings.CutPrefix(group, "owner:"); ok {
		return caller.See.OnlyAccounts == nil && contains(caller.See.OnlyOwners, owner)
	}
	return false
}

// groupsOf returns the groups whose courses together are what a caller sees; nil when no
// groups are.
func groupsOf(caller auth.Caller) []string {
	var groups []string
	switch {
	case caller.See.Everything():
		return []string{""}
	case caller.See.OnlyOwners == nil:
		for _, account := range caller.See.OnlyAccounts {
			groups = append(groups, "account:"+account)
		}
	case caller.See.OnlyAccounts == nil:
		for _, owner := range caller.See.OnlyOwners {
			groups = append(groups, "owner:"+owner)
		}
	}
	return groups
}
