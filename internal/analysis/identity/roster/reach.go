package roster

import (
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// stores are the types of resources with policies whose content is data, and the action
// that reads it on which name below theirs.
var stores = map[string]struct{ action, below string }{
	"aws_s3_bucket":             {"s3:GetObject", "/stance-any-name"},
	"aws_dynamodb_table":        {"dynamodb:Scan", ""},
	"aws_secretsmanager_secret": {"secretsmanager:GetSecretValue", ""},
	"aws_sqs_queue":             {"sqs:ReceiveMessage", ""},
	"aws_kinesis_stream":        {"kinesis:GetRecords", ""},
	"aws_ecr_repository":        {"ecr:BatchGetImage", ""},
}

// Reach is how many data stores an identity can read.
type Reach struct {
	// Reads is how many it may, Perhaps how many under a condition or as far as is not
	// known, Stores how many there are of the types that are counted: buckets, tables,
	// secrets, queues, streams and image repositories that were read.
	Reads, Perhaps, Stores int
}

// Stores returns the data stores of a directory by ARN.
func Stores(d *access.Directory) []*access.Resource {
	var list []*access.Resource
	for _, r := range d.Resources() {
		if _, holds := stores[r.Type]; holds {
			list = append(list, r)
		}
	}
	return list
}

// ReachOf counts what a principal can read of the stores, keys that encrypt them left out
// of account.
func ReachOf(d *access.Directory, p *access.Principal, list []*access.Resource) Reach {
	reach := Reach{Stores: len(list)}
	holds := map[string]bool{}
	for _, r := range list {
		ask := stores[r.Type]
		held, known := holds[ask.action]
		if !known {
			held = d.Holds(p, ask.action)
			holds[ask.action] = held
		}
		if !held && len(r.Documents) == 0 && r.Unknown == nil {
			continue
		}
		switch d.AskFor(p, access.Question{Action: ask.action, Resource: r.ARN + ask.below}).Outcome {
		case decide.Allowed:
			reach.Reads++
		case decide.Conditional, decide.Unknown:
			reach.Perhaps++
		case decide.DeniedImplicitly, decide.DeniedExplicitly:
		}
	}
	return reach
}
