package bench

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
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
}{
	{"aws_db_instance", false, 60},
	{"aws_ebs_volume", false, 170},
	{"aws_iam_role", true, 120},
	{"aws_iam_user", true, 40},
	{"aws_instance", false, 180},
	{"aws_kms_key", false, 50},
	{"aws_lambda_function", false, 130},
	{"aws_s3_bucket", true, 60},
	{"aws_security_group", false, 130},
	{"aws_sqs_queue", false, 60},
}

// makers make the types of the mix.
func makers() map[string]maker {
	return map[string]maker{
		"aws_db_instance": makeDBInstance, "aws_ebs_volume": makeVolume, "aws_iam_role": makeRole, "aws_iam_user": makeUser, "aws_instance": makeInstance,
		"aws_kms_key": makeKey, "aws_lambda_function": makeFunction, "aws_s3_bucket": makeBucket, "aws_security_group": makeSecurityGroup, "aws_sqs_queue": makeQueue,
	}
}

// Write writes the estate into the run, scope by scope. What joins resources comes on top
// of their number: the organisation, networks, an interface for each instance, and the
// policies, groups and profiles of identities.
func (e Estate) Write(w *run.Writer) error {
	make := makers()
	var group errgroup.Group
	group.SetLimit(max(1, e.Workers))
	group.Go(func() error { return e.writeOrganization(w) })
	for a := range e.Accounts {
		group.Go(func() error { return e.writeAccountWide(w, a) })
		for _, region := range Regions {
			group.Go(func() error { return e.writeNetwork(w, a, region) })
		}
		for _, m := range mix {
			for _, region := range places(m.global) {
				group.Go(func() error { return e.writeScope(w, a, region, m.kind, e.count(a, region, m.kind), make[m.kind]) })
			}
		}
	}
	return group.Wait()
}

// places are the regions in which resources of a type are.
func places(global bool) []string {
	if global {
		return []string{"global"}
	}
	return Regions
}

// count returns how many resources of a type of the mix are in a region of an account.
func (e Estate) count(account int, region, kind string) int {
	for _, m := range mix {
		if m.kind != kind {
			continue
		}
		total := e.share(account) * m.parts / 1000
		if m.global {
			return total
		}
		return total/len(Regions) + extra(slices.Index(Regions, region), total%len(Regions))
	}
	return 0
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

func (e Estate) writeAccountWide(w *run.Writer, account int) error {
	for _, one := range []struct {
		kind  string
		count int
		make  maker
	}{
		{"aws_account", 1, makeAccount},
		{"aws_s3_account_public_access_block", 1, makeAccountBlock},
		{"aws_iam_policy", len(managedPolicies) + appPolicies, makePolicy},
		{"aws_iam_group", len(groups), makeGroup},
		{"aws_iam_instance_profile", e.count(account, "global", "aws_iam_role") / roleKinds * hostRoles, makeProfile},
	} {
		if err := e.writeScope(w, account, "global", one.kind, one.count, one.make); err != nil {
			return err
		}
	}
	return nil
}

func (e Estate) writeScope(w *run.Writer, account int, region, kind string, count int, make maker) error {
	return e.place(account, region, kind).write(w, kind, count, make)
}

// place is one scope being made. It has its own randomness, so that a scope is the same
// whatever was made before it.
type place struct {
	*rand.Rand
	estate          Estate
	number          int // of the account
	account, region string
}

func (e Estate) place(number int, region, kind string) *place {
	account := AccountID(number)
	return &place{Rand: rand.New(rand.NewPCG(e.Seed, e.hash(account, region, kind))), estate: e, number: number, account: account, region: region}
}

// hash is the same for the same texts of an estate, so that scopes that are made apart
// agree on ids and settings.
func (e Estate) hash(texts ...string) uint64 {
	h := e.Seed
	for _, text := range texts {
		for _, c := range text + "/" {
			h = h*1_099_511_628_211 ^ uint64(c)
		}
	}
	h ^= h >> 31
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>29
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
