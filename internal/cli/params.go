package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/analysis/policy"
)

// override is one entry of a parameter file:
//
//   - check: aws-iam-user-key-rotated
//     environment: production      # optional, as is account
//     set: {days: 30}
type override struct {
	Check       string         `yaml:"check"`
	Account     string         `yaml:"account"`
	Environment string         `yaml:"environment"`
	Set         map[string]any `yaml:"set"`
}

// readParams reads a parameter file; no file changes nothing.
func readParams(file string) ([]policy.Override, error) {
	if file == "" {
		return nil, nil
	}
	const op = "read parameters"
	data, err := readFile(op, file)
	if err != nil {
		return nil, err
	}
	var nodes []yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&nodes); err != nil && !errors.Is(err, io.EOF) {
		return nil, invalid(op+" "+file, "%s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var overrides []policy.Override
	for i := range nodes {
		var o override
		if err := strict(&nodes[i], &o); err != nil {
			return nil, invalid(op, "%s:%d: %s", file, nodes[i].Line, err)
		}
		overrides = append(overrides, policy.Override{
			Check: o.Check, Account: o.Account, Environment: o.Environment, Params: o.Set, From: fmt.Sprintf("%s:%d", file, nodes[i].Line),
		})
	}
	return overrides, nil
}

// strict decodes a node and refuses keys that are not known.
func strict(node *yaml.Node, into *override) error {
	known := []string{"check", "account", "environment", "set"}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if key := node.Content[i].Value; !strings.Contains(" "+strings.Join(known, " ")+" ", " "+key+" ") {
			return fmt.Errorf("there is no key %q; the keys are %s", key, joinOr(known))
		}
	}
	if err := node.Decode(into); err != nil {
		return errors.New(strings.Join(strings.Fields(err.Error()), " "))
	}
	if into.Check == "" || len(into.Set) == 0 {
		return errors.New("an entry needs check and set")
	}
	return nil
}
