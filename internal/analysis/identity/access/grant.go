package access

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

const keyType = "aws_kms_key"

// keyConfig is what is taken of a key's config.
type keyConfig struct {
	Grants []keyGrant `json:"grants"`
}

type keyGrant struct {
	ID            string            `json:"id"`
	Grantee       string            `json:"grantee"`
	Retiring      string            `json:"retiring"`
	Operations    []string          `json:"operations"`
	ContextEquals map[string]string `json:"context_equals"`
	ContextSubset map[string]string `json:"context_subset"`
	SourceARN     string            `json:"source_arn"`
}

// grants adds the grants of a key to its policies: each allows what it lists beside the
// key policy, and like it yields to any deny ("Grants in AWS KMS").
func (r *Resource) grants(line []byte) error {
	var key record[keyConfig]
	if err := json.Unmarshal(line, &key); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a key", "%w", err)
	}
	r.grantsUnread = key.unknownAt("grants")
	var all policydoc.Document
	for i := range key.Config.Grants {
		all.Statements = append(all.Statements, key.Config.Grants[i].statements()...)
	}
	if len(all.Statements) > 0 {
		all.Version = "2012-10-17"
		r.Documents = append(r.Documents, all)
	}
	return nil
}

// statements are what a grant allows, as a policy would say it. Constraints on the
// encryption context hold for operations that have one.
func (g *keyGrant) statements() []policydoc.Statement {
	var bound, free []string
	for _, o := range g.Operations {
		if o == "DescribeKey" || o == "RetireGrant" {
			free = append(free, "kms:"+o)
		} else {
			bound = append(bound, "kms:"+o)
		}
	}
	source := g.fromSource()
	list := g.allow(nil, g.Grantee, bound, append(g.constraints(), source...))
	list = g.allow(list, g.Grantee, free, source)
	return g.allow(list, g.Retiring, []string{"kms:RetireGrant"}, nil)
}

func (g *keyGrant) allow(list []policydoc.Statement, who string, actions []string, when []policydoc.Condition) []policydoc.Statement {
	if who == "" || len(actions) == 0 {
		return list
	}
	kind := "AWS"
	if caller, ok := decide.ParsePrincipal(who); ok && caller.Kind == decide.Service {
		kind = "Service"
	}
	return append(list, policydoc.Statement{
		SID: "grant " + g.ID, Effect: "Allow", Principals: []policydoc.Principal{{Kind: kind, ID: who}},
		Actions: actions, Resources: []string{"*"}, Conditions: when,
	})
}

// constraints are those on the encryption context ("AWS KMS condition keys",
// kms:EncryptionContext:context-key and kms:EncryptionContextKeys).
func (g *keyGrant) constraints() []policydoc.Condition {
	var list []policydoc.Condition
	for _, pairs := range []map[string]string{g.ContextSubset, g.ContextEquals} {
		for _, key := range slices.Sorted(maps.Keys(pairs)) {
			list = append(list, policydoc.Condition{Operator: "StringEquals", Key: "kms:EncryptionContext:" + key, Values: []string{literal(pairs[key])}})
		}
	}
	if len(g.ContextEquals) > 0 {
		var keys []string
		for _, key := range slices.Sorted(maps.Keys(g.ContextEquals)) {
			keys = append(keys, literal(key))
		}
		list = append(list, policydoc.Condition{Operator: "ForAllValues:StringEquals", Key: "kms:EncryptionContextKeys", Values: keys})
	}
	return list
}

// fromSource is the constraint on what a request is made for, which works like the
// condition key ("GrantConstraints", AWS KMS API Reference).
func (g *keyGrant) fromSource() []policydoc.Condition {
	if g.SourceARN == "" {
		return nil
	}
	return []policydoc.Condition{{Operator: "ArnEquals", Key: "aws:SourceArn", Values: []string{literal(g.SourceARN)}}}
}

// literal writes a text so that no part of it is taken for a policy variable.
func literal(text string) string { return strings.ReplaceAll(text, "$", "${$}") }

// grantable are the operations that a grant may permit ("Grant operations", AWS KMS
// Developer Guide).
var grantable = []string{
	"Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
	"ReEncryptFrom", "ReEncryptTo", "Sign", "Verify", "GenerateMac", "VerifyMac", "DeriveSharedSecret", "GetPublicKey", "DescribeKey", "CreateGrant", "RetireGrant",
}

// perhapsGranted returns why it is not known whether a grant permits an action on a
// resource; nil when the grants were read or cannot matter.
func (d *Directory) perhapsGranted(action, arn string) *estate.Unknown {
	operation, ok := strings.CutPrefix(strings.ToLower(action), "kms:")
	if !ok || !slices.ContainsFunc(grantable, func(o string) bool { return strings.EqualFold(o, operation) }) {
		return nil
	}
	if r := d.Resource(arn); r != nil && r.ARN == arn {
		return r.grantsUnread
	}
	return nil
}

// granting is a key as it would be with a grant for everyone.
func granting(target *decide.Resource, action string) decide.Resource {
	open := policydoc.Document{Version: "2012-10-17", Statements: []policydoc.Statement{
		{SID: "a grant", Effect: "Allow", Principals: []policydoc.Principal{{Kind: "*", ID: "*"}}, Actions: []string{action}, Resources: []string{"*"}}}}
	with := *target
	if with.Policy != nil {
		with.Policy = join([]policydoc.Document{*with.Policy, open})
	} else {
		with.Policy = &open
	}
	return with
}

// settled takes out of a decision about a key whose grants were read that one may permit
// it still.
func (d *Directory) settled(made decide.Decision, arn string) decide.Decision {
	if r := d.Resource(arn); r != nil && r.ARN == arn && r.Type == keyType && r.grantsUnread == nil {
		made.Trace = slices.DeleteFunc(made.Trace, func(s decide.Step) bool { return s.Note == decide.NoteKMSGrants })
	}
	return made
}
