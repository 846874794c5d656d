package estate

import (
	"strings"
	"time"
)

// Scope is the unit of reading: one type in one region of one account. What was
// read of a scope replaces what was known of it whole, or not at all.
type Scope struct {
	Cloud   Cloud  `json:"cloud"`
	Account string `json:"account"`
	Region  string `json:"region"`
	Type    string `json:"type"`
}

// String returns the scope as cloud/account/region/type.
func (s Scope) String() string {
	return strings.Join([]string{string(s.Cloud), s.Account, s.Region, s.Type}, "/")
}

// Compare orders scopes by cloud, account, region and type.
func (s Scope) Compare(o Scope) int {
	if c := strings.Compare(string(s.Cloud), string(o.Cloud)); c != 0 {
		return c
	}
	if c := strings.Compare(s.Account, o.Account); c != 0 {
		return c
	}
	if c := strings.Compare(s.Region, o.Region); c != 0 {
		return c
	}
	return strings.Compare(s.Type, o.Type)
}

// CoverageStatus says how the reading of a scope ended.
type CoverageStatus string

// How the reading of a scope can end.
const (
	CoverageOK      CoverageStatus = "ok"      // every page was read
	CoveragePartial CoverageStatus = "partial" // every resource was listed, some attributes are unknown
	CoverageFailed  CoverageStatus = "failed"  // the list itself could not be read; nothing is known
	CoverageSkipped CoverageStatus = "skipped" // not read on purpose; Reason says why
)

// Coverage is one line of the ledger: what became of a scope.
type Coverage struct {
	Scope
	Status CoverageStatus `json:"status"`
	// Reason is set unless the status is ok.
	Reason Reason `json:"reason,omitempty"`
	// Permissions would have answered what is missing; sorted.
	Permissions []string `json:"permissions,omitempty"`
	// Detail is one line for people.
	Detail string `json:"detail,omitempty"`
	// Resources is how many were read.
	Resources int `json:"resources"`
	// Unknowns is how many attributes of them could not be read.
	Unknowns int `json:"unknowns,omitempty"`
	// Calls is how many requests it took.
	Calls int `json:"calls"`
	// Read is when the reading ended.
	Read time.Time `json:"read"`
}

// Complete reports whether absence from the scope proves absence in the cloud.
func (c *Coverage) Complete() bool {
	return c.Status == CoverageOK || c.Status == CoveragePartial
}
