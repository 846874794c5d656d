package aws

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"golang.org/x/sync/errgroup"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// Skew returns how far the local clock is ahead of AWS's. AWS refuses requests that are
// more than five minutes off.
func (c *Connector) Skew(ctx context.Context, now func() time.Time) (time.Duration, error) {
	out, err := sts.NewFromConfig(c.config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return 0, err
	}
	server, ok := awsmiddleware.GetServerTime(out.ResultMetadata)
	if !ok {
		return 0, estate.Errorf(estate.CodeUnsupported, "compare clocks", "the answer carries no time")
	}
	return now().Sub(server), nil
}

// Probe is what trying one type in one place showed.
type Probe struct {
	// Type is the resource type.
	Type string
	// Listed is whether resources of the type can be listed.
	Listed bool
	// Problem says why not; zero when it can.
	Problem source.Problem
	// Missing are the permissions that were refused, sorted.
	Missing []string
}

// errEnough ends a probe: the first resources tell what the calls answer.
var errEnough = errors.New("enough was seen")

// Probe tries every kind in a region, reading no more than a first few resources of
// each, and returns what each try showed, in the order of the kinds. Nothing is kept. Once
// the members of the organisation are known, its types are not tried in them.
func (a *Account) Probe(ctx context.Context, kinds []source.Kind[*Session], region string) ([]Probe, error) {
	probes := make([]Probe, len(kinds))
	global, regional := a.Session(a.Home()), a.Session(region)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(16)
	for i, kind := range kinds {
		if kind.Info().Service == organizationService && !a.connector.told(a.ID) {
			probes[i] = Probe{Type: kind.Info().Name, Problem: source.Problem{Code: estate.CodeNotEnabled, Detail: "read once for the organisation"}}
			continue
		}
		session := regional
		if kind.Info().Locality == source.Global {
			session = global
		}
		group.Go(func() error {
			probes[i] = probe(ctx, kind, session)
			return ctx.Err()
		})
	}
	return probes, group.Wait()
}

func probe(ctx context.Context, kind source.Kind[*Session], session *Session) Probe {
	p := Probe{Type: kind.Info().Name}
	var mu sync.Mutex
	err := kind.Collect(ctx, session, func(r *estate.Resource) error {
		mu.Lock()
		defer mu.Unlock()
		for _, u := range r.Unknown {
			if u.Permission != "" {
				p.Missing = append(p.Missing, u.Permission)
			}
		}
		return errEnough
	})
	p.Listed = err == nil || errors.Is(err, errEnough) || errors.Is(err, context.Canceled)
	if !p.Listed {
		p.Problem = Explain(err)
		if permission := source.Permissions(kind.Info().Calls)[p.Problem.Op]; permission != "" && p.Problem.Code == estate.CodeDenied {
			p.Missing = append(p.Missing, permission)
		}
	}
	slices.Sort(p.Missing)
	p.Missing = slices.Compact(p.Missing)
	return p
}
