package outputtest

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

const (
	sampleMachine  = "arn:aws:ec2:us-east-1:111111111111:instance/i-0a1b2c3d4e5f60718"
	sampleRole     = "arn:aws:iam::111111111111:role/web"
	sampleAdmin    = "arn:aws:iam::111111111111:role/deploy"
	sampleBucket   = "arn:aws:s3:::acme-customers"
	sampleGroup    = "arn:aws:ec2:us-east-1:111111111111:security-group/sg-1"
	sampleExports  = "arn:aws:s3:::acme-exports"
	sampleTokens   = estate.FixKey("aws-ec2-require-tokens@template:lt-1")
	sampleIngress  = estate.FixKey("aws-ec2-narrow-ingress@shared-policy:" + sampleGroup)
	sampleNarrow   = estate.FixKey("aws-iam-narrow-policy@resource:" + sampleAdmin)
	samplePrivate  = estate.FixKey("store-block-public-access@resource:" + sampleExports)
	sampleUnranked = estate.FixKey("aws-iam-narrow-trust@resource:" + sampleAdmin)
)

// ShortList returns priorities with one of each: a way of several steps with another way
// beside it, a way of one step of which much is unknown, fixes of several kinds, campaigns
// with and without an owner, and findings set aside.
func ShortList() *estate.Priorities {
	return &estate.Priorities{
		Table: "2026-11-22", Findings: 12, OnPaths: 5, InCampaigns: 4, SetAside: 3, Risk: 141.5,
		Issues: []estate.Issue{longIssue(), shortIssue()},
		Fixes: []estate.FixPlan{
			{
				Key: sampleIngress, Action: sampleIngress.Action(), ControlPoint: sampleIngress.Point(), Title: "Security group does not open SSH to the internet",
				Text: "Name the addresses that may connect.", CLI: "aws ec2 revoke-security-group-ingress --group-id ID --protocol tcp --port 22 --cidr 0.0.0.0/0",
				Terraform: "resource \"aws_vpc_security_group_ingress_rule\" \"ssh\" {\n  cidr_ipv4 = \"192.0.2.0/24\"\n}",
				Checks:    []string{"aws-ec2-ssh-closed"}, Findings: 1, Resources: 1, FindingKeys: []string{"k1"}, Issues: []string{"one"},
				PathsCut: 2, RiskAlone: 87, RiskRemoved: 87, Cumulative: 0.615, Effort: estate.EffortSetting,
			},
			{
				Key: samplePrivate, Action: samplePrivate.Action(), ControlPoint: samplePrivate.Point(), Title: "S3 bucket cannot be read from the internet",
				Text: "Close it at the narrowest place that holds.", Findings: 2, Resources: 1, Issues: []string{"two"}, PathsCut: 1, RiskAlone: 54.5, RiskRemoved: 54.5,
				Cumulative: 1, Effort: estate.EffortMigration,
			},
			{
				Key: sampleTokens, Action: sampleTokens.Action(), ControlPoint: sampleTokens.Point(), Title: "aws-ec2-require-tokens on lt-1", Issues: []string{"one"},
				RiskAlone: 12, Cumulative: 1, Effort: estate.EffortTemplate,
			},
		},
		Campaigns: []estate.Campaign{
			{
				Key: "c1", Action: "aws-s3-bucket-versioning", Level: estate.LevelResource, Title: "S3 bucket keeps versions", Owner: "platform", Text: "Turn versions on.",
				CLI: "aws s3api put-bucket-versioning", Check: "aws-s3-bucket-versioning", Severity: estate.Medium, Band: estate.Low, Findings: 3, Resources: 3, Changes: 3,
				Accounts: []string{"111111111111"}, FindingKeys: []string{"k2"}, ControlPoints: []string{sampleExports},
			},
			{Key: "c2", Action: "aws-s3-bucket-tagged", Level: estate.LevelResource, Title: "S3 bucket names its owner", Check: "aws-s3-bucket-tagged", Severity: estate.Info, Band: estate.Info, Findings: 1, Resources: 1, Changes: 1},
		},
		Suppressed: []estate.Suppressed{{Reason: estate.SuppressedNotReachable, Count: 2, FindingKeys: []string{"k3"}}, {Reason: estate.SuppressedAccepted, Count: 1}},
	}
}

// longIssue is a way over a machine and two roles to a bucket.
func longIssue() estate.Issue {
	step := func(from, to, kind, label string, p float64, fixes ...estate.FixKey) estate.PathStep {
		names := map[string]string{
			"": "anyone on the internet", sampleMachine: `machine "web"`, sampleRole: `role "web"`, sampleAdmin: `role "deploy"`, sampleBucket: `bucket "acme-customers"`,
		}
		if kind == "assume-role" {
			names[""] = "anyone with an AWS account"
		}
		return estate.PathStep{
			From: from, To: to, FromName: names[from], ToName: names[to], Kind: kind, Label: label, Probability: p, Low: p, High: p, Fixes: fixes,
			Evidence: []estate.StepEvidence{{Resource: sampleGroup, Path: "ingress[0].cidrs", Text: "0.0.0.0/0"}},
		}
	}
	return estate.Issue{
		Key: "one", Title: "anyone on the internet \u2192 machine \"web\"", Class: "restricted-data",
		Score: estate.Score{
			Value: 87, Band: estate.Critical, Low: 80, High: 95, Likelihood: 0.82, Impact: 0.92, Raw: 86.9, Adjusted: "known to be exploited: at least 87", Table: "2026-11-22",
			Waterfall: []estate.Factor{
				factor("entry", "anyone on the internet", 1, 100), factor("internet-exposed", "the internet reaches tcp port 22 of machine \"web\"", 0.975, 97.5),
				factor("exploit-kev", "a hole in machine \"web\" is known to be exploited", 0.97, 94.6), factor("runs-as", "machine \"web\" acts as role \"web\"", 1, 94.6),
				factor("reached", "restricted data, no privilege", 1, 94.6), factor("criticality", "of high criticality", 0.92, 87),
			},
		},
		Path: []estate.PathStep{
			step("", sampleMachine, "internet-exposed", "the internet reaches tcp port 22 of machine \"web\"", 0.95, sampleIngress),
			step(sampleMachine, sampleMachine, "exploit-kev", "a hole in machine \"web\" is known to be exploited", 0.94),
			step(sampleMachine, sampleRole, "runs-as", "machine \"web\" acts as role \"web\"", 1, sampleTokens),
			step(sampleRole, sampleAdmin, "escalate", "role \"web\" can pass a role to a new function: role \"deploy\"", 0.95, sampleUnranked, sampleNarrow),
			step(sampleAdmin, sampleBucket, "reads-data", "role \"deploy\" may read bucket \"acme-customers\"", 1),
		},
		Alternatives: [][]estate.PathStep{{step("", sampleAdmin, "assume-role", "anyone with an AWS account may become role \"deploy\"", 0.5), step(sampleAdmin, sampleBucket, "reads-data", "role \"deploy\" may read bucket \"acme-customers\"", 1)}},
		Fixes:        []estate.FixKey{sampleIngress, sampleTokens},
		AfterFix:     []estate.AfterFix{{Fix: sampleIngress, Value: 45, Band: estate.Medium}, {Fix: sampleTokens, Value: 87, Band: estate.Critical}},
		Resources:    []string{sampleMachine, sampleRole, sampleAdmin, sampleBucket, "arn:aws:dynamodb:us-east-1:111111111111:table/orders"},
		EveryWay:     []string{sampleAdmin, sampleBucket},
		Targets:      3, Findings: []string{"k1"}, FindingCount: 3, Owner: "shop", Environment: "production",
	}
}

// shortIssue is one step, of which it is not known how bad it is.
func shortIssue() estate.Issue {
	return estate.Issue{
		Key: "two", Title: "anyone on the internet \u2192 acme-exports", Class: "unclassified-data",
		Score: estate.Score{
			Value: 54.5, Band: estate.Medium, Low: 21, High: 92, Likelihood: 0.95, Impact: 0.32, Raw: 54.5, Table: "2026-11-22",
			Waterfall: []estate.Factor{factor("entry", "anyone on the internet", 1, 100), factor("anonymous-access", "anyone on the internet may use bucket \"acme-exports\"", 0.97, 97), factor("reached", "data that nobody has classified, no privilege", 0.56, 54.5)},
		},
		Path: []estate.PathStep{{
			To: sampleExports, FromName: "anyone on the internet", ToName: `bucket "acme-exports"`, Kind: "anonymous-access", Label: "anyone on the internet may use bucket \"acme-exports\"", Probability: 0.95, Low: 0.95, High: 0.95,
			Fixes: []estate.FixKey{samplePrivate}, Evidence: []estate.StepEvidence{{Resource: sampleExports, Text: "its policy lets everyone s3:GetObject"}},
		}},
		Fixes: []estate.FixKey{samplePrivate}, AfterFix: []estate.AfterFix{{Fix: samplePrivate, Value: 0, Band: estate.Info}}, Resources: []string{sampleExports}, Targets: 1,
		FindingCount: 2, FirstQuestion: "which class of data does it hold?",
	}
}

func factor(name, label string, multiplier, after float64) estate.Factor {
	value := multiplier * multiplier
	return estate.Factor{Name: name, Label: label, Value: value, Low: value, High: value, Multiplier: multiplier, After: after, Share: 0.25}
}

// hostileShortList has every text in every place that a cloud, a user or a check fills,
// and one of each with nothing in it.
func hostileShortList() *estate.Priorities {
	p := &estate.Priorities{Table: "2026-11-22", Findings: 12, OnPaths: 12, Risk: 1}
	p.Issues, p.Fixes = append(p.Issues, estate.Issue{}), append(p.Fixes, estate.FixPlan{})
	p.Campaigns, p.Suppressed = append(p.Campaigns, estate.Campaign{}), append(p.Suppressed, estate.Suppressed{})
	// The first one holds all texts, since formats show a few only.
	for _, text := range append([]string{strings.Join(Hostile(), " ")}, Hostile()...) {
		i := longIssue()
		i.Key, i.Title, i.Class, i.Owner, i.Environment, i.FirstQuestion = text, text, text, text, text, text
		i.Score.Adjusted, i.Score.Table, i.Score.Band = text, text, estate.Severity(text)
		for n := range i.Score.Waterfall {
			i.Score.Waterfall[n].Label, i.Score.Waterfall[n].Name = text, text
		}
		key := estate.NewFixKey(text, estate.ControlPoint{Level: estate.ControlLevel(text), ID: text})
		for n := range i.Path {
			s := &i.Path[n]
			s.To, s.FromName, s.ToName, s.Label, s.Kind = "arn:aws:s3:::"+text, text, text, text, text
			s.Evidence = []estate.StepEvidence{{Resource: text, Path: text, Text: text}}
			s.Fixes = []estate.FixKey{key, estate.FixKey(text)}
		}
		i.Alternatives = [][]estate.PathStep{i.Path, {}}
		i.Fixes, i.Resources, i.Findings = []estate.FixKey{key}, []string{text}, []string{text}
		i.AfterFix = []estate.AfterFix{{Fix: key, Value: 1, Band: estate.Severity(text)}}
		p.Issues = append(p.Issues, i)
		p.Fixes = append(p.Fixes, estate.FixPlan{
			Key: key, Action: text, ControlPoint: key.Point(), Title: text, Text: text, CLI: text, Terraform: text, Checks: []string{text}, FindingKeys: []string{text},
			Issues: []string{text}, RiskRemoved: 1, Cumulative: 1, Effort: estate.Effort(text),
		})
		p.Campaigns = append(p.Campaigns, estate.Campaign{
			Key: text, Action: text, Level: estate.ControlLevel(text), Title: text, Owner: text, Text: text, CLI: text, Terraform: text, Check: text,
			Severity: estate.Severity(text), Band: estate.Severity(text), Accounts: []string{text}, FindingKeys: []string{text}, ControlPoints: []string{text},
		})
		p.Suppressed = append(p.Suppressed, estate.Suppressed{Reason: estate.SuppressedReason(text), Count: 1, FindingKeys: []string{text}})
	}
	return p
}
