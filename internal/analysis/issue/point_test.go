package issue_test

import (
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/issue"
	"github.com/stance-sec/stance/internal/estate"
)

func TestFixesAreMadeWhereTheyClearMost(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		points []string
		ref    estate.Ref
		facts  issue.Facts
		want   estate.FixKey
	}{
		"bucket-under-the-account-block": {[]string{"organization", "account", "template", "resource"}, ref("aws_s3_bucket", "b", "111"), issue.Facts{Stack: "shop"}, "x@account:111"},
		"machine-of-a-launch-template": {[]string{"organization", "account", "template", "resource"}, ref("aws_instance", "i", "111"),
			issue.Facts{LaunchTemplate: "lt-1", ScalingGroup: "g", Stack: "shop"}, "x@template:111/eu-west-1/lt-1"},
		"machine-of-a-scaling-group": {[]string{"template", "resource"}, ref("aws_instance", "i", "111"), issue.Facts{ScalingGroup: "g"}, "x@template:111/eu-west-1/g"},
		"machine-of-nothing":         {[]string{"template", "resource"}, ref("aws_instance", "i", "111"), issue.Facts{}, "x@resource:arn:aws:x:eu-west-1:111:aws_instance/i"},
		"launch-template-itself": {[]string{"organization", "account", "template"}, ref("aws_launch_template", "lt", "111"), issue.Facts{},
			"x@template:arn:aws:x:eu-west-1:111:aws_launch_template/lt"},
		"database-of-a-stack": {[]string{"template", "resource"}, ref("aws_db_instance", "d", "111"), issue.Facts{Stack: "shop"}, "x@template:111/eu-west-1/shop"},
		"shared-group": {[]string{"organization", "template", "shared-policy", "resource"}, ref("aws_security_group", "g", "111"), issue.Facts{},
			"x@shared-policy:arn:aws:x:eu-west-1:111:aws_security_group/g"},
		"user-with-a-shared-policy":   {[]string{"organization", "shared-policy", "resource"}, ref("aws_iam_user", "u", "111"), issue.Facts{SharedPolicy: "arn:p"}, "x@shared-policy:arn:p"},
		"user-without":                {[]string{"organization", "shared-policy", "resource"}, ref("aws_iam_user", "u", "111"), issue.Facts{}, "x@resource:arn:aws:x:eu-west-1:111:aws_iam_user/u"},
		"setting-of-the-account":      {[]string{"organization", "account"}, ref("aws_account", "a", "111"), issue.Facts{}, "x@account:111"},
		"setting-of-the-organisation": {[]string{"organization"}, ref("aws_organization", "o", "111"), issue.Facts{}, "x@organization:aws"},
		"check-that-names-no-place":   {nil, ref("aws_s3_bucket", "b", "111"), issue.Facts{}, "x@resource:arn:aws:x:eu-west-1:111:aws_s3_bucket/b"},
		"place-that-nobody-knows":     {[]string{"galaxy"}, ref("aws_s3_bucket", "b", ""), issue.Facts{}, "x@resource:arn:aws:x:eu-west-1::aws_s3_bucket/b"},
	}
	for name, c := range cases {
		got := issue.KeyOf(estate.Check{ID: "x", Fix: estate.Fix{ControlPoint: c.points}}, c.ref, c.facts)
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if again := estate.NewFixKey(got.Action(), got.Point()); again != got {
			t.Errorf("%s: %s taken apart and put together is %s", name, got, again)
		}
	}
}

func TestFactsComeFromWhatOnlyTheProviderSets(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		id   string
		tags map[string]string
		want issue.Facts
	}{
		"machine": {"arn:aws:ec2:eu-west-1:111:instance/i-1", map[string]string{
			"aws:ec2launchtemplate:id": "lt-1", "aws:autoscaling:groupName": "g", "aws:cloudformation:stack-name": "s",
		}, issue.Facts{LaunchTemplate: "lt-1", ScalingGroup: "g", Stack: "s"}},
		"member-of-a-job-flow":        {"arn:aws:ec2:eu-west-1:111:instance/i-1", map[string]string{"aws:elasticmapreduce:job-flow-id": "j"}, issue.Facts{Ephemeral: true}},
		"service-linked-role":         {"arn:aws:iam::111:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport", nil, issue.Facts{ProviderManaged: true}},
		"role-of-a-permission-set":    {"arn:aws:iam::111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1", nil, issue.Facts{ProviderManaged: true}},
		"managed-policy":              {"arn:aws:iam::aws:policy/AdministratorAccess", nil, issue.Facts{ProviderManaged: true}},
		"managed-policy-in-china":     {"arn:aws-cn:iam::aws:policy/AdministratorAccess", nil, issue.Facts{ProviderManaged: true}},
		"role-with-a-borrowed-name":   {"arn:aws:iam::111:role/AWSReservedSSO_Fake", nil, issue.Facts{}},
		"policy-with-a-borrowed-path": {"arn:aws:iam::111:policy/role/aws-service-role/x", nil, issue.Facts{}},
		"bucket-with-a-hostile-name":  {"arn:aws:s3:::x:iam::aws:policy", nil, issue.Facts{}},
		"tag-that-looks-alike":        {"arn:aws:ec2:eu-west-1:111:instance/i-1", map[string]string{"AWS:autoscaling:groupName": "g"}, issue.Facts{}},
		"nothing":                     {"", nil, issue.Facts{}},
	}
	for name, c := range cases {
		if got := issue.FactsOf(&estate.Resource{ID: c.id, Tags: c.tags}, nil); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	x := issue.NewIndex()
	x.Observe(&estate.Resource{ID: "a"}, &estate.Context{Owner: "red", Environment: "sandbox"}, estate.No)
	if got := x.Facts(estate.Ref{ID: "a"}); got != (issue.Facts{Owner: "red", Environment: "sandbox", Reachable: estate.No}) {
		t.Errorf("observed %+v", got)
	}
	if got := x.Facts(estate.Ref{ID: "b"}); got != (issue.Facts{}) {
		t.Errorf("of what was never observed: %+v", got)
	}
}

func TestEffortIsTold(t *testing.T) {
	t.Parallel()
	encryption, patching, identity := []string{"encryption"}, []string{"patching"}, []string{"identity"}
	cases := []struct {
		check estate.Check
		level estate.ControlLevel
		want  estate.Effort
	}{
		{estate.Check{Type: "aws_db_instance", Categories: encryption}, estate.LevelResource, estate.EffortMigration},
		{estate.Check{Type: "aws_s3_bucket", Categories: encryption}, estate.LevelResource, estate.EffortSetting},
		{estate.Check{Type: "aws_db_instance", Categories: encryption}, estate.LevelTemplate, estate.EffortTemplate},
		{estate.Check{Type: "aws_lambda_function", Categories: patching}, estate.LevelResource, estate.EffortCode},
		{estate.Check{Type: "aws_iam_policy", Categories: identity}, estate.LevelSharedPolicy, estate.EffortCode},
		{estate.Check{}, estate.LevelAccount, estate.EffortSetting},
	}
	for _, c := range cases {
		if got := issue.EffortOf(c.check, c.level); got != c.want {
			t.Errorf("%s %v at %s: %s, want %s", c.check.Type, c.check.Categories, c.level, got, c.want)
		}
	}
}

// What an account holds must be counted once for each thing a person would change.
func TestControlPointsAreCountedOnce(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for i := range 80 {
		c.fail("bucket-not-public", ref("aws_s3_bucket", "b"+time.Duration(i).String(), "111"), "")
	}
	for i := range 120 {
		machine := ref("aws_instance", "m"+time.Duration(i).String(), "111")
		c.facts[machine.ID] = issue.Facts{LaunchTemplate: []string{"lt-a", "lt-b", "lt-c"}[i%3]}
		c.fail("instance-tokens", machine, "")
	}
	want := map[string]int{"bucket-not-public": 1, "instance-tokens": 3}
	r := c.collector(issue.Options{}).Result()
	if len(r.Campaigns) != 2 || len(r.Issues) != 0 {
		t.Fatalf("%d campaigns and %d issues", len(r.Campaigns), len(r.Issues))
	}
	for _, k := range r.Campaigns {
		if k.Changes != want[k.Check] {
			t.Errorf("%s: %d changes, want %d", k.Check, k.Changes, want[k.Check])
		}
	}
}
