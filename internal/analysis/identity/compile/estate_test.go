package compile_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/compile"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// company is a generated estate with a fixed seed. Of its policy sets some come from
// account factories, the same in each account; the rest belong to applications.
type company struct {
	*rand.Rand

	tb       testing.TB
	compiler *compile.Compiler
	index    *compile.Index
	accounts []string
	things   []compile.Thing
	scps     [][]decide.Source
	boundary *decide.Source
	layers   []decide.Layers // by number
	policies map[string]decide.Source
}

// size is how much of what a company has.
type size struct{ accounts, principals, sets, resources int }

func newCompany(tb testing.TB, s size) *company {
	tb.Helper()
	c := &company{Rand: rand.New(rand.NewPCG(1, 2)), tb: tb, compiler: compile.New(reference.Load()), policies: map[string]decide.Source{}}
	c.index = compile.NewIndex(c.compiler)
	for i := range s.accounts {
		c.accounts = append(c.accounts, fmt.Sprintf("%012d", 100000000000+i))
	}
	guard := c.policy("guard", `{"Effect":"Deny","Action":["cloudtrail:StopLogging","cloudtrail:DeleteTrail","guardduty:DeleteDetector"],"Resource":"*"},{"Effect":"Deny","NotAction":["iam:*","sts:*","s3:*","organizations:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1","us-east-1"]}}}`)
	full := c.policy("full", `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	c.scps = [][]decide.Source{{full, guard}, {full}, {full}}
	boundary := c.policy("boundary", `{"Effect":"Allow","NotAction":["iam:CreateUser","iam:CreateAccessKey","organizations:*"],"Resource":"*"}`)
	c.boundary = &boundary
	c.principals(s)
	c.resources(s)
	return c
}

// policy parses a document once for each text.
func (c *company) policy(name, statements string) decide.Source {
	if known, found := c.policies[statements]; found {
		return known
	}
	made := decide.Source{Name: name, Doc: parse(c.tb, `{"Version":"2012-10-17","Statement":[`+statements+`]}`)}
	c.policies[statements] = made
	return made
}

// factory is what every account has: administrators, auditors, operators, developers.
func (c *company) factory() [][]decide.Source {
	admin := c.policy("admin", `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	return [][]decide.Source{
		{admin},
		{c.policy("audit", `{"Effect":"Allow","Action":["*:Describe*","*:List*","*:Get*"],"Resource":"*"}`), c.policy("no-data", `{"Effect":"Deny","Action":["s3:GetObject","dynamodb:GetItem","secretsmanager:GetSecretValue","kms:Decrypt"],"Resource":"*"}`)},
		{c.policy("operate", `{"Effect":"Allow","Action":["ec2:*","ssm:*","cloudwatch:*","logs:*"],"Resource":"*"},{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/ec2-*"}`)},
		{c.policy("develop", `{"Effect":"Allow","Action":["lambda:*","sqs:*","sns:*"],"Resource":"arn:aws:*:*:*:dev-*"},{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::dev-*","arn:aws:s3:::home/${aws:username}/*"]},{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/dev-*"}`)},
	}
}

// application are the policies of one application.
func (c *company) application(n int) []decide.Source {
	return []decide.Source{c.policy(fmt.Sprint("app-", n), fmt.Sprintf(
		`{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:ListBucket"],"Resource":["arn:aws:s3:::app-%[1]d-*","arn:aws:s3:::shared-%[2]d/app-%[1]d/*"]},`+
			`{"Effect":"Allow","Action":["dynamodb:*Item","dynamodb:Query","dynamodb:Scan"],"Resource":"arn:aws:dynamodb:*:*:table/app-%[1]d-*"},`+
			`{"Effect":"Allow","Action":["sqs:SendMessage","sqs:ReceiveMessage"],"Resource":"arn:aws:sqs:*:*:app-%[1]d-*"},`+
			`{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:*:*:secret:app-%[1]d/*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-%[2]d"}}},`+
			`{"Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":"arn:aws:kms:*:*:key/app-%[1]d"},`+
			`{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}`, n, n%50))}
}

// home is one of the three accounts of an application, for each of its stages.
func (c *company) home(app int) string {
	const stages = 3
	return c.accounts[(app+c.IntN(stages))%len(c.accounts)]
}

func (c *company) principals(s size) {
	factory := c.factory()
	for i := range s.principals {
		account := c.accounts[i%len(c.accounts)]
		var layers decide.Layers
		kind := "role"
		switch n := c.IntN(10); {
		case n == 0:
			layers.Identity = factory[0]
		case n < 4:
			layers.Identity, kind = factory[1+c.IntN(len(factory)-1)], "user"
		default:
			app := c.IntN(s.sets)
			account = c.home(app)
			layers.Identity, layers.Boundary = c.application(app), c.boundary
		}
		layers.SCPs = c.scps
		p, _ := decide.ParsePrincipal(fmt.Sprintf("arn:aws:iam::%s:%s/p-%d", account, kind, i))
		p.OrgID, p.OrgPaths, p.Tags = "o-1", []string{"o-1/r-1/ou-1/"}, map[string]string{}
		c.layers = append(c.layers, layers)
		c.index.Add(c.compiler.Caller(p), c.compiler.Set(layers))
	}
}

func (c *company) resources(s size) {
	kinds := []struct{ kind, arn string }{
		{"aws_s3_bucket", "arn:aws:s3:::%[3]s-%[2]d-%[1]s"}, {"aws_dynamodb_table", "arn:aws:dynamodb:eu-west-1:%[1]s:table/%[3]s-%[2]d"}, {"aws_sqs_queue", "arn:aws:sqs:eu-west-1:%[1]s:%[3]s-%[2]d"},
		{"aws_secretsmanager_secret", "arn:aws:secretsmanager:eu-west-1:%[1]s:secret:%[3]s/%[2]d"}, {"aws_kms_key", "arn:aws:kms:eu-west-1:%[1]s:key/%[3]s-%[2]d"}, {"aws_iam_role", "arn:aws:iam::%[1]s:role/%[3]s-%[2]d"},
		{"aws_instance", "arn:aws:ec2:eu-west-1:%[1]s:instance/i-%[3]s-%[2]d"}, {"aws_lambda_function", "arn:aws:lambda:eu-west-1:%[1]s:function:%[3]s-%[2]d"}, {"aws_cloudwatch_log_group", "arn:aws:logs:eu-west-1:%[1]s:log-group:%[3]s-%[2]d"},
		{"aws_network_interface", "arn:aws:ec2:eu-west-1:%[1]s:network-interface/%[3]s-%[2]d"},
	}
	trust := map[string]*policydoc.Document{}
	for i := range s.resources {
		k, app := kinds[c.IntN(len(kinds))], c.IntN(s.sets)
		account, name := c.home(app), fmt.Sprintf("app-%d", app)
		if c.IntN(4) == 0 {
			name = "dev"
		}
		thing := compile.Thing{ARN: fmt.Sprintf(k.arn, account, i, name), Kind: k.kind, Account: account}
		if k.kind == "aws_iam_role" || k.kind == "aws_kms_key" || c.IntN(200) == 0 {
			if trust[account] == nil {
				trust[account] = parse(c.tb, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::`+account+`:root"},"Action":"*","Resource":"*"}]}`)
			}
			thing.Policy = trust[account]
		}
		c.things = append(c.things, thing)
	}
}

// resource is a thing as the evaluator sees it.
func (c *company) resource(t *compile.Thing) decide.Resource {
	return decide.Resource{ARN: t.ARN, Account: t.Account, Policy: t.Policy, OrgID: "o-1", OrgPaths: []string{"o-1/r-1/ou-1/"}}
}
