package picture

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
)

// reading are the actions by which the content of a type of store gets out; all of one
// list are needed. %s stands for the ARN of the store.
var reading = map[string][]struct{ action, resource string }{
	"aws_s3_bucket":              {{"s3:GetObject", "%s/stance-any-name"}},
	"aws_dynamodb_table":         {{"dynamodb:Scan", "%s"}},
	"aws_secretsmanager_secret":  {{"secretsmanager:GetSecretValue", "%s"}},
	"aws_ssm_parameter":          {{"ssm:GetParameter", "%s"}},
	"aws_sqs_queue":              {{"sqs:ReceiveMessage", "%s"}},
	"aws_kinesis_stream":         {{"kinesis:GetShardIterator", "%s"}, {"kinesis:GetRecords", "%s"}},
	"aws_db_instance":            {{"rds:ModifyDBInstance", "%s"}},
	"aws_rds_cluster":            {{"rds:ModifyDBCluster", "%s"}},
	"aws_redshift_cluster":       {{"redshift:ModifyCluster", "%s"}},
	"aws_ebs_snapshot":           {{"ec2:ModifySnapshotAttribute", "%s"}},
	"aws_db_snapshot":            {{"rds:ModifyDBSnapshotAttribute", "%s"}},
	"aws_db_cluster_snapshot":    {{"rds:ModifyDBClusterSnapshotAttribute", "%s"}},
	"aws_opensearch_domain":      {{"es:ESHttpGet", "%s/stance-any-name"}},
	"aws_ecr_repository":         {{"ecr:BatchGetImage", "%s"}, {"ecr:GetDownloadUrlForLayer", "%s"}},
	"aws_cloudwatch_log_group":   {{"logs:FilterLogEvents", "%s"}},
	"aws_efs_file_system":        {{"elasticfilesystem:ClientMount", "%s"}},
	"aws_backup_recovery_point":  {{"backup:StartRestoreJob", "%s"}},
	"aws_sns_topic":              {{"sns:Subscribe", "%s"}},
	"aws_docdb_cluster":          {{"rds:ModifyDBCluster", "%s"}},
	"aws_neptune_cluster":        {{"rds:ModifyDBCluster", "%s"}},
	"aws_msk_cluster":            {{"kafka-cluster:ReadData", "%s"}},
	"aws_elasticache_serverless": {},
}

// reads adds the stores whose content a principal gets at.
func (a *artist) reads(p *access.Principal) {
	for _, s := range a.stores {
		actions := reading[s.ref.Type]
		if len(actions) == 0 || !a.concerned(p, s) {
			continue
		}
		decisions := make([]decide.Decision, 0, len(actions)+1)
		for _, r := range actions {
			decisions = append(decisions, a.directory.AskFor(p, access.Question{Action: r.action, Resource: fmt.Sprintf(r.resource, s.ref.ID)}))
		}
		if s.key != "" && needsDecrypt(s.ref.Type) {
			decisions = append(decisions, a.directory.AskFor(p, access.Question{Action: "kms:Decrypt", Resource: s.key}))
		}
		kind, unsure := worst(decisions)
		if kind == "" {
			continue
		}
		step := attack.Step{
			From: p.ARN, To: s.ref.ID, Kind: kind, Label: a.name(p.ARN) + " may read " + a.name(s.ref.ID),
			Evidence: decisionEvidence(p, decisions, actions[0].action), Fixes: a.readFixes(p, decisions),
		}
		if unsure {
			step.P = &perhaps
		}
		a.step(step)
	}
}

// concerned spares the evaluator principals and stores that have nothing to do with each
// other: of another account without a policy, or nothing that allows the action.
func (a *artist) concerned(p *access.Principal, s *store) bool {
	resource := a.directory.Resource(s.ref.ID)
	if resource != nil && (len(resource.Documents) > 0 || resource.Unknown != nil) {
		return true
	}
	return p.Account == s.ref.Account && a.directory.Holds(p, reading[s.ref.Type][0].action)
}

// needsDecrypt tells the types that ask for the customer's key on each read.
func needsDecrypt(kind string) bool {
	switch kind {
	case "aws_s3_bucket", "aws_dynamodb_table", "aws_secretsmanager_secret", "aws_ssm_parameter", "aws_sqs_queue", "aws_kinesis_stream", "aws_ebs_snapshot":
		return true
	default:
		return false
	}
}

// worst is the kind of step that decisions which must all allow come to; empty when one
// denies.
func worst(decisions []decide.Decision) (kind string, unsure bool) {
	kind = "reads-data"
	for i := range decisions {
		switch d := &decisions[i]; d.Outcome {
		case decide.Allowed:
		case decide.Unknown:
			unsure = true
		case decide.Conditional:
			kind = conditionKind("reads-data", d.Residue)
		default:
			return "", false
		}
	}
	return kind, unsure
}

// conditionKind is the kind of a step under conditions: narrow when all of them are about
// where a request comes from.
func conditionKind(kind string, r decide.Residue) string {
	classes := r.Classes()
	narrow := len(classes) > 0 && !r.Complex
	for _, c := range classes {
		narrow = narrow && (c == decide.SourceIP || c == decide.VPCEndpoint)
	}
	if narrow {
		return kind + "-narrow"
	}
	return kind + "-conditional"
}

func decisionEvidence(p *access.Principal, decisions []decide.Decision, action string) []estate.StepEvidence {
	var list []estate.StepEvidence
	for i := range decisions {
		d := &decisions[i]
		text := action + " by " + strings.TrimSpace(d.By.Layer.String()+" policy "+d.By.Source)
		if d.Outcome == decide.Conditional {
			text += ", if " + d.Residue.String()
		}
		if d.Outcome == decide.Unknown && len(d.Unknown) > 0 {
			text += ", as far as is known: " + string(d.Unknown[0].Reason) + " " + d.Unknown[0].Permission
		}
		list = append(list, estate.StepEvidence{Resource: p.ARN, Text: text})
		if i > 0 {
			list[i].Text = strings.Replace(list[i].Text, action, "with its key", 1)
		}
	}
	return list
}

// readFixes are changes of policies of which one alone would cut the step.
func (a *artist) readFixes(p *access.Principal, decisions []decide.Decision) []estate.FixKey {
	var keys []estate.FixKey
	for i := range decisions {
		if key, ok := a.allowFix(p, &decisions[i]); ok && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}
