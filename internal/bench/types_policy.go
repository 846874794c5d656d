package bench

import (
	"fmt"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source/aws/iam"
)

var everything = []string{"*"}

// managedPolicies are those of AWS's that identities hold, cut to what they are about.
var managedPolicies = []struct {
	arn       string
	statement policydoc.Statement
}{
	{"arn:aws:iam::aws:policy/AdministratorAccess", allow(everything, "*")},
	{"arn:aws:iam::aws:policy/ReadOnlyAccess", allow(everything, "ec2:Describe*", "iam:Get*", "iam:List*", "kms:Describe*", "kms:List*", "lambda:Get*", "lambda:List*", "rds:Describe*", "s3:Get*", "s3:List*", "sqs:Get*", "sqs:List*")},
	{"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", allow(everything, "ssm:UpdateInstanceInformation", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel", "ec2messages:GetMessages")},
	{"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", allow(everything, "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")},
}

// appPolicies is how many managed policies of its own an account has.
const appPolicies = 20

func makePolicy(p *place, n int) *estate.Resource {
	config := iam.Policy{Version: "v1", Path: "/", Attachments: 1}
	if n < len(managedPolicies) {
		m := managedPolicies[n]
		config.ManagedByAWS, config.Document = true, document(m.statement)
		return p.resource(m.arn, m.arn[len("arn:aws:iam::aws:policy/"):], config)
	}
	name := fmt.Sprintf("app-%d", n-len(managedPolicies))
	config.Document = document(
		allow([]string{fmt.Sprintf("arn:aws:sqs:*:%s:*-%d", p.account, n)}, "sqs:ReceiveMessage", "sqs:DeleteMessage"),
		allow([]string{"arn:aws:secretsmanager:*:" + p.account + ":secret:" + name + "/*"}, "secretsmanager:GetSecretValue"),
	)
	r := p.resource("arn:aws:iam::"+p.account+":policy/"+name, name, config)
	return r
}

// groups are those of an account's users, with the number of the managed policy of each;
// negative for one of the account's own.
var groups = []struct {
	name   string
	policy int
}{{"developers", -1}, {"operators", -1}, {"readers", 1}}

func (p *place) group(n int) string { return "arn:aws:iam::" + p.account + ":group/" + groups[n].name }

func makeGroup(p *place, n int) *estate.Resource {
	g := groups[n]
	held := fmt.Sprintf("arn:aws:iam::%s:policy/app-%d", p.account, n)
	if g.policy >= 0 {
		held = managedPolicies[g.policy].arn
	}
	return p.resource(p.group(n), g.name, iam.Group{Path: "/", Members: 1, AttachedPolicies: []string{held}, InlinePolicies: []iam.InlinePolicy{}})
}
