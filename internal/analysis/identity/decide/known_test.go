package decide_test

import (
	"fmt"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// holds asks, through a policy, whether a condition on the keys that are known of a
// request holds.
func holds(t *testing.T, p *decide.Principal, r *decide.Resource, action, condition string) decide.Outcome {
	t.Helper()
	doc, err := policydoc.Parse(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{` + condition + `}}}`)
	if err != nil {
		t.Fatal(err)
	}
	asked := *r
	asked.Policy = doc
	request := decide.Request{Principal: *p, Action: action, Resource: asked, Context: decide.Known(p, r, action)}
	if p.Account == "" {
		return decide.Decide(request, decide.Layers{}).Outcome
	}
	full := fullAccess()
	full.Doc.Statements[0].Actions = []string{"none:*"}
	return decide.Decide(request, decide.Layers{Identity: []decide.Source{full}}).Outcome
}

func TestKnown(t *testing.T) {
	t.Parallel()
	const yes, no, open = decide.Allowed, decide.DeniedImplicitly, decide.Conditional
	bucket := decide.Resource{ARN: "arn:aws:s3:::b", Account: "111122223333", Tags: map[string]string{"env": "prod"}, OrgID: "o-a"}
	queue := decide.Resource{ARN: "arn:aws:sqs:eu-west-1:111122223333:q"}
	user := decide.Principal{Kind: decide.User, ARN: "arn:aws:iam::111122223333:user/x/ann", Account: "111122223333", UniqueID: "AIDA1", Tags: map[string]string{"team": "blue"}, OrgID: "o-a", OrgPaths: []string{"o-a/r-1/"}}
	role := decide.Principal{Kind: decide.Role, ARN: "arn:aws:iam::111122223333:role/dev", Account: "111122223333", UniqueID: "AROA1", Tags: map[string]string{"team": "blue"}}
	session := role
	session.Kind, session.SessionName = decide.Session, "s1"
	alone := user
	alone.OrgID, alone.OrgPaths = decide.NoOrganization, nil
	service := decide.Principal{Kind: decide.Service, ARN: "sns.amazonaws.com"}
	tests := []struct {
		who       *decide.Principal
		what      *decide.Resource
		condition string
		want      decide.Outcome
	}{
		{&user, &bucket, `"Bool":{"aws:SecureTransport":"true","aws:ViaAWSService":"false","aws:PrincipalIsAWSService":"false"}`, yes},
		{&user, &bucket, `"StringEquals":{"aws:username":"ann","aws:userid":"AIDA1","aws:PrincipalType":"User","aws:PrincipalAccount":"111122223333"}`, yes},
		{&user, &bucket, `"StringEquals":{"aws:PrincipalTag/Team":"blue","aws:ResourceTag/env":"prod","aws:ResourceAccount":"111122223333","aws:ResourceOrgID":"${aws:PrincipalOrgID}"}`, yes},
		{&user, &bucket, `"Null":{"aws:PrincipalTag/other":"true","aws:ResourceTag/other":"true","aws:SourceArn":"true","aws:FederatedProvider":"true","aws:CalledVia":"true"}`, yes},
		{&user, &bucket, `"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a/*"}`, yes},
		{&user, &bucket, `"StringEquals":{"aws:RequestedRegion":"eu-west-1"}`, open},
		{&user, &queue, `"StringEquals":{"aws:RequestedRegion":"eu-west-1","aws:ResourceAccount":"111122223333"}`, yes},
		{&user, &queue, `"StringEquals":{"aws:ResourceTag/env":"prod"}`, open},
		{&user, &bucket, `"Bool":{"aws:MultiFactorAuthPresent":"true"}`, open},
		{&user, &bucket, `"StringEquals":{"aws:SourceVpce":"vpce-1"}`, open},
		{&alone, &bucket, `"StringEquals":{"aws:PrincipalOrgID":"o-a"}`, no},
		{&role, &bucket, `"StringEquals":{"aws:PrincipalOrgID":"o-a"}`, open},
		{&role, &bucket, `"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/dev"},"StringEquals":{"aws:PrincipalType":"AssumedRole"}`, yes},
		{&role, &bucket, `"StringLike":{"aws:userid":"AROA1:*"},"Null":{"aws:username":"true"}`, yes},
		{&role, &bucket, `"StringLike":{"aws:userid":"AROA2:*"}`, no},
		{&role, &bucket, `"StringLike":{"aws:userid":"AROA1:s1"}`, open},
		{&role, &bucket, `"StringEquals":{"aws:PrincipalTag/other":"x"}`, open},
		{&session, &bucket, `"StringEquals":{"aws:PrincipalTag/other":"x"}`, no},
		{&session, &bucket, `"StringEquals":{"aws:userid":"AROA1:s1"}`, yes},
		{&service, &bucket, `"Bool":{"aws:PrincipalIsAWSService":"true"},"StringEquals":{"aws:PrincipalServiceName":"sns.amazonaws.com"}`, yes},
		{&service, &bucket, `"StringEquals":{"aws:PrincipalOrgID":"o-a"}`, no},
		{&service, &bucket, `"StringEquals":{"aws:SourceAccount":"111122223333"}`, open},
		{&decide.Principal{}, &bucket, `"StringLike":{"aws:PrincipalArn":"*"}`, no},
		{&decide.Principal{}, &bucket, `"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, open},
	}
	for _, test := range tests {
		if got := holds(t, test.who, test.what, "s3:GetObject", test.condition); got != test.want {
			t.Errorf("%s on %s, %s: %s, want %s", test.who.Kind, test.what.ARN, test.condition, got, test.want)
		}
	}
	if got := holds(t, &user, &decide.Resource{ARN: user.ARN}, "iam:GetUser", `"StringEquals":{"aws:RequestedRegion":"us-east-1"}`); got != yes {
		t.Errorf("the region of IAM: %s", got)
	}
}

func TestResidueIsClassified(t *testing.T) {
	t.Parallel()
	who := decide.Principal{Kind: decide.User, ARN: "arn:aws:iam::111122223333:user/ann", Account: "111122223333"}
	doc, err := policydoc.Parse(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{
		"Bool":{"aws:MultiFactorAuthPresent":"true"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"StringEquals":{"aws:SourceVpce":"vpce-1",
		"aws:PrincipalOrgID":"o-1","aws:RequestTag/x":"y","ec2:Region":"z"},"DateLessThan":{"aws:CurrentTime":"2030-01-01"}}}}`)
	if err != nil {
		t.Fatal(err)
	}
	context := decide.NewContext(decide.OpenWorld)
	request := decide.Request{Principal: who, Action: "ec2:RunInstances", Resource: decide.Resource{ARN: "*"}, Context: context}
	d := decide.Decide(request, decide.Layers{Identity: []decide.Source{{Doc: doc}}})
	if got, want := fmt.Sprint(d.Residue.Classes()), "[other mfa source-ip vpc-endpoint organization tag time]"; got != want {
		t.Errorf("classes %s, want %s", got, want)
	}
	if d.Residue.Met(request) {
		t.Error("an open request meets its residue")
	}
	for key, value := range map[string]string{"aws:MultiFactorAuthPresent": "true", "aws:SourceIp": "10.1.1.1", "aws:SourceVpce": "vpce-1",
		"aws:PrincipalOrgID": "o-1", "aws:RequestTag/x": "y", "ec2:Region": "z", "aws:CurrentTime": "2029-01-01T00:00:00Z"} {
		request.Context.Set(key, value)
	}
	if !d.Residue.Met(request) || decide.Decide(request, decide.Layers{Identity: []decide.Source{{Doc: doc}}}).Outcome != decide.Allowed {
		t.Error("a request that meets every test is not let in")
	}
}

func TestParsePrincipal(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]decide.Principal{
		"anonymous":                                       {},
		"sns.amazonaws.com":                               {Kind: decide.Service, ARN: "sns.amazonaws.com"},
		"arn:aws:iam::111122223333:user/a/b":              {Kind: decide.User, Account: "111122223333"},
		"arn:aws-cn:iam::111122223333:root":               {Kind: decide.Root, Account: "111122223333"},
		"arn:aws:sts::111122223333:federated-user/f":      {Kind: decide.FederatedUser, Account: "111122223333", SessionName: "f"},
		"arn:aws:iam::111122223333:oidc-provider/x.com/y": {Kind: decide.Federated},
		"arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX":                {Kind: decide.Role, Account: "111122223333", ServiceLinked: true},
		"arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123": {Kind: decide.Role, Account: "111122223333", ReservedSSO: true},
		"arn:aws:sts::111122223333:assumed-role/dev/s1":                                                     {Kind: decide.Session, ARN: "arn:aws:iam::111122223333:role/dev", Account: "111122223333", SessionName: "s1"},
	} {
		if want.ARN == "" && want.Kind != decide.Anonymous {
			want.ARN = text
		}
		got, ok := decide.ParsePrincipal(text)
		if !ok || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s is %+v", text, got)
		}
	}
	for _, text := range []string{"", "*", "ann", "arn:aws:s3:::b", "arn:aws:iam::111122223333:group/g", "arn:aws:iam"} {
		if p, ok := decide.ParsePrincipal(text); ok {
			t.Errorf("%q is %+v", text, p)
		}
	}
	session, _ := decide.ParsePrincipal("arn:aws-cn:iam::111122223333:role/path/dev")
	session.Kind, session.SessionName = decide.Session, "s1"
	if got := session.SessionARN(); got != "arn:aws-cn:sts::111122223333:assumed-role/dev/s1" {
		t.Errorf("session %s", got)
	}
}

// TestAnARNOfWhichAPatternIsKnown is about conditions on a key whose value has a known
// beginning only.
func TestAnARNOfWhichAPatternIsKnown(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]decide.Outcome{
		"arn:aws:sqs:eu-west-1:111122223333:q": decide.Conditional, "arn:aws:sqs:*:111122223333:*": decide.Conditional, "arn:aws:sqs:eu-west-1:*:q": decide.Conditional,
		"arn:aws:sqs:eu-west-1:444455556666:q": decide.DeniedImplicitly, "arn:aws:sns:eu-west-1:111122223333:q": decide.DeniedImplicitly, "arn:aws:sqs:us-*:*:*": decide.DeniedImplicitly,
	} {
		context := decide.NewContext(decide.OpenWorld)
		context.SetLike("aws:SourceArn", "arn:aws:sqs:eu-west-1:111122223333:*")
		for _, operator := range []string{"ArnLike", "ArnEquals"} {
			doc := &policydoc.Document{Statements: []policydoc.Statement{{Effect: "Allow", Actions: []string{"*"}, Resources: []string{"*"},
				Conditions: []policydoc.Condition{{Operator: operator, Key: "aws:SourceArn", Values: []string{value}}}}}}
			user := decide.Principal{Kind: decide.User, ARN: "arn:aws:iam::111122223333:user/ann", Account: "111122223333"}
			got := decide.Decide(decide.Request{Principal: user, Action: "s3:ListAllMyBuckets", Resource: decide.Resource{ARN: "*"}, Context: context}, decide.Layers{Identity: []decide.Source{{Name: "p", Doc: doc}}}).Outcome
			if got != want {
				t.Errorf("%s %s: %s, want %s", operator, value, got, want)
			}
		}
	}
}
