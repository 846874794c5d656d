package reach

import (
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// line is a resource being read. Its texts are only valid until the next one is.
type line struct {
	b       *Builder
	v       *fastjson.Value
	config  *fastjson.Value
	unknown []*fastjson.Value
}

// ref returns who the resource is.
func (l line) ref() estate.Ref {
	return estate.Ref{
		ID: string(l.v.GetStringBytes("id")), Name: string(l.v.GetStringBytes("name")), Type: l.b.own(l.v.GetStringBytes("type")),
		Cloud: estate.Cloud(l.b.own(l.v.GetStringBytes("cloud"))), Account: l.b.own(l.v.GetStringBytes("account")), Region: l.b.own(l.v.GetStringBytes("region")),
	}
}

// text returns a setting; empty when it is absent or no text.
func (l line) text(path ...string) string { return l.b.own(l.config.GetStringBytes(path...)) }

func (l line) flag(path ...string) bool { return l.config.GetBool(path...) }

func (l line) number(path ...string) int { return l.config.GetInt(path...) }

func (l line) list(path ...string) []string { return l.b.texts(l.config.GetArray(path...)) }

// guards are security groups as one name, so that equal lists are found by it.
type guards string

// guards reads the ids of security groups.
func (l line) guards(path ...string) guards {
	list := slices.Clone(l.list(path...))
	slices.Sort(list)
	return guards(l.b.own([]byte(strings.Join(list, " "))))
}

// ids returns the ids of the groups, rising.
func (g guards) ids() []string { return strings.Fields(string(g)) }

// missing returns why a setting could not be read, and whether that is so. The path
// returned begins with the resource's id.
func (l line) missing(id, path string) (estate.Unknown, bool) {
	for _, u := range l.unknown {
		at := string(u.GetStringBytes("path"))
		if at == path || strings.HasPrefix(path, at+".") || strings.HasPrefix(path, at+"[") {
			return estate.Unknown{
				Path: id + "#" + at, Reason: estate.Reason(u.GetStringBytes("reason")), Permission: string(u.GetStringBytes("permission")),
				Detail: string(u.GetStringBytes("detail")),
			}, true
		}
	}
	return estate.Unknown{}, false
}

// gaps returns why any of the settings could not be read.
func (l line) gaps(id string, paths ...string) []estate.Unknown {
	var list []estate.Unknown
	for _, path := range paths {
		if u, found := l.missing(id, path); found && !slices.Contains(list, u) {
			list = append(list, u)
		}
	}
	return list
}

// rules reads a list of neutral rules.
func (l line) rules(path string) []facet.Rule {
	entries := l.config.GetArray(path)
	list := make([]facet.Rule, 0, len(entries))
	for _, e := range entries {
		r := facet.Rule{
			Action: l.b.own(e.GetStringBytes("action")), Protocol: l.b.own(e.GetStringBytes("protocol")), Priority: e.GetInt("priority"),
			FromPort: e.GetInt("from_port"), ToPort: e.GetInt("to_port"),
			CIDRs: l.b.texts(e.GetArray("cidrs")), Groups: l.b.texts(e.GetArray("groups")),
		}
		for _, p := range e.GetArray("prefix_lists") {
			list := facet.PrefixList{ID: l.b.own(p.GetStringBytes("id"))}
			if ranges := p.Get("cidrs"); ranges != nil && ranges.Type() == fastjson.TypeArray {
				list.CIDRs = append([]string{}, l.b.texts(ranges.GetArray())...)
			}
			r.PrefixLists = append(r.PrefixLists, list)
		}
		list = append(list, r)
	}
	return list
}

// shortID is the last part of an ARN of EC2.
func shortID(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }
