package store

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Finding is a failing finding as it is kept.
type Finding struct {
	estate.Finding
	Since time.Time `json:"since"`
	// Until is when it was resolved; zero while it is open.
	Until time.Time `json:"until,omitzero"`
	// Regressed is whether it was resolved before and came back.
	Regressed bool `json:"regressed"`
	// Unproven is set since when the check can no longer be decided: the finding is
	// neither confirmed nor resolved.
	Unproven time.Time `json:"unproven,omitzero"`
	// Due is when it has to be fixed; zero when nothing says.
	Due time.Time `json:"due,omitzero"`
	// Cause is the change that opened it, when the audit trail told.
	Cause Cause `json:"cause,omitzero"`
	// Exception is the id of the exception it is set aside by; empty when it stands.
	Exception string `json:"exception,omitempty"`
}

// Within returns how long something of a severity may stay open in an environment; false
// when nothing says.
type Within func(severity estate.Severity, environment string) (time.Duration, bool)

// Judged is a part of an account with all that is wrong with it now. Accounts are judged
// in parts of some thousand resources, so that no transaction is long.
type Judged struct {
	Cloud   estate.Cloud
	Account string
	// Keys are the resources that were judged, gone ones included: all their findings are
	// replaced.
	Keys []Key
	// Findings are those that fail or are unknown.
	Findings []estate.Finding
	// Whole ends the judging of a whole account: findings of resources that no longer
	// exist are closed, Counts replace what was there, and later transitions of the
	// account are no longer First.
	Whole bool
	// Backlog is whether the first reading of the account has not ended: what opens later is
	// then still First.
	Backlog bool
	// Counts are the verdicts by check for the whole account; only with Whole.
	Counts map[string]Verdicts
	At     time.Time
	// Causes are the changes that led to judging, by resource.
	Causes map[Key]Cause
	// Bodies are the SHA-256 of the lines that were judged, by resource; keys without one
	// were judged to be gone. What is said of a resource that is another by now is left out:
	// whoever changed it has it judged anew. Nil asks for nothing of the kind.
	Bodies map[Key][sha256.Size]byte
	// Due is how long findings may stay open; nil when nothing says.
	Due Within
}

// Verdicts counts the verdicts of one check.
type Verdicts struct {
	Pass          int `json:"pass"`
	Fail          int `json:"fail"`
	Unknown       int `json:"unknown"`
	NotApplicable int `json:"not_applicable"`
}

// FindingQuery asks for findings. Empty fields ask for all.
type FindingQuery struct {
	Visible
	Clouds, Accounts, Regions, Types, Owners, Environments, Checks []string
	// Keys are of findings, such as those of an issue.
	Keys []string
	// Resource is the id of a resource.
	Resource   string
	Severities []estate.Severity
	// State is open (the default), unproven, excepted, resolved, unknown or all.
	State string
	Text  string
	// Since asks for those that opened, or were resolved when State is resolved, after it.
	Since time.Time
	// At asks for those that were open at another moment than now.
	At time.Time
	PageRequest
}

// Ranked is the short list of one moment.
type Ranked struct {
	At time.Time
	estate.Priorities
	// Due is how long issues may stay open; nil when nothing says. It is not kept.
	Due Within `json:"-"`
}

// Issue is an issue as it is kept.
type Issue struct {
	estate.Issue
	Since     time.Time `json:"since"`
	Until     time.Time `json:"until,omitzero"`
	Regressed bool      `json:"regressed"`
	Due       time.Time `json:"due,omitzero"`
	Exception string    `json:"exception,omitempty"`
	// Accounts are those of the resources on the path; sorted.
	Accounts []string `json:"accounts"`
}

// IssueQuery asks for issues. Empty fields ask for all.
type IssueQuery struct {
	Visible
	Accounts, Owners, Environments, Classes []string
	Bands                                   []estate.Severity
	// Resource is the id of a resource on the path.
	Resource string
	// State is open (the default), excepted, resolved or all.
	State string
	Text  string
	At    time.Time
	PageRequest
}

// Point is the posture of a group at one moment.
type Point struct {
	At time.Time `json:"at"`
	// Risk is the sum of scores of issues.
	Risk float64 `json:"risk"`
	// Score is the part of decided verdicts that pass, from 0 to 100, weighed by severity;
	// nil for owners, whose verdicts are not counted, and where nothing was decided.
	Score  *float64 `json:"score"`
	Issues int      `json:"issues"`
	// Findings are open findings by severity.
	Findings map[string]int `json:"findings"`
	// Unknown is how many verdicts are unknown, Resources how many resources there are.
	Unknown   int `json:"unknown"`
	Resources int `json:"resources"`
}

// Posture keeps findings, issues and how they went over time.
type Posture interface {
	// Judge replaces the findings of what was judged and returns what opened or closed.
	// Transitions are kept with it.
	Judge(ctx context.Context, judged Judged) ([]Transition, error)
	// Findings lists findings. Sorts: severity (default, worst first), since, check,
	// resource, due.
	Findings(ctx context.Context, q FindingQuery) (Page[Finding], error)
	// Finding returns one by key, open or not.
	Finding(ctx context.Context, see Visible, key string) (Finding, error)
	// Rank replaces the short list and returns what opened or closed. Transitions are kept
	// with it.
	Rank(ctx context.Context, ranked Ranked) ([]Transition, error)
	// Ranked returns the short list of a moment without its issues; the zero time is now.
	Ranked(ctx context.Context, at time.Time) (Ranked, error)
	// Issues lists issues. Sorts: score (default, worst first), since, due, title.
	Issues(ctx context.Context, q IssueQuery) (Page[Issue], error)
	// Issue returns one by key, open or not.
	Issue(ctx context.Context, see Visible, key string) (Issue, error)
	// Verdicts returns the counts of verdicts by check, summed over visible accounts.
	Verdicts(ctx context.Context, see Visible, at time.Time) (map[string]Verdicts, error)
	// Mark adds a point to the course of a group: "" for everything, account:ID,
	// owner:NAME or framework:ID. A second point within the same hour replaces the first.
	Mark(ctx context.Context, group string, point Point) error
	// Course returns the points of a group, oldest first.
	Course(ctx context.Context, group string, from, until time.Time) ([]Point, error)
	// Open counts open findings by severity, check, account, owner or type, from counters.
	Open(ctx context.Context, see Visible, by string) ([]Count, error)
}
