package unused_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/analysis/identity/unused"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// What random policies are made of, and what is asked about them.
var (
	patterns = []string{
		"*", "*:*", "s3:*", "s3:Get*", "S3:getobject", "s3:Put?b*", "iam:*", "iam:PassRole", "iam:Create*", "ec2:Describe*", "ec2:RunInstances",
		"*:List*", "k?s:*", "kms:Decrypt", "zeta:*", "zeta:Do*", "s3:*Bucket*", "iam*", "sqs:SendMessage",
	}
	actions = []string{
		"s3:GetObject", "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:PutObject", "s3:CreateBucket", "s3:ListAllMyBuckets", "iam:PassRole",
		"iam:CreateUser", "iam:CreateAccessKey", "iam:ListUsers", "iam:GetUser", "ec2:DescribeInstances", "ec2:RunInstances", "kms:Decrypt",
		"kms:ListKeys", "zeta:DoThings", "zeta:ListThings", "sqs:SendMessage", "sqs:ListQueues",
	}
	resources = []string{"*", "arn:aws:s3:::logs/*", "arn:aws:s3:::logs", "arn:aws:iam::" + account + ":role/*", "arn:aws:s3:::${aws:PrincipalArn}/x"}
	targets   = []string{
		"*", "arn:aws:s3:::logs/a", "arn:aws:s3:::logs", "arn:aws:s3:::other", "arn:aws:iam::" + account + ":role/x",
		"arn:aws:kms:eu-west-1:" + account + ":key/1", "arn:aws:s3:::${aws:PrincipalArn}/x", "arn:aws:s3:::" + roleARN + "/x",
	}
	conditions = [][]policydoc.Condition{
		nil, nil, {{Operator: "StringEquals", Key: "aws:SourceVpce", Values: []string{"vpce-1"}}},
		{{Operator: "Bool", Key: "aws:MultiFactorAuthPresent", Values: []string{"true"}}, {Operator: "StringLike", Key: "s3:prefix", Values: []string{"${aws:PrincipalAccount}*"}}},
	}
)

type dice struct{ *rand.Rand }

func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

func some[T any](d dice, list []T) []T {
	var out []T
	for range 1 + d.IntN(3) {
		out = append(out, pick(d, list))
	}
	return out
}

func (d dice) document() *policydoc.Document {
	doc := &policydoc.Document{Version: pick(d, []string{"2012-10-17", "2012-10-17", "2008-10-17"}), Statements: []policydoc.Statement{}}
	for range 1 + d.IntN(4) {
		s := policydoc.Statement{Effect: pick(d, []string{"Allow", "Allow", "Allow", "Deny"}), Conditions: pick(d, conditions)}
		if d.IntN(5) == 0 {
			s.NotActions = some(d, patterns[2:])
		} else {
			s.Actions = some(d, patterns)
		}
		if d.IntN(6) == 0 {
			s.NotResources = some(d, resources)
		} else {
			s.Resources = some(d, resources)
		}
		doc.Statements = append(doc.Statements, s)
	}
	return doc
}

var days = []string{"", "2026-01-01", "2026-11-01", "2026-11-20"}

// use is a report on some services that tells of some of their actions.
func (d dice) use() []unused.Service {
	var list []unused.Service
	for _, prefix := range []string{"s3", "iam", "ec2", "kms", "zeta"} {
		if d.IntN(6) == 0 {
			continue
		}
		tracked := map[string]string{}
		for _, name := range actions {
			if service, action, _ := strings.Cut(name, ":"); service == prefix && d.IntN(2) == 0 {
				tracked[action] = pick(d, days)
			}
		}
		list = append(list, service(prefix, pick(d, days), tracked))
	}
	return list
}

// kept reports whether an action counts as used: its service was, and nothing tells that
// it was not itself.
func kept(use []unused.Service, name string) bool {
	prefix, action, _ := strings.Cut(name, ":")
	if name == "iam:PassRole" {
		return kept(use, "iam:GetUser2") || kept(use, "ec2:RunInstances2") || kept(use, "s3:PutX")
	}
	i := slices.IndexFunc(use, func(s unused.Service) bool { return s.Prefix == prefix })
	if i < 0 || use[i].LastUsed == nil || use[i].LastUsed.Before(day("2026-08-24")) {
		return false
	}
	j := slices.IndexFunc(use[i].Actions, func(a unused.Action) bool { return a.Name == action })
	if _, known := reference.Load().Lookup(name); j < 0 && !known && prefix == "zeta" {
		return false // nobody can name it
	}
	return j < 0 || use[i].Actions[j].LastUsed != nil && !use[i].Actions[j].LastUsed.Before(day("2026-08-24"))
}

// TestRightSizedPermitsWhatWasUsed proposes policies for random rights and random use:
// what was used is answered as before, on every resource, and nothing is allowed that was
// not.
func TestRightSizedPermitsWhatWasUsed(t *testing.T) {
	t.Parallel()
	rounds := 150
	if testing.Short() {
		rounds = 40
	}
	shrunk, asked := 0, 0
	for seed := range rounds {
		d := dice{rand.New(rand.NewPCG(uint64(seed), 1))}
		w := newWorld(t)
		docs, use := []*policydoc.Document{d.document(), d.document()}, d.use()
		w.role(docs...)
		w.uses(use...)
		auditor, p := w.auditor()
		proposal, why := auditor.RightSize(p)
		if why != nil {
			t.Fatalf("seed %d: %+v", seed, why)
		}
		c := comparison{t: t, seed: seed, use: use, docs: docs, proposal: proposal.Policy}
		c.all()
		asked += c.asked
		shrunk += c.shrunk
		if proof := auditor.Prove(p, proposal); len(proof.Lost)+len(proof.Gained) > 0 {
			t.Errorf("seed %d: the proof fails: %.300s", seed, fmt.Sprintf("%+v", proof))
		}
	}
	if shrunk < rounds || asked < 20*rounds {
		t.Errorf("of %d answers only %d were taken away: the test proves little", asked, shrunk)
	}
}

// comparison holds a proposal against what it replaces.
type comparison struct {
	t             *testing.T
	seed          int
	use           []unused.Service
	docs          []*policydoc.Document
	proposal      *policydoc.Document
	asked, shrunk int
}

func (c *comparison) all() {
	before := decide.Layers{}
	for i, doc := range c.docs {
		before.Identity = append(before.Identity, decide.Source{Name: fmt.Sprint(i), Doc: doc})
	}
	after := decide.Layers{Identity: []decide.Source{{Name: "proposal", Doc: c.proposal}}}
	caller := decide.Principal{Kind: decide.Role, ARN: roleARN, Account: account, Tags: map[string]string{}}
	for _, action := range actions {
		for _, arn := range targets {
			target := decide.Resource{ARN: arn, Account: account}
			context := decide.Known(&caller, &target, action)
			for _, given := range contexts {
				concrete := context.Clone()
				concrete.SetWorld(decide.ClosedWorld)
				for key, value := range given {
					concrete.Set(key, value)
				}
				request := decide.Request{Principal: caller, Action: action, Resource: target, Context: concrete, Reference: reference.Load()}
				c.compare(action, arn, decide.Decide(request, before).Outcome == decide.Allowed, decide.Decide(request, after).Outcome == decide.Allowed)
			}
		}
	}
}

// contexts are requests that the conditions tell apart.
var contexts = []map[string]string{
	{}, {"aws:SourceVpce": "vpce-1"}, {"aws:MultiFactorAuthPresent": "true", "s3:prefix": account + "/x"},
	{"aws:MultiFactorAuthPresent": "true", "s3:prefix": "${aws:PrincipalAccount}/x"},
}

func (c *comparison) compare(action, arn string, was, is bool) {
	c.asked++
	switch {
	case is && !was:
		c.t.Errorf("seed %d: %s on %s is allowed and was not", c.seed, action, arn)
	case was && !is && kept(c.use, action):
		c.t.Errorf("seed %d: %s on %s was used and is no longer allowed", c.seed, action, arn)
	case was && !is:
		c.shrunk++
	}
}
