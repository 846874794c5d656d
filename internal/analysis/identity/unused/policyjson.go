package unused

import (
	"bytes"
	"encoding/json"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// The structs have the names and the order of "Grammar of the IAM JSON policy language"
// (IAM User Guide).
type policyJSON struct {
	Version   string          `json:"Version"`
	Statement []statementJSON `json:"Statement"`
}

type statementJSON struct {
	Sid         string                         `json:"Sid,omitempty"`
	Effect      string                         `json:"Effect"`
	Action      []string                       `json:"Action,omitempty"`
	NotAction   []string                       `json:"NotAction,omitempty"`
	Resource    []string                       `json:"Resource,omitempty"`
	NotResource []string                       `json:"NotResource,omitempty"`
	Condition   map[string]map[string][]string `json:"Condition,omitempty"`
}

// JSON returns the policy as AWS takes it, indented. Conditions that AWS's form has no
// place for, such as one key twice under one operator, are estate.CodeUnsupported.
func (p *Proposal) JSON() ([]byte, error) {
	out := policyJSON{Version: p.Policy.Version, Statement: []statementJSON{}}
	for i := range p.Policy.Statements {
		s, err := statementOf(&p.Policy.Statements[i])
		if err != nil {
			return nil, err
		}
		out.Statement = append(out.Statement, s)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(out)
	return b.Bytes(), err
}

func statementOf(s *policydoc.Statement) (statementJSON, error) {
	out := statementJSON{
		Sid: s.SID, Effect: s.Effect, Action: s.Actions, NotAction: s.NotActions, Resource: s.Resources, NotResource: s.NotResources,
	}
	for _, c := range s.Conditions {
		if out.Condition == nil {
			out.Condition = map[string]map[string][]string{}
		}
		if out.Condition[c.Operator] == nil {
			out.Condition[c.Operator] = map[string][]string{}
		}
		if _, twice := out.Condition[c.Operator][c.Key]; twice {
			return out, estate.Errorf(estate.CodeUnsupported, "write the policy", "%.80q stands twice under %.40q", c.Key, c.Operator)
		}
		out.Condition[c.Operator][c.Key] = c.Values
	}
	return out, nil
}
