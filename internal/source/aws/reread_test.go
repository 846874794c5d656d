package aws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/time/rate"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

const assumed = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIA%s</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`

const whoami = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>%[1]s</Account><Arn>arn:aws:iam::%[1]s:user/x</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`

// door is an STS that lets the role into account 222222222222 and counts the calls.
func door(t *testing.T) (*Connector, map[string]int) {
	t.Helper()
	var mu sync.Mutex
	calls := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_ = r.ParseForm() // what does not parse has no action
		calls[r.Form.Get("Action")]++
		switch {
		case r.Form.Get("Action") == "AssumeRole" && r.Form.Get("RoleArn") == "arn:aws:iam::222222222222:role/audit":
			fmt.Fprintf(w, assumed, "TWO")
		case r.Form.Get("Action") == "AssumeRole":
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>`)
		case strings.Contains(r.Header.Get("Authorization"), "ASIATWO"):
			fmt.Fprintf(w, whoami, "222222222222")
		default:
			fmt.Fprintf(w, whoami, "111111111111")
		}
	}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAONE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "x")
	t.Setenv("AWS_CA_BUNDLE", "")
	c, err := Open(t.Context(), Options{Endpoint: server.URL, Region: "eu-west-1", Role: "audit"})
	if err != nil {
		t.Fatal(err)
	}
	return c, calls
}

func TestRereadEntersOnceAndRemembersNoAnswers(t *testing.T) {
	c, calls := door(t)
	shared, regions := 0, map[string]bool{}
	kind := func(name string, locality source.Locality) source.Kind[*Session] {
		return source.Type[*Session, struct{}]{Name: name, Locality: locality, List: func(_ context.Context, s *Session, found func(*source.Draft[struct{}])) error {
			regions[s.Account+" "+s.Region] = true
			_, err := Shared(s, "an answer", func() (int, error) { shared++; return shared, nil })
			found(&source.Draft[struct{}]{ID: "arn:aws:t:r:1:thing/a"})
			found(&source.Draft[struct{}]{ID: "arn:aws:t:r:1:thing/b"})
			return err
		}}
	}
	r := c.Rereader([]source.Kind[*Session]{kind("aws_place", source.Regional), kind("aws_world", source.Global)})
	for _, scope := range []estate.Scope{
		{Cloud: estate.AWS, Account: "222222222222", Region: "eu-west-1", Type: "aws_place"},
		{Cloud: estate.AWS, Account: "222222222222", Region: "eu-west-1", Type: "aws_place"},
		{Cloud: estate.AWS, Account: "222222222222", Region: "global", Type: "aws_world"},
	} {
		var ids []string
		found, err := r.Reread(t.Context(), scope, []string{"B"}, func(x *estate.Resource) error {
			ids = append(ids, x.ID)
			return nil
		})
		if err != nil || !found.Whole || len(found.IDs) != 2 || !slices.Equal(ids, []string{"arn:aws:t:r:1:thing/b"}) {
			t.Errorf("%s: found %+v, emitted %v, error %v", scope, found, ids, err)
		}
	}
	if calls["AssumeRole"] != 1 || shared != 3 {
		t.Errorf("the account was entered %d times, and %d of 3 readings asked anew", calls["AssumeRole"], shared)
	}
	if !regions["222222222222 eu-west-1"] || !regions["222222222222 us-east-1"] || len(regions) != 2 {
		t.Errorf("read in %v", regions)
	}
}

func TestRereadOfWhatCannotBeRead(t *testing.T) {
	c, calls := door(t)
	r := c.Rereader(nil)
	if _, err := r.Reread(t.Context(), estate.Scope{Type: "aws_nothing"}, nil, nil); estate.CodeOf(err) != estate.CodeNotFound {
		t.Errorf("a type that does not exist: %v", err)
	}
	r = c.Rereader([]source.Kind[*Session]{source.Type[*Session, struct{}]{Name: "aws_place"}})
	for range 2 {
		if _, err := r.Reread(t.Context(), estate.Scope{Account: "333333333333", Type: "aws_place"}, nil, nil); Explain(err).Code != estate.CodeDenied {
			t.Errorf("an account that lets nobody in: %v", err)
		}
	}
	if calls["AssumeRole"] != 2 || len(r.accounts) != 0 {
		t.Errorf("tried %d times, %d accounts remembered", calls["AssumeRole"], len(r.accounts))
	}
}

// TestUrgentRequestsComeNext holds that what an event asks for does not wait for the
// requests of a scan that came before.
func TestUrgentRequestsComeNext(t *testing.T) {
	t.Parallel()
	g := NewBudgets(1).get("1", "r", "EC2")
	g.limiter = rate.NewLimiter(100, 1)
	ctx, stop := context.WithCancel(t.Context())
	var scan sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range 200 {
		scan.Go(func() {
			if err := g.wait(ctx); err != nil {
				if !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
				return
			}
			mu.Lock()
			defer mu.Unlock()
			done++
		})
	}
	for len(g.turn) == 0 { // until the scan waits
		if err := g.limiter.Wait(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.wait(urgently(ctx)); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	if done > 100 {
		t.Errorf("%d requests of the scan went first", done)
	}
	mu.Unlock()
	stop()
	scan.Wait()
}
