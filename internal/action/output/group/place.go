package group

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// CloudName returns what people call a cloud.
func CloudName(c estate.Cloud) string {
	switch c {
	case estate.AWS:
		return "AWS"
	case estate.Azure:
		return "Azure"
	case estate.GCP:
		return "Google Cloud"
	default:
		return string(c)
	}
}

// Read returns the accounts of the ledger by output.AccountKey, sorted.
func (s *Set) Read() []string { return slices.Sorted(maps.Keys(s.read)) }

// Labels returns the labels of accounts that are given by output.AccountKey.
func (s *Set) Labels(keys []string) []string {
	labels := make([]string, len(keys))
	for i, key := range keys {
		labels[i] = s.Names.LabelOf(key)
	}
	return labels
}

// Where says in which accounts and regions a gap is: up to two of them by name, more by
// their number, as in "5 accounts x 17 regions".
func (s *Set) Where(g *Gap) string {
	accounts := some(s.Labels(g.Accounts), "account")
	regions := slices.DeleteFunc(slices.Clone(g.Regions), func(r string) bool { return r == "global" || r == "*" || r == "" })
	if len(regions) == 0 {
		return accounts
	}
	return accounts + " x " + some(regions, "region")
}

// What says of which resource types a gap is.
func (g *Gap) What() string { return some(g.Types, "type") }

// some names up to two of the list, or counts it.
func some(list []string, noun string) string {
	if len(list) <= 2 {
		return strings.Join(list, " and ")
	}
	return strconv.Itoa(len(list)) + " " + noun + "s"
}
