package report

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
)

// ParseSuppressions reads a suppressions file: a YAML list of entries, or a mapping with
// the list under suppressions. Name is what errors call the file; today decides what has
// expired. Every entry needs check, reason and until. An entry that would set everything
// aside is refused.
//
// Errors have CodeInvalid and name line and column of every entry that is wrong.
func ParseSuppressions(name string, data io.Reader, today time.Time) (*Suppressions, error) {
	var root yaml.Node
	err := yaml.NewDecoder(data).Decode(&root)
	if errors.Is(err, io.EOF) {
		return newSuppressions(nil, today), nil
	}
	if err != nil {
		return nil, fileError(name, err)
	}
	list, err := listOf(root.Content[0])
	if err != nil {
		return nil, fileError(name, err)
	}
	var entries []*Suppression
	var problems []error
	for _, node := range list {
		entry, err := parseEntry(node)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		entries = append(entries, entry)
	}
	if len(problems) > 0 {
		return nil, fileError(name, errors.Join(problems...))
	}
	return newSuppressions(entries, today), nil
}

func fileError(name string, err error) error {
	text := strings.ReplaceAll(strings.TrimPrefix(err.Error(), "yaml: "), "\n", "; ")
	return estate.Errorf(estate.CodeInvalid, "read suppressions "+name, "%s", text).
		WithHint("each entry needs check, reason and until: YYYY-MM-DD, and may have account, region, resource and by")
}

func at(node *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("line %d, column %d: %s", node.Line, node.Column, fmt.Sprintf(format, args...))
}

// listOf finds the list of entries.
func listOf(node *yaml.Node) ([]*yaml.Node, error) {
	if node.Kind == yaml.MappingNode && len(node.Content) == 2 && node.Content[0].Value == "suppressions" {
		node = node.Content[1]
	}
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		return nil, nil
	}
	if node.Kind != yaml.SequenceNode {
		return nil, at(node, "expected a list of suppressions")
	}
	return node.Content, nil
}

func parseEntry(node *yaml.Node) (*Suppression, error) {
	if node.Kind != yaml.MappingNode {
		return nil, at(node, "expected an entry with check, reason and until")
	}
	e := &Suppression{Line: node.Line}
	fields := map[string]*string{"check": &e.Check, "account": &e.Account, "region": &e.Region, "resource": &e.Resource, "reason": &e.Reason, "by": &e.By}
	var seen []string
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if slices.Contains(seen, key.Value) {
			return nil, at(key, "%s stands here twice", key.Value)
		}
		seen = append(seen, key.Value)
		if value.Kind != yaml.ScalarNode || value.Tag == "!!null" || strings.TrimSpace(value.Value) == "" {
			return nil, at(value, "%s needs a text", key.Value)
		}
		if key.Value == "until" {
			until, err := time.Parse(time.DateOnly, value.Value)
			if err != nil {
				return nil, at(value, "until is %q and not a day such as 2027-03-31", value.Value)
			}
			e.Until = until
			continue
		}
		field := fields[key.Value]
		if field == nil {
			return nil, at(key, "there is no field %q", key.Value)
		}
		*field = value.Value
	}
	err := e.complete(node)
	return e, err
}

// complete reports what an entry lacks.
func (e *Suppression) complete(node *yaml.Node) error {
	switch {
	case e.Check == "":
		return at(node, "check is missing")
	case e.Reason == "":
		return at(node, "reason is missing: say why, for whoever reads this next year")
	case e.Until.IsZero():
		return at(node, "until is missing: no suppression is for ever")
	case strings.Trim(e.Check, "*") == "" && strings.Trim(e.Account+e.Region+e.Resource, "*") == "":
		return at(node, "this would set everything aside: name a check, an account, a region or a resource")
	}
	return nil
}
