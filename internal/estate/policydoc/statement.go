package policydoc

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

func statements(value node) ([]Statement, error) {
	items := value.items
	if value.kind != kindList {
		items = []node{value}
	}
	list := make([]Statement, 0, len(items))
	for i, item := range items {
		parsed, err := statement(item)
		if err != nil {
			return nil, fmt.Errorf("statement %d: %w", i, err)
		}
		list = append(list, parsed)
	}
	return list, nil
}

func statement(value node) (Statement, error) {
	var s Statement
	if value.kind != kindObject {
		return s, fmt.Errorf("want an object, got %s", value.kind)
	}
	present := map[string]bool{}
	for _, m := range value.members {
		present[m.name] = true
		if err := s.element(m.name, m.value); err != nil {
			return s, fmt.Errorf("%s: %w", quote(m.name), err)
		}
	}
	return s, legal(present)
}

// element fills in one element of a statement.
func (s *Statement) element(name string, value node) (err error) {
	switch name {
	case "Sid":
		s.SID, err = value.single()
	case "Effect":
		s.Effect, err = effect(value)
	case "Principal":
		s.Principals, err = principals(value)
	case "NotPrincipal":
		s.NotPrincipals, err = filled(principals(value))
	case "Action":
		s.Actions, err = value.strings()
	case "NotAction":
		s.NotActions, err = filled(value.strings())
	case "Resource":
		s.Resources, err = filled(value.strings())
	case "NotResource":
		s.NotResources, err = filled(value.strings())
	case "Condition":
		s.Conditions, err = conditions(value)
	default:
		err = errors.New("unknown element")
	}
	return err
}

// legal checks which elements stand together.
func legal(present map[string]bool) error {
	for _, name := range []string{"Principal", "Action", "Resource"} {
		if present[name] && present["Not"+name] {
			return fmt.Errorf("%s and Not%s together", name, name)
		}
	}
	if !present["Action"] && !present["NotAction"] {
		return errors.New("no Action")
	}
	if !present["Effect"] {
		return errors.New("no Effect")
	}
	return nil
}

// filled refuses an empty list where the canonical form could not tell it from an
// absent one, although the two mean opposite things.
func filled[T any](list []T, err error) ([]T, error) {
	if err == nil && len(list) == 0 {
		err = errors.New("empty list")
	}
	return list, err
}

func effect(value node) (string, error) {
	text, err := value.single()
	if err == nil && text != effectAllow && text != effectDeny {
		err = fmt.Errorf("want Allow or Deny, got %s", quote(text))
	}
	return text, err
}

func principals(value node) ([]Principal, error) {
	if value.kind == kindString {
		if value.text != "*" {
			return nil, fmt.Errorf(`want "*" or an object, got %s`, quote(value.text))
		}
		return []Principal{{Kind: "*", ID: "*"}}, nil
	}
	if value.kind != kindObject {
		return nil, fmt.Errorf(`want "*" or an object, got %s`, value.kind)
	}
	list := []Principal{}
	for _, m := range value.members {
		if !slices.Contains([]string{"AWS", "Service", "Federated", "CanonicalUser"}, m.name) {
			return nil, fmt.Errorf("unknown kind %s", quote(m.name))
		}
		ids, err := m.value.strings()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		for _, id := range ids {
			list = append(list, principal(m.name, id))
		}
	}
	return list, nil
}

// principal writes an account id as the ARN of the account, its longer form. The
// digits do not tell the partition; the ARN is given the commercial one.
func principal(kind, id string) Principal {
	if kind == "AWS" && isAccount(id) {
		id = "arn:aws:iam::" + id + ":root"
	}
	return Principal{Kind: kind, ID: id}
}

func conditions(value node) ([]Condition, error) {
	if value.kind != kindObject {
		return nil, fmt.Errorf("want an object, got %s", value.kind)
	}
	list := []Condition{}
	for _, operator := range value.members {
		if operator.value.kind != kindObject {
			return nil, fmt.Errorf("%s: want an object, got %s", quote(operator.name), operator.value.kind)
		}
		for _, key := range operator.value.members {
			values, err := key.value.scalars()
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", quote(operator.name), quote(key.name), err)
			}
			list = append(list, Condition{canonicalOperator(operator.name), key.name, values})
		}
	}
	slices.SortStableFunc(list, func(a, b Condition) int {
		return cmp.Or(cmp.Compare(a.Operator, b.Operator), cmp.Compare(a.Key, b.Key))
	})
	return list, nil
}
