package bench

import (
	"fmt"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source/aws/iam"
)

// Of ten roles two are of instances, six of functions, one of tasks, and one is taken by
// somebody.
const (
	roleKinds = 10
	hostRoles = 2
	taskRole  = 8
)

// serviceOf is the service that takes the n-th role of an account; empty when it is none.
func serviceOf(n int) string {
	switch k := n % roleKinds; {
	case k < hostRoles:
		return "ec2"
	case k < taskRole:
		return "lambda"
	case k == taskRole:
		return "ecs-tasks"
	default:
		return ""
	}
}

func (p *place) roleARN(n int) string { return "arn:aws:iam::" + p.account + ":role/" + roleName(n) }

func roleName(n int) string {
	if s := serviceOf(n); s != "" {
		return fmt.Sprintf("%s-%d", s, n)
	}
	return fmt.Sprintf("people-%d", n)
}

// someRole is the number of a role that a service takes.
func (p *place) someRole(service string) int {
	tens := max(1, p.estate.count(p.number, "global", "aws_iam_role")/roleKinds)
	n := roleKinds * p.IntN(tens)
	if service == "ec2" {
		return n + p.IntN(hostRoles)
	}
	return n + hostRoles + p.IntN(taskRole-hostRoles)
}

// profile is the ARN of an instance profile of the account.
func (p *place) profile() string { return p.profileARN(p.someRole("ec2")) }

func (p *place) profileARN(role int) string {
	return "arn:aws:iam::" + p.account + ":instance-profile/" + roleName(role)
}

func makeProfile(p *place, n int) *estate.Resource {
	role := n/hostRoles*roleKinds + n%hostRoles
	r := p.resource(p.profileARN(role), roleName(role), iam.InstanceProfile{Path: "/", Roles: []string{p.roleARN(role)}})
	r.Relations = []estate.Relation{{Kind: estate.Contains, Target: p.roleARN(role)}}
	return r
}

// trust lets a service take a role; roles of people are taken from the account itself, by
// a role of another account, or by a vendor, of whom one in ten shows no external id.
func (p *place) trust(n int) *policydoc.Document {
	s := policydoc.Statement{Effect: "Allow", Actions: []string{"sts:AssumeRole"}}
	who := policydoc.Principal{Kind: "Service", ID: serviceOf(n) + ".amazonaws.com"}
	if serviceOf(n) == "" {
		who.Kind = "AWS"
		switch k := p.IntN(20); {
		case k < 12:
			who.ID = "arn:aws:iam::" + p.account + ":root"
		case k < 17:
			who.ID = "arn:aws:iam::" + AccountID(p.IntN(p.estate.Accounts)) + ":role/" + roleName(hostRoles)
		default:
			who.ID = fmt.Sprintf("arn:aws:iam::%012d:root", 900_000_000_000+p.IntN(30))
			if p.odds(90) {
				s.Conditions = []policydoc.Condition{{Operator: "StringEquals", Key: "sts:ExternalId", Values: []string{p.hex(8)}}}
			}
		}
	}
	s.Principals = []policydoc.Principal{who}
	return document(s)
}

func document(statements ...policydoc.Statement) *policydoc.Document {
	return &policydoc.Document{Version: "2012-10-17", Statements: statements}
}

func allow(resources []string, actions ...string) policydoc.Statement {
	return policydoc.Statement{Effect: "Allow", Actions: actions, Resources: resources}
}

// narrow is what most identities may do: read one bucket with its key, and write logs.
func (p *place) narrow() *policydoc.Document {
	bucket := "arn:aws:s3:::" + p.bucket(p.IntN(max(1, p.estate.count(p.number, "global", "aws_s3_bucket"))))
	return document(
		allow([]string{bucket, bucket + "/*"}, "s3:GetObject", "s3:ListBucket"),
		allow([]string{"arn:aws:kms:*:" + p.account + ":key/*"}, "kms:Decrypt"),
		allow([]string{"arn:aws:logs:*:" + p.account + ":*"}, "logs:CreateLogStream", "logs:PutLogEvents"),
	)
}

// Who is not narrow: of a hundred roles one administers, two deploy functions, four read
// everything.
const (
	administrators = 1
	deployers      = administrators + 2
	readers        = deployers + 4
)

func makeRole(p *place, n int) *estate.Resource {
	name := roleName(n)
	config := iam.Role{
		Path: "/", Trust: p.trust(n), AttachedPolicies: []string{fmt.Sprintf("arn:aws:iam::%s:policy/app-%d", p.account, p.IntN(appPolicies))},
		InlinePolicies: []iam.InlinePolicy{{Name: "app", Document: p.narrow()}}, LastUsed: p.past(500), LastUsedRegion: pick(p, Regions...), InstanceProfiles: []string{},
	}
	switch serviceOf(n) {
	case "ec2":
		config.InstanceProfiles = append(config.InstanceProfiles, p.profileARN(n))
		config.AttachedPolicies = append(config.AttachedPolicies, managedPolicies[2].arn)
	case "lambda":
		config.AttachedPolicies = append(config.AttachedPolicies, managedPolicies[3].arn)
	}
	class := p.IntN(100)
	switch {
	case class < administrators:
		config.AttachedPolicies = append(config.AttachedPolicies, managedPolicies[0].arn)
	case class < deployers:
		config.InlinePolicies = append(config.InlinePolicies, iam.InlinePolicy{Name: "deploy", Document: document(
			allow([]string{"*"}, "lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:InvokeFunction"),
			allow([]string{"arn:aws:iam::" + p.account + ":role/lambda-1*"}, "iam:PassRole"))})
	case class < readers:
		config.AttachedPolicies = append(config.AttachedPolicies, managedPolicies[1].arn)
	}
	return p.resource(p.roleARN(n), name, config, facet.Identity{
		Kind: "role", Human: estate.No, MFA: estate.Maybe, Enabled: estate.Yes, LastUsed: config.LastUsed, Administrator: estate.TriOf(class < administrators),
		Grants: config.AttachedPolicies, Keys: []facet.Key{},
	})
}

func makeUser(p *place, n int) *estate.Resource {
	name := fmt.Sprintf("user-%s-%d", p.hex(3), n)
	asOf := Now()
	config := iam.User{
		Path: "/", Groups: []string{p.group(p.IntN(len(groups)))}, AttachedPolicies: []string{}, InlinePolicies: []iam.InlinePolicy{},
		Password: iam.Password{Enabled: p.odds(60), LastUsed: p.past(200), Changed: p.past(300)}, MFA: p.odds(80),
		AccessKeys: []iam.AccessKey{
			{Index: 1, Active: p.odds(70), Rotated: p.past(400), LastUsed: p.past(200), LastUsedService: "s3", LastUsedRegion: "eu-west-1"},
			{Index: 2, Active: p.odds(20), Rotated: p.past(400), LastUsedService: "N/A", LastUsedRegion: "N/A"},
		},
		SigningCertificates: []iam.SigningCertificate{}, CredentialsAsOf: &asOf,
	}
	if p.odds(20) {
		config.InlinePolicies = append(config.InlinePolicies, iam.InlinePolicy{Name: "own", Document: p.narrow()})
	}
	admin := p.odds(administrators)
	if admin {
		config.AttachedPolicies = append(config.AttachedPolicies, managedPolicies[0].arn)
	}
	r := p.resource(p.arn("iam", "user/"+name), name, config, facet.Identity{
		Kind: "user", Human: estate.TriOf(config.Password.Enabled), MFA: estate.TriOf(config.MFA), Enabled: estate.Yes, LastUsed: config.Password.LastUsed, Administrator: estate.TriOf(admin),
		Grants: config.Groups, Keys: []facet.Key{{ID: "1", Enabled: config.AccessKeys[0].Active, Created: config.AccessKeys[0].Rotated, LastUsed: config.AccessKeys[0].LastUsed}},
	})
	if p.odds(2) {
		unread(r, "iam:GetCredentialReport", "access_keys", "mfa", "password", "facets.identity")
	}
	return r
}
