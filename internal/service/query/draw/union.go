package draw

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/query"
)

// The bounds of a picture that people can read.
const (
	maxNodes = 200
	maxText  = 28
)

// union is what all paths of an answer have together. Nodes stand in the order in which
// paths come to them.
type union struct {
	nodes   []drawn
	edges   []link
	leftOut int // paths
	more    bool
}

type drawn struct{ query.Node }

// link is what leads from one node to another.
type link struct {
	from, to int
	kinds    []string
	labels   []string
	sure     bool
	attack   bool
}

// unite joins the paths. Those with which there would be too many nodes are left out.
func unite(a *query.Answer) *union {
	u := &union{more: a.More || a.Stopped}
	at, between := map[string]int{}, map[[2]int]int{}
	for i := range a.Paths {
		p := &a.Paths[i]
		fresh := 0
		for _, n := range p.Nodes {
			if _, known := at[n.ID]; !known {
				fresh++
			}
		}
		if len(u.nodes)+fresh > maxNodes {
			u.leftOut++
			continue
		}
		for _, n := range p.Nodes {
			if _, known := at[n.ID]; !known {
				at[n.ID] = len(u.nodes)
				u.nodes = append(u.nodes, drawn{n})
			}
		}
		for j := range p.Steps {
			u.link(&p.Steps[j], at[p.Nodes[j].ID], at[p.Nodes[j+1].ID], between)
		}
	}
	return u
}

func (u *union) link(s *query.PathStep, from, to int, between map[[2]int]int) {
	if s.Backwards {
		from, to = to, from
	}
	i, known := between[[2]int{from, to}]
	if !known {
		i = len(u.edges)
		between[[2]int{from, to}] = i
		u.edges = append(u.edges, link{from: from, to: to})
	}
	e := &u.edges[i]
	if !slices.Contains(e.kinds, s.Kind) {
		e.kinds = append(e.kinds, s.Kind)
	}
	for _, text := range []string{s.Label, s.Then} {
		if text != "" && !slices.Contains(e.labels, text) {
			e.labels = append(e.labels, text)
		}
	}
	e.sure, e.attack = e.sure || s.Sure, e.attack || s.Attack
}

// note says what the picture does not show; empty when it shows all.
func (u *union) note() string {
	switch {
	case u.leftOut > 0 && u.more:
		return fmt.Sprintf("%d paths are left out: a picture holds %d resources. There are more beyond the limit.", u.leftOut, maxNodes)
	case u.leftOut > 0:
		return fmt.Sprintf("%d paths are left out: a picture holds %d resources.", u.leftOut, maxNodes)
	case u.more:
		return "There are more paths beyond the limit."
	}
	return ""
}

type shape int

const (
	box shape = iota
	circle
	barrel
	hexagon
	tag
)

// shape tells kinds of resources apart at a glance.
func (n *drawn) shape() shape {
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(n.Type, p) })
	}
	switch {
	case n.Type == query.Internet || n.Type == query.AnyAccount || n.Type == query.Foothold:
		return circle
	case has("_iam_role", "_iam_user", "_iam_group", "_identity", "_service_account", "_account"):
		return hexagon
	case has("bucket", "_db_", "rds", "dynamodb", "snapshot", "volume", "secret", "redshift", "opensearch", "queue", "storage", "sql", "efs", "elasticache", "docdb", "neptune", "ssm_parameter"):
		return barrel
	case has("policy", "kms", "key", "image", "ami"):
		return tag
	}
	return box
}

// kind is what the node is, in words.
func (n *drawn) kind() string {
	if !n.Read {
		return "not read"
	}
	_, kind, has := strings.Cut(n.Type, "_")
	if !has {
		return "attackers"
	}
	return strings.ReplaceAll(kind, "_", " ")
}

// short cuts a long name in its middle, where names of clouds differ least.
func short(text string) string {
	r := []rune(text)
	if len(r) <= maxText {
		return text
	}
	const head = maxText * 2 / 3
	return string(r[:head]) + "…" + string(r[len(r)-(maxText-head-1):])
}
