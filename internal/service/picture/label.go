package picture

import (
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/estate"
)

// ruleAssume is the escalation rule that is no escalation: taking a role that trusts one.
const ruleAssume = "aws-sts-assume-role"

// kindWords are what resources are called in sentences.
var kindWords = map[string]string{
	"aws_instance": "machine", "aws_lambda_function": "function", "aws_iam_role": "role", "aws_iam_group": "group", "aws_iam_policy": "policy", "aws_iam_user": "user", "aws_s3_bucket": "bucket",
	"aws_db_instance": "database", "aws_rds_cluster": "database", "aws_account": "account", "aws_dynamodb_table": "table",
	"aws_secretsmanager_secret": "secret", "aws_ecs_service": "service", "aws_sqs_queue": "queue",
}

// name is what people call a resource: its kind and its name in quotes.
func (a *artist) name(id string) string {
	ref, ok := a.refs[id]
	if !ok {
		if ref = shared(id); ref.Type == "" {
			return quoted(id)
		}
		ref.Name = id[strings.LastIndexByte(id, '/')+1:]
	}
	return nameOf(ref)
}

func nameOf(ref estate.Ref) string { return wordOf(ref.Type) + " " + quoted(ref.Name) }

// wordOf is what a type is called in sentences.
func wordOf(kind string) string {
	if word := kindWords[kind]; word != "" {
		return word
	}
	_, word, _ := strings.Cut(kind, "_")
	return strings.ReplaceAll(word, "_", " ")
}

// quoted marks what came from a cloud.
func quoted(text string) string { return strconv.Quote(text) }

func accountIn(arn string) string {
	const account = 4
	parts := strings.SplitN(arn, ":", account+2)
	if len(parts) < account+2 {
		return ""
	}
	return parts[account]
}

func (a *artist) escalationLabel(p *access.Principal, e *escalate.Edge) string {
	title := a.titles[e.Rule]
	if title == "" {
		title = e.Rule
	}
	if e.Self {
		return a.name(p.ARN) + " raises itself: " + lowerFirst(title)
	}
	return a.name(p.ARN) + " gets " + a.name(e.To) + ": " + lowerFirst(title)
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func stepEvidence(p *access.Principal, e *escalate.Edge) []estate.StepEvidence {
	list := []estate.StepEvidence{{Resource: p.ARN, Text: "rule " + e.Rule}}
	for i := range e.Steps {
		s := &e.Steps[i]
		text := s.Action
		if s.Resource != "" {
			text += " on " + s.Resource
		}
		if s.Answer.By != "" {
			text += " by " + s.Answer.By
		}
		if s.Answer.Residue != "" {
			text += ", if " + s.Answer.Residue
		}
		list = append(list, estate.StepEvidence{Resource: p.ARN, Text: text})
	}
	return list
}
