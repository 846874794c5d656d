package enrich

import (
	"encoding/json"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// guardrails are the denies of an AWS organisation's resource control policies, which
// stand over the resources of its accounts ("Resource control policies", AWS
// Organizations User Guide). What could not be read denies nothing.
type guardrails struct {
	// denies are statements by the root, unit or account that they are attached to.
	denies map[string][]policydoc.Statement
	// places are the root, the units and the account itself, by account. The management
	// account is not among them: these policies do not act on it.
	places map[string][]string
}

func newGuardrails() guardrails {
	return guardrails{denies: map[string][]policydoc.Statement{}, places: map[string][]string{}}
}

// railed are the services of access policies on which resource control policies act.
var railed = map[string]bool{"ecr": true, "kms": true, "s3": true, "secretsmanager": true, "sqs": true}

// observe takes in an account or a policy of an organisation.
func (g guardrails) observe(line []byte) error {
	var r struct {
		Type   string `json:"type"`
		Config struct {
			Account    string              `json:"account_id"`
			Management bool                `json:"management"`
			UnitPath   []string            `json:"unit_path"`
			Kind       string              `json:"kind"`
			Document   *policydoc.Document `json:"document"`
			Targets    []struct {
				ID string `json:"target_id"`
			} `json:"targets"`
		} `json:"config"`
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	c := &r.Config
	switch {
	case r.Type == "aws_organizations_account" && !c.Management:
		g.places[c.Account] = append(c.UnitPath, c.Account)
	case r.Type == "aws_organizations_policy" && c.Kind == "RESOURCE_CONTROL_POLICY" && c.Document != nil:
		for i := range c.Document.Statements {
			s := &c.Document.Statements[i]
			if !s.Denies() {
				continue
			}
			for _, target := range c.Targets {
				g.denies[target.ID] = append(g.denies[target.ID], *s)
			}
		}
	}
	return nil
}

// over returns the denies over a resource.
func (g guardrails) over(account, arn string) []policydoc.Statement {
	fields := strings.SplitN(arn, ":", 4)
	if len(fields) < 4 || !railed[fields[2]] {
		return nil
	}
	var list []policydoc.Statement
	for _, place := range g.places[account] {
		list = append(list, g.denies[place]...)
	}
	return list
}

// under returns a document as it is below denies that stand over it.
func under(denies []policydoc.Statement, doc *policydoc.Document) *policydoc.Document {
	if len(denies) == 0 {
		return doc
	}
	whole := policydoc.Document{Version: max(doc.Version, "2012-10-17")}
	whole.Statements = append(append(whole.Statements, doc.Statements...), denies...)
	return &whole
}
