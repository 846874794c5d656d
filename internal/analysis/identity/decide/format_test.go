package decide_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// values is a text, or a list of texts.
type values []string

func (v *values) UnmarshalYAML(node *yaml.Node) error {
	items := []*yaml.Node{node}
	if node.Kind == yaml.SequenceNode {
		items = node.Content
	}
	for _, item := range items {
		if item.Kind != yaml.ScalarNode {
			return fmt.Errorf("line %d: want a text or a list of texts", item.Line)
		}
		*v = append(*v, item.Value)
	}
	return nil
}

// plain turns a node into what encoding/json writes; dates stay texts.
func plain(node *yaml.Node) any {
	switch {
	case node.Kind == yaml.AliasNode:
		return plain(node.Alias)
	case node.Kind == yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i < len(node.Content); i += 2 {
			object[node.Content[i].Value] = plain(node.Content[i+1])
		}
		return object
	case node.Kind == yaml.SequenceNode:
		list := []any{}
		for _, item := range node.Content {
			list = append(list, plain(item))
		}
		return list
	case node.Tag == "!!int" || node.Tag == "!!float":
		return json.Number(node.Value)
	case node.Tag == "!!bool":
		return node.Value == "true"
	case node.Tag == "!!null":
		return nil
	default:
		return node.Value
	}
}

func (p *policy) UnmarshalYAML(node *yaml.Node) error {
	object, ok := plain(node).(map[string]any)
	if !ok {
		return fmt.Errorf("line %d: want a policy", node.Line)
	}
	p.Name, _ = object["name"].(string)
	p.Through, _ = object["through"].(string)
	if reason, unknown := object["unknown"]; unknown {
		p.Unknown = &estate.Unknown{Path: "policy", Reason: estate.Reason(fmt.Sprint(reason))}
		return nil
	}
	if inner, wrapped := object["policy"]; wrapped {
		object, _ = inner.(map[string]any)
	}
	text, isRaw := object["raw"].(string)
	if !isRaw {
		data, err := json.Marshal(object)
		if err != nil {
			return err
		}
		text = string(data)
	}
	doc, err := policydoc.Parse(text)
	if err != nil {
		p.Unknown = &estate.Unknown{Path: "policy", Reason: estate.Malformed, Detail: err.Error()}
	}
	if err != nil && !isRaw {
		return fmt.Errorf("line %d: %w (write malformed policies as raw)", node.Line, err)
	}
	p.Doc = doc
	return nil
}

func (p *principal) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		var ok bool
		if p.Principal, ok = decide.ParsePrincipal(node.Value); !ok {
			return fmt.Errorf("line %d: %q is no principal", node.Line, node.Value)
		}
		return nil
	}
	var y struct {
		ARN           string                     `yaml:"arn"`
		Session       string                     `yaml:"session"`
		User          string                     `yaml:"user"`
		Service       string                     `yaml:"service"`
		Federated     *struct{ Provider string } `yaml:"federated"`
		Tags          map[string]string          `yaml:"tags"`
		Org           string                     `yaml:"org"`
		OrgPath       values                     `yaml:"org_path"`
		UniqueID      string                     `yaml:"unique_id"`
		CanonicalID   string                     `yaml:"canonical_id"`
		ServiceLinked bool                       `yaml:"service_linked"`
		Management    bool                       `yaml:"management"`
	}
	if err := decodeStrict(node, &y); err != nil {
		return err
	}
	text := y.ARN + y.Service
	if y.Federated != nil {
		p.Principal = decide.Principal{Kind: decide.Federated, ARN: y.Federated.Provider}
		return nil
	}
	var ok bool
	if p.Principal, ok = decide.ParsePrincipal(text); !ok {
		return fmt.Errorf("line %d: %q is no principal", node.Line, text)
	}
	if y.Session != "" {
		p.Kind, p.SessionName = decide.Session, y.Session
	}
	p.UserARN, p.Tags, p.OrgID, p.OrgPaths = y.User, y.Tags, y.Org, y.OrgPath
	p.UniqueID, p.CanonicalID, p.ManagementAccount = y.UniqueID, y.CanonicalID, y.Management
	p.ServiceLinked = p.ServiceLinked || y.ServiceLinked
	return nil
}

func (r *resource) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		r.ARN = node.Value
		return nil
	}
	var y struct {
		ARN        string            `yaml:"arn"`
		Account    string            `yaml:"account"`
		Type       string            `yaml:"type"`
		Tags       map[string]string `yaml:"tags"`
		Org        string            `yaml:"org"`
		OrgPath    values            `yaml:"org_path"`
		Management bool              `yaml:"management"`
		AWSManaged bool              `yaml:"aws_managed"`
	}
	if err := decodeStrict(node, &y); err != nil {
		return err
	}
	r.Resource = decide.Resource{ARN: y.ARN, Account: y.Account, Type: y.Type, Tags: y.Tags, OrgID: y.Org, OrgPaths: y.OrgPath,
		ManagementAccount: y.Management, AWSManaged: y.AWSManaged}
	return nil
}

// decodeStrict is Decode that refuses fields the target has not.
func decodeStrict(node *yaml.Node, target any) error {
	data, err := yaml.Marshal(node)
	if err != nil {
		return err
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	decoder.KnownFields(true)
	if err := decoder.Decode(target); err != nil {
		return fmt.Errorf("near line %d: %w", node.Line, err)
	}
	return nil
}
