package escalate_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// town is a generated estate: accounts of equal size with roles, functions and policies of
// a few kinds, as an account factory makes them.
type town struct {
	estate escalate.Estate
	layers map[string]decide.Layers
	who    map[string]decide.Principal
	trust  map[string]*policydoc.Document
}

func (w *town) Subject(arn string) (decide.Principal, decide.Layers, bool) {
	who, ok := w.who[arn]
	return who, w.layers[arn], ok
}

func (w *town) Managed(string) ([]escalate.ManagedPolicy, *estate.Unknown) { return nil, nil }

func (w *town) Target(arn string) (decide.Resource, [][]decide.Source) {
	return decide.Resource{ARN: arn, Policy: w.trust[arn]}, nil
}

func doc(b *testing.B, text string) *policydoc.Document {
	b.Helper()
	d, err := policydoc.Parse(text)
	if err != nil {
		b.Fatal(err)
	}
	return d
}

func newTown(b *testing.B, accounts, rolesEach int) *town {
	b.Helper()
	w := &town{layers: map[string]decide.Layers{}, who: map[string]decide.Principal{}, trust: map[string]*policydoc.Document{}}
	random := rand.New(rand.NewPCG(1, 2))
	one := func(action string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":` + action + `,"Resource":"*"}]}`
	}
	kinds := []*policydoc.Document{
		doc(b, one(`["s3:Get*","s3:List*"]`)), doc(b, one(`["logs:*","dynamodb:*"]`)), doc(b, one(`["ec2:Describe*","cloudwatch:*"]`)),
		doc(b, one(`["lambda:*","iam:PassRole"]`)), doc(b, one(`["ssm:StartSession"]`)), doc(b, one(`["sts:AssumeRole"]`)),
		doc(b, one(`["iam:AttachRolePolicy","iam:CreateAccessKey"]`)), doc(b, one(`["codebuild:*","ecs:*"]`)), doc(b, one(`["sqs:*","sns:*"]`)),
	}
	trusts := []string{"lambda.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "codebuild.amazonaws.com"}
	for a := range accounts {
		account := fmt.Sprintf("%012d", 100_000_000_000+a)
		for i := range rolesEach {
			arn := fmt.Sprintf("arn:aws:iam::%s:role/r%d", account, i)
			service := trusts[random.IntN(len(trusts))]
			trust := doc(b, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"`+service+`"},"Action":"sts:AssumeRole"}]}`)
			// One in twenty holds what a way needs.
			kind := kinds[random.IntN(3)]
			if random.IntN(20) == 0 {
				kind = kinds[random.IntN(len(kinds))]
			}
			w.who[arn] = decide.Principal{Kind: decide.Role, ARN: arn, Account: account}
			w.layers[arn] = decide.Layers{Identity: []decide.Source{{Name: "p", Doc: kind}}}
			w.trust[arn] = trust
			w.estate.Nodes = append(w.estate.Nodes, escalate.Node{ARN: arn, Kind: escalate.Role, Account: account, Trust: trust, Facts: escalate.Facts{}})
			w.estate.Workloads = append(w.estate.Workloads, escalate.Workload{
				ARN: fmt.Sprintf("arn:aws:lambda:eu-west-1:%s:function:f%d", account, i), Type: "aws_lambda_function", Account: account, Role: arn,
			})
		}
	}
	return w
}

// BenchmarkEstate finds every edge of 20,000 roles with 20,000 functions in 100 accounts.
func BenchmarkEstate(b *testing.B) {
	list, err := escalate.Load(os.DirFS(library), ".")
	if err != nil {
		b.Fatal(err)
	}
	w := newTown(b, 100, 200)
	reference.Load()
	for b.Loop() {
		g := escalate.New(list, &w.estate, escalate.NewDecider(w, reference.Load()))
		edges := 0
		for i := range w.estate.Nodes {
			edges += len(g.From(w.estate.Nodes[i].ARN))
		}
		b.ReportMetric(float64(edges), "edges")
	}
}

// BenchmarkDeadEnd asks about a role that holds nothing of use, as most do.
func BenchmarkDeadEnd(b *testing.B) {
	list, err := escalate.Load(os.DirFS(library), ".")
	if err != nil {
		b.Fatal(err)
	}
	w := newTown(b, 1, 200)
	g := escalate.New(list, &w.estate, escalate.NewDecider(w, reference.Load()))
	dead := ""
	for i := range w.estate.Nodes {
		if len(g.From(w.estate.Nodes[i].ARN)) == 0 {
			dead = w.estate.Nodes[i].ARN
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		g.From(dead)
	}
}
