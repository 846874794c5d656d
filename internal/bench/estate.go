package bench

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/run"
)

// Now is the moment at which synthetic estates are looked at.
func Now() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// Regions are the regions that an account has when it opted in to none.
var Regions = []string{
	"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1",
	"eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
}

// AccountID returns the id of the n-th synthetic account.
func AccountID(n int) string { return fmt.Sprintf("%012d", 100_000_000_001+n*7_919) }

// Estate is a synthetic estate: the same for the same fields.
type Estate struct {
	// Resources is how many resources there are.
	Resources int
	// Accounts is over how many accounts they lie. The first holds 15 % of everything,
	// the others share the rest.
	Accounts int
	// Seed decides about every setting.
	Seed uint64
	// Workers is how many scopes are written at once; 0 means one.
	Workers int
}

// maker makes the n-th resource of one type in one place.
type maker func(p *place, n int) *estate.Resource

// mix is which part of a thousand resources is of which type, roughly that of the
// model organisation of the research, without what has no settings to judge.
var mix = []struct {
	kind   string
	global bool
	parts  int
	make   maker
}{
	{"aws_db_instance", false, 60, makeDBInstance},
	{"aws_ebs_volume", false, 170, makeVolume},
	{"aws_iam_role", true, 120, makeRole},
	{"aws_iam_user", true, 40, makeUser},
	{"aws_instance", false, 180, makeInstance},
	{"aws_kms_key", false, 50, makeKey},
	{"aws_lambda_function", false, 130, makeFunction},
	{"aws_s3_bucket", true, 60, makeBucket},
	{"aws_security_group", false, 130, makeSecurityGroup},
	{"aws_sqs_queue", false, 60, makeQueue},
}

// Write writes the estate into the run, scope by scope.
func (e Estate) Write(w *run.Writer) error {
	var group errgroup.Group
	group.SetLimit(max(1, e.Workers))
	for a := range e.Accounts {
		group.Go(func() error { return e.writeAccountWide(w, AccountID(a)) })
		for _, m := range mix {
			total := e.share(a) * m.parts / 1000
			if m.global {
				group.Go(func() error { return e.writeScope(w, AccountID(a), "global", m.kind, total, m.make) })
				continue
			}
			for r, region := range Regions {
				count := total/len(Regions) + extra(r, total%len(Regions))
				group.Go(func() error { return e.writeScope(w, AccountID(a), region, m.kind, count, m.make) })
			}
		}
	}
	return group.Wait()
}

// share returns how many resources lie in the n-th account.
func (e Estate) share(n int) int {
	if e.Accounts == 1 {
		return e.Resources
	}
	first := e.Resources * 15 / 100
	if n == 0 {
		return first
	}
	rest := e.Resources - first
	return rest/(e.Accounts-1) + extra(n-1, rest%(e.Accounts-1))
}

// extra spreads a remainder over the first of many.
func extra(i, remainder int) int {
	if i < remainder {
		return 1
	}
	return 0
}

func (e Estate) writeAccountWide(w *run.Writer, account string) error {
	p := e.place(account, "global", "account")
	if err := p.write(w, "aws_account", 1, makeAccount); err != nil {
		return err
	}
	return p.write(w, "aws_s3_account_public_access_block", 1, makeAccountBlock)
}

func (e Estate) writeScope(w *run.Writer, account, region, kind string, count int, make maker) error {
	return e.place(account, region, kind).write(w, kind, count, make)
}

// place is one scope being made. It has its own randomness, so that a scope is the same
// whatever was made before it.
type place struct {
	*rand.Rand
	account, region string
}

func (e Estate) place(account, region, kind string) *place {
	h := e.Seed
	for _, c := range account + "/" + region + "/" + kind {
		h = h*1_099_511_628_211 ^ uint64(c)
	}
	return &place{Rand: rand.New(rand.NewPCG(e.Seed, h)), account: account, region: region}
}

// write makes the resources of a scope, encodes them as the runner of collectors does,
// and commits them.
func (p *place) write(w *run.Writer, kind string, count int, make maker) error {
	scope := estate.Scope{Cloud: estate.AWS, Account: p.account, Region: p.region, Type: kind}
	out, err := w.Begin(scope)
	if err != nil {
		return err
	}
	line := estate.Coverage{Scope: scope, Status: estate.CoverageOK, Resources: count, Calls: 1 + count/100, Read: Now()}
	for n := range count {
		r := make(p, n)
		p.dress(r, kind)
		line.Unknowns += len(r.Unknown)
		data, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if err := out.Add(r.ID, data); err != nil {
			return err
		}
	}
	if line.Unknowns > 0 {
		line.Status, line.Reason = estate.CoveragePartial, estate.Denied
	}
	return out.Commit(line)
}

// dress sets what resources of all types have.
func (p *place) dress(r *estate.Resource, kind string) {
	created := p.past(1500)
	r.Type, r.Cloud, r.Account, r.Created = kind, estate.AWS, p.account, created
	if r.Region == "" {
		r.Region = p.region
	}
	if p.odds(85) {
		r.Tags = map[string]string{
			"Name": r.Name, "environment": pick(p, "production", "staging", "development", "sandbox"), "owner": "team-" + p.hex(2),
			"cost-center": fmt.Sprint(4000 + p.IntN(97)), "managed-by": pick(p, "terraform", "cloudformation", "console"),
		}
	}
}
