package compile_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// world is a random request with its layers, over few names so that they meet often.
type world struct {
	*rand.Rand

	request decide.Request
	layers  decide.Layers
}

func pick[T any](w *world, list ...T) T { return list[w.IntN(len(list))] }

// chance is true once in some times.
func (w *world) chance(once int) bool { return w.IntN(once) == 0 }

const (
	home  = "111122223333"
	other = "444455556666"
)

// asked are actions with resources that they may be about.
var asked = []struct{ action, arn string }{
	{"s3:GetObject", "arn:aws:s3:::b/ann"}, {"s3:PutBucketPolicy", "arn:aws:s3:::b"}, {"S3:getobject", "arn:aws:s3:::b/dev/x"},
	{"kms:Decrypt", "arn:aws:kms:eu-west-1:" + home + ":key/1"}, {"kms:RetireGrant", "arn:aws:kms:eu-west-1:" + home + ":key/1"},
	{"sts:AssumeRole", "arn:aws:iam::" + home + ":role/dev"}, {"sts:AssumeRoleWithWebIdentity", "arn:aws:iam::" + home + ":role/dev"},
	{"sts:TagSession", "arn:aws:iam::" + home + ":role/dev"}, {"sts:GetCallerIdentity", "*"},
	{"iam:PassRole", "arn:aws:iam::" + home + ":role/dev"}, {"iam:PassRole", "arn:aws:iam::" + other + ":role/dev"},
	{"iam:AttachRolePolicy", "arn:aws:iam::" + home + ":role/aws-service-role/x/y"}, {"iam:GetPolicy", "arn:aws:iam::aws:policy/AdministratorAccess"},
	{"sqs:SendMessage", "arn:aws:sqs:eu-west-1:" + home + ":q"}, {"sqs:SendMessage", "arn:aws:sqs:eu-west-1:" + other + ":q"},
	{"ec2:DescribeInstances", "*"}, {"ec2:DescribeInstances", "arn:aws:ec2:eu-west-1:" + home + ":instance/i-1"}, {"new:Action", "arn:aws:new:eu-west-1:" + home + ":thing/1"},
	{"s3:ListAllMyBuckets", "*"}, {"lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:" + home + ":function:f:alias"}, {"s3:GetObject", ""}, {"", "x"},
}

func (w *world) caller() decide.Principal {
	text := pick(w, "arn:aws:iam::"+home+":user/ann", "arn:aws:iam::"+home+":user/ann", "arn:aws:iam::"+home+":role/dev", "arn:aws:iam::"+home+":role/path/dev",
		"arn:aws:sts::"+home+":assumed-role/dev/s1", "arn:aws:iam::"+other+":user/bob", "arn:aws:iam::"+other+":role/dev", "arn:aws:iam::"+home+":root",
		"arn:aws:sts::"+home+":federated-user/fed", "sns.amazonaws.com", "anonymous", "arn:aws:iam::"+home+":oidc-provider/token.example.com",
		"arn:aws:iam::"+home+":role/aws-service-role/x.amazonaws.com/y", "arn:aws:iam::"+home+":role/aws-reserved/sso.amazonaws.com/z")
	p, _ := decide.ParsePrincipal(text)
	if p.Kind == decide.FederatedUser {
		p.UserARN = "arn:aws:iam::" + home + ":user/ann"
	}
	if w.chance(3) {
		p.Tags = map[string]string{"team": pick(w, "blue", "red"), "own": pick(w, "ann", "a*", "b:c")}
	}
	if w.chance(3) {
		p.OrgID, p.OrgPaths = "o-1", []string{"o-1/r-1/ou-1/"}
	}
	if w.chance(4) {
		p.UniqueID = pick(w, "AROA1", "AIDA1")
	}
	if w.chance(6) {
		p.CanonicalID = pick(w, "c1", "c2")
	}
	p.ManagementAccount = w.chance(12)
	return p
}

func (w *world) target() (string, decide.Resource) {
	a := pick(w, asked...)
	w.request.Action = a.action
	r := decide.Resource{ARN: a.arn}
	if w.chance(2) {
		r.Account = pick(w, home, home, home, other, decide.UnknownAccount)
	}
	if w.chance(3) {
		r.Tags = map[string]string{"team": "blue"}
	} else if w.chance(10) {
		r.TagsUnknown = &estate.Unknown{Path: "tags", Reason: estate.Denied}
	}
	if w.chance(3) {
		r.OrgID, r.OrgPaths = pick(w, "o-1", decide.NoOrganization), []string{"o-1/r-1/"}
	}
	r.ManagementAccount, r.AWSManaged = w.chance(15), w.chance(20)
	switch w.IntN(8) {
	case 0:
	case 1:
		r.PolicyUnknown = &estate.Unknown{Path: "policy", Reason: estate.Denied}
	default:
		r.Policy = w.document(true)
	}
	return a.action, r
}

// newWorld makes a request and its layers out of random numbers.
func newWorld(r *rand.Rand) *world {
	w := &world{Rand: r}
	p := w.caller()
	action, resource := w.target()
	w.request = decide.Request{Principal: p, Action: action, Resource: resource, Context: decide.Known(&p, &resource, action)}
	w.settle()
	w.layers.Identity = w.sources(3)
	if w.chance(3) {
		w.layers.Boundary = &w.sources(1)[0]
	}
	if w.chance(6) {
		w.layers.Session = w.sources(2)[:w.IntN(2)]
	}
	if w.chance(3) {
		for range 1 + w.IntN(3) {
			w.layers.SCPs = append(w.layers.SCPs, append(w.sources(1), fullAccess()))
		}
	}
	if w.chance(3) {
		w.layers.RCPs = [][]decide.Source{{{Name: "rcp", Doc: w.document(true)}}, w.sources(1)}
	}
	if w.chance(8) {
		w.layers.Endpoint = &decide.Source{Name: "endpoint", Doc: w.document(w.chance(2))}
	}
	return w
}

// settle says more of the context of the request.
func (w *world) settle() {
	c := &w.request.Context
	if w.chance(3) {
		c.SetWorld(decide.ClosedWorld)
		c.Open("x:1")
	}
	for _, key := range []string{"x:1", "x:2", "aws:SourceIp", "aws:TagKeys", "aws:CurrentTime", "x:number", "x:bytes"} {
		switch w.IntN(6) {
		case 0:
			c.Absent(key)
		case 1:
			c.Open(key)
		case 2:
			c.Set(key, pick(w, "ann", "10.1.1.1", "2024-01-01T00:00:00Z", "7", "YQ==", "true"))
		case 3:
			if w.chance(3) {
				c.Set(key, "ann", pick(w, "b", "7"))
			}
		case 4:
			if w.chance(6) {
				c.Unread(key, estate.Unknown{Path: key, Reason: estate.Denied})
			}
		}
	}
	if w.chance(12) {
		c.SetLike("x:2", pick(w, "a*", "ann", "?"))
	}
	if w.chance(12) {
		c.Unread("aws:PrincipalTag/*", estate.Unknown{Path: "tags", Reason: estate.Denied})
	}
}

func fullAccess() decide.Source {
	return decide.Source{Name: "FullAWSAccess", Doc: &policydoc.Document{Statements: []policydoc.Statement{{Effect: "Allow", Actions: []string{"*"}, Resources: []string{"*"}}}}}
}

func (w *world) sources(most int) []decide.Source {
	var list []decide.Source
	for i := range 1 + w.IntN(most) {
		s := decide.Source{Name: fmt.Sprint("p", i), Doc: w.document(w.chance(60))}
		if w.chance(40) {
			s.Doc, s.Unknown = nil, &estate.Unknown{Path: "policies", Reason: estate.Denied}
		}
		list = append(list, s)
	}
	return list
}

func (w *world) document(resource bool) *policydoc.Document {
	doc := &policydoc.Document{Version: pick(w, "2012-10-17", "2012-10-17", "2008-10-17", ""), Statements: []policydoc.Statement{}}
	for range 1 + w.IntN(4) {
		doc.Statements = append(doc.Statements, w.statement(resource))
	}
	return doc
}

func (w *world) statement(resource bool) policydoc.Statement {
	s := policydoc.Statement{SID: fmt.Sprint(w.IntN(3)), Effect: pick(w, "Allow", "Allow", "Allow", "Deny")}
	service, _, _ := strings.Cut(w.request.Action, ":")
	actions := []string{pick(w, "*", w.request.Action, strings.ToUpper(service)+":*", "s3:Get*"), pick(w, "ec2:*", "s3:Get?bject", "sts:*", "new:*", "*:*")}[:1+w.IntN(2)]
	if w.chance(6) {
		s.NotActions = actions
	} else {
		s.Actions = actions
	}
	patterns := []string{w.pattern(), w.pattern()}[:1+w.IntN(2)]
	switch {
	case w.chance(30):
	case w.chance(6):
		s.NotResources = patterns
	default:
		s.Resources = patterns
	}
	if resource {
		who := []policydoc.Principal{w.principal(), w.principal()}[:1+w.IntN(2)]
		if w.chance(7) {
			s.NotPrincipals = who
		} else if !w.chance(40) {
			s.Principals = who
		}
	}
	for range max(0, w.IntN(5)-2) {
		s.Conditions = append(s.Conditions, w.condition())
	}
	return s
}

func (w *world) pattern() string {
	return pick(w, "*", "*", "*", "**", "arn:aws:s3:::b/*", "arn:aws:s3:::b", "arn:aws:kms", "arn:aws:*:*:"+home+":*", "arn:*", "arn:aws:s3:::b/${x:1}", "arn:aws:s3:::b/${aws:username}",
		"arn:aws:s3:::b/${aws:PrincipalTag/own, 'ann'}", "arn:aws:s3:::${x:1}/${x:2}", "${*}", "arn:aws:iam::"+home+":role/*", "arn:aws:sqs:*:${aws:PrincipalAccount}:q", "arn:aws:lambda:*:*:function:f*",
		"arn:aws:s3:::?/*n", "arn:aws:ec2:*:*:*", "", "arn:aws:s3:::b/${", "arn:aws:s3:::b/${aws:TagKeys, 'ann'}", "arn:aws:iam::"+home+":role/${aws:userid}*")
}

func (w *world) principal() policydoc.Principal {
	kind := pick(w, "AWS", "AWS", "AWS", "AWS", "*", "Service", "Federated", "CanonicalUser")
	switch kind {
	case "*":
		return policydoc.Principal{Kind: "*", ID: "*"}
	case "Service":
		return policydoc.Principal{Kind: kind, ID: pick(w, "sns.amazonaws.com", "*")}
	case "Federated":
		return policydoc.Principal{Kind: kind, ID: pick(w, "arn:aws:iam::"+home+":oidc-provider/token.example.com", "x")}
	case "CanonicalUser":
		return policydoc.Principal{Kind: kind, ID: pick(w, "c1", "c2")}
	}
	return policydoc.Principal{Kind: kind, ID: pick(w, "*", "arn:aws:iam::"+home+":root", "arn:aws:iam::"+home+":root", "arn:aws:iam::"+other+":root", "arn:aws:iam::"+home+":user/ann", "arn:aws:iam::"+home+":role/dev",
		"arn:aws:iam::"+home+":role/path/dev", "arn:aws:sts::"+home+":assumed-role/dev/s1", "arn:aws:sts::"+home+":assumed-role/dev/s2", "arn:aws:sts::"+home+":federated-user/fed", "AIDAX", "arn:aws:iam::"+home+":group/g", "arn:aws:iam::"+home+":root/x", "nonsense")}
}

func (w *world) condition() policydoc.Condition {
	if !w.chance(3) {
		return policydoc.Condition{Operator: pick(w, "StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists"), Key: pick(w, "x:1", "x:1", "x:2", "x:3", "aws:SourceVpce", "aws:SourceVpce", "x:4"), Values: []string{pick(w, "ann", "b", "c", "a*"), pick(w, "b", "c")}[:1+w.IntN(2)]}
	}
	if w.chance(40) {
		return policydoc.Condition{Operator: pick(w, "StringContains", "NullIfExists"), Key: "x:1", Values: []string{"a"}}
	}
	key := pick(w, "x:1", "x:1", "X:1", "x:2", "aws:SourceIp", "aws:TagKeys", "aws:PrincipalArn", "x:absent", "aws:userid", "aws:PrincipalTag/team", "aws:ResourceTag/team", "s3:ResourceTag/team", "ec2:ResourceTag/team", "s3:ResourceAccount", "sts:RoleSessionName",
		"aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceAccount", "aws:PrincipalAccount", "aws:SecureTransport", "aws:MultiFactorAuthPresent", "aws:CurrentTime", "x:number", "x:bytes", "aws:CalledVia", "")
	operator := pick(w, "StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals",
		"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThan", "Bool", "Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null", "Null")
	if operator == "Null" {
		return policydoc.Condition{Operator: operator, Key: key, Values: pick(w, []string{"true"}, []string{"false"}, []string{"true", "false"}, []string{"maybe"}, []string{})}
	}
	if w.chance(5) {
		operator = pick(w, "ForAllValues:", "ForAnyValue:") + operator
	}
	operator += pick(w, "", "", "IfExists")
	values := []string{w.value(), w.value(), w.value()}
	return policydoc.Condition{Operator: operator, Key: key, Values: values[:w.IntN(4)]}
}

func (w *world) value() string {
	return pick(w, "ann", "ann", "a*", "b", "*", "blue", "true", "false", "TRUE", "${aws:username}", "${x:2}", "${x:1, 'ann'}", "${aws:PrincipalTag/own}", "${$}", "${unclosed", "arn:aws:iam::"+home+":*", "10.0.0.0/8", "0.0.0.0/0", "10.1.1.1",
		"7", "7.5", "2024-01-01", "2030-01-01T00:00:00Z", "YQ==", "s1", "o-1", "o-1/*", home, "AROA*:s1", "?")
}

// String shows a world that fails.
func (w *world) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v asks %s on %+v\ncontext %+v\n", w.request.Principal, w.request.Action, w.request.Resource, w.request.Context)
	show := func(layer string, sources ...decide.Source) {
		for _, s := range sources {
			if s.Doc != nil {
				fmt.Fprintf(&b, "%s %q %+v\n", layer, s.Doc.Version, s.Doc.Statements)
			} else {
				fmt.Fprintf(&b, "%s unknown\n", layer)
			}
		}
	}
	show("resource", decide.Source{Doc: w.request.Resource.Policy})
	show("identity", w.layers.Identity...)
	show("session", w.layers.Session...)
	if w.layers.Boundary != nil {
		show("boundary", *w.layers.Boundary)
	}
	if w.layers.Endpoint != nil {
		show("endpoint", *w.layers.Endpoint)
	}
	for _, level := range w.layers.SCPs {
		show("scp", level...)
	}
	for _, level := range w.layers.RCPs {
		show("rcp", level...)
	}
	return b.String()
}
