package main

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/service/permission"
)

func lower(text string) string { return strings.ToLower(text) }

// checksPage lists every check.
func checksPage(m *model, files pages) error {
	p := newPage("Checks")
	total := map[string]int{}
	all := 0
	for _, g := range m.groups {
		total[g.cloud] += len(g.checks)
		all += len(g.checks)
	}
	p.printf("%s. `stance scan aws --checks 'aws-s3-*'` runs some of them.\n", count(all, "check"))
	cloud := ""
	for _, g := range m.groups {
		if g.cloud != cloud {
			cloud = g.cloud
			p.printf("\n## %s: %s\n", titles[cloud], count(total[cloud], "check"))
		}
		p.printf("\n### %s: %s\n\n", g.service, count(len(g.checks), "check"))
		for _, c := range g.checks {
			about := fmt.Sprintf("[%s](types/%s.md)", c.Type, c.Type)
			if c.Facet != "" {
				about = fmt.Sprintf("facet [%s](types/facets.md)", c.Facet)
			}
			p.printf("- %s · %s · %s · %s\n", code(c.ID), c.Severity, about, prose(c.Title))
		}
	}
	files["checks.md"] = p.bytes()
	return nil
}

// functionsPage lists what expressions can call.
func functionsPage(_ *model, files pages) error {
	p := newPage("Functions of checks")
	p.printf("What an expression can call beside CEL itself and cel-go's extensions strings, lists, sets and math. How to write a check is in [docs/add/check.md](../add/check.md).\n\n")
	p.table("call", "answers")
	for _, f := range policy.Functions() {
		p.row(code(f.Signature), prose(f.Help))
	}
	files["functions.md"] = p.bytes()
	return nil
}

// permissionsPage lists what all checks of AWS need.
func permissionsPage(m *model, files pages) error {
	p := newPage("Permissions on AWS")
	needs := append(permission.For(m.library, app.AWSInfos()), permission.Base(true)...)
	byService := map[string][]permission.Need{}
	actions := map[string]bool{}
	var services []string
	for _, n := range needs {
		service, _, _ := strings.Cut(n.Action, ":")
		if byService[service] == nil {
			services = append(services, service)
		}
		actions[n.Action] = true
		byService[service] = append(byService[service], n)
	}
	p.printf("All checks together need %s; `stance permissions aws --checks ...` prints those of some as a policy, Terraform or CloudFormation. Each reads settings: none reads content, none changes anything. Those that end in a star list the types: without one, a type is not read at all; without another, some of its attributes are unknown.\n\n", count(len(actions), "permission"))
	p.table("permission", "types that need it")
	for _, s := range sorted(services) {
		seen := map[string]bool{}
		for _, n := range byService[s] {
			if seen[n.Action] {
				continue
			}
			seen[n.Action] = true
			star := ""
			if n.Lists {
				star = ` \*`
			}
			p.row(code(n.Action)+star, typeLinks(n.Types))
		}
	}
	files["permissions.md"] = p.bytes()
	return nil
}

func typeLinks(types []string) string {
	links := make([]string, len(types))
	for i, t := range types {
		links[i] = fmt.Sprintf("[%s](types/%s.md)", t, t)
		if t == "*" {
			links[i] = "every scan"
		}
	}
	return strings.Join(links, ", ")
}
