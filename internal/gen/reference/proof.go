package main

import (
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
)

const estateFile = "demo/aws/estate.yaml"

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// expectations are the statuses that the example company expects, by check.
type expectations map[string]map[estate.Status]bool

// readExpectations finds every `expect` in the file, wherever it stands.
func readExpectations(file string) (expectations, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	found := expectations{}
	found.walk(&doc)
	return found, nil
}

func (e expectations) walk(n *yaml.Node) {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "expect" && child.Kind == yaml.MappingNode {
			e.take(child)
			continue
		}
		e.walk(child)
	}
}

func (e expectations) take(n *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		check := n.Content[i].Value
		if e[check] == nil {
			e[check] = map[estate.Status]bool{}
		}
		e[check][estate.Status(n.Content[i+1].Value)] = true
	}
}

// proofPage says which checks of AWS the example company proves over the wire.
func proofPage(m *model, files pages) error {
	expected, err := readExpectations(estateFile)
	if err != nil {
		return err
	}
	p := newPage("What is proved where")
	var rows []func()
	var total [3]int
	for _, g := range m.groups {
		if g.cloud != "aws" && g.cloud != "any" {
			continue
		}
		var proofs [3][]string // both, one side, recorded
		for _, c := range g.checks {
			i := sideOf(expected[c.ID])
			proofs[i] = append(proofs[i], c.ID)
			total[i]++
		}
		rows = append(rows, func() { proofGroup(p, g, proofs) })
	}
	p.printf(`Every check has cases beside it, and every resource type an archive of recorded answers; `+
		`"make test" runs them all. On top of that, the example company in [%s](../../%s) is built on a local AWS API and scanned over the wire with the real SDK:

- **both sides**, %d checks: a fault planted there must be found, and a sound twin beside it must not.
- **one side**, %d checks: only one of the two is planted there.
- **recorded shapes only**, %d checks: the local API cannot build what they look at, or nobody planted it yet.

`, estateFile, estateFile, total[0], total[1], total[2])
	for _, row := range rows {
		row()
	}
	files["proof.md"] = p.bytes()
	return nil
}

// sideOf is 0 when a fault and a sound twin are expected, 1 when one of them is, else 2.
func sideOf(statuses map[estate.Status]bool) int {
	sound := statuses[estate.Pass] || statuses[estate.NotApplicable]
	switch {
	case statuses[estate.Fail] && sound:
		return 0
	case statuses[estate.Fail] || sound:
		return 1
	default:
		return 2
	}
}

func proofGroup(p *page, g group, proofs [3][]string) {
	p.printf("## %s %s\n\n", titles[g.cloud], g.service)
	for i, title := range []string{"both sides", "one side", "recorded shapes only"} {
		if list := proofs[i]; len(list) > 0 {
			prefix := g.cloud + "-" + g.service + "-"
			short := make([]string, len(list))
			for j, id := range list {
				short[j] = strings.TrimPrefix(id, prefix)
			}
			p.printf("- %s (%d): %s\n", title, len(list), strings.Join(short, ", "))
		}
	}
	p.printf("\n")
}
