package estate

import "strings"

// ControlLevel says where a change is made: the more general, the more it clears.
type ControlLevel string

// The levels at which a change can be made, most general first.
const (
	LevelOrganization ControlLevel = "organization"
	LevelAccount      ControlLevel = "account"
	LevelTemplate     ControlLevel = "template"
	LevelSharedPolicy ControlLevel = "shared-policy"
	LevelResource     ControlLevel = "resource"
)

// ControlPoint is the thing a person changes.
type ControlPoint struct {
	Level ControlLevel `json:"level"`
	// ID is the account, the stack's or template's id, or the id of a resource.
	ID string `json:"id"`
}

// FixKey names one change at one place, the same in every run: action@level:id.
type FixKey string

// NewFixKey returns the key of an action, which is the check's fix action or else the
// check's id, at a control point.
func NewFixKey(action string, point ControlPoint) FixKey {
	return FixKey(action + "@" + string(point.Level) + ":" + point.ID)
}

// Action returns the part of the key before the control point.
func (k FixKey) Action() string {
	action, _, _ := strings.Cut(string(k), "@")
	return action
}

// Point returns the control point of the key; empty for a key of another form.
func (k FixKey) Point() ControlPoint {
	_, point, _ := strings.Cut(string(k), "@")
	level, id, _ := strings.Cut(point, ":")
	return ControlPoint{Level: ControlLevel(level), ID: id}
}

// Effort classes what a fix takes.
type Effort string

// The classes of effort, least first.
const (
	EffortSetting   Effort = "setting"   // one switch
	EffortTemplate  Effort = "template"  // a template, and what was made of it is renewed
	EffortCode      Effort = "code"      // software or a policy has to be rewritten
	EffortMigration Effort = "migration" // something is made anew and content moves
)

// FixPlan is one change, with all that it clears.
type FixPlan struct {
	Key FixKey `json:"key"`
	// Action names the change: the check's fix action or the check's id.
	Action       string       `json:"action"`
	ControlPoint ControlPoint `json:"control_point"`
	Title        string       `json:"title"`
	// Text, CLI and Terraform are those of the check; empty when no finding led here.
	Text      string `json:"text,omitempty"`
	CLI       string `json:"cli,omitempty"`
	Terraform string `json:"terraform,omitempty"`
	// Checks are the ids of the checks it answers; sorted.
	Checks []string `json:"checks,omitempty"`
	// Findings is how many findings it clears, Resources on how many resources.
	Findings  int `json:"findings"`
	Resources int `json:"resources"`
	// FindingKeys are some of the findings; bounded.
	FindingKeys []string `json:"finding_keys,omitempty"`
	// Issues are the keys of issues whose path it cuts.
	Issues []string `json:"issues,omitempty"`
	// PathsCut is how many targets' best ways it cuts on its own.
	PathsCut int `json:"paths_cut"`
	// RiskAlone is the risk it removes if it is the only change.
	RiskAlone float64 `json:"risk_alone"`
	// RiskRemoved is the risk it removes after the fixes ranked before it, in points of
	// score summed over targets.
	RiskRemoved float64 `json:"risk_removed"`
	// Cumulative is the part of all risk that it and the fixes before it remove, 0 to 1.
	Cumulative float64 `json:"cumulative"`
	Effort     Effort  `json:"effort"`
}

// Campaign is one kind of change to make in many places, none of them on a path.
type Campaign struct {
	// Key names the same campaign in every run.
	Key string `json:"key"`
	// Action is the check's fix action or the check's id.
	Action string       `json:"action"`
	Level  ControlLevel `json:"level"`
	Title  string       `json:"title"`
	// Owner is who to ask; empty when nothing says.
	Owner     string `json:"owner,omitempty"`
	Text      string `json:"text,omitempty"`
	CLI       string `json:"cli,omitempty"`
	Terraform string `json:"terraform,omitempty"`
	// Check is the id of the check whose findings it gathers.
	Check string `json:"check"`
	// Severity is the check's own. What lies on no path is never worse than low risk.
	Severity Severity `json:"severity"`
	// Band is at most low.
	Band      Severity `json:"band"`
	Findings  int      `json:"findings"`
	Resources int      `json:"resources"`
	// Changes is how many control points there are to change.
	Changes int `json:"changes"`
	// Accounts are those it concerns; sorted and bounded.
	Accounts []string `json:"accounts,omitempty"`
	// FindingKeys and ControlPoints are some of them; bounded.
	FindingKeys   []string `json:"finding_keys,omitempty"`
	ControlPoints []string `json:"control_points,omitempty"`
}

// SuppressedReason says why findings are set aside.
type SuppressedReason string

// The reasons for which findings are set aside, in the order they are tried.
const (
	SuppressedAccepted      SuppressedReason = "accepted-until"          // a person accepted the risk until a date
	SuppressedDuplicate     SuppressedReason = "duplicate"               // another finding says the same
	SuppressedProvider      SuppressedReason = "provider-managed"        // the provider made it and its owner cannot change it
	SuppressedEphemeral     SuppressedReason = "ephemeral"               // it is gone before anyone can act
	SuppressedNotReachable  SuppressedReason = "not-reachable"           // what would have to reach it cannot
	SuppressedNonProduction SuppressedReason = "non-production-off-path" // nothing of value lies behind it
)

// Suppressed counts findings that are set aside for one reason. They are never gone:
// the full list holds them.
type Suppressed struct {
	Reason SuppressedReason `json:"reason"`
	Count  int              `json:"count"`
	// FindingKeys are some of them; bounded.
	FindingKeys []string `json:"finding_keys,omitempty"`
}

// Priorities is the short list: what to do first, and what became of all findings.
type Priorities struct {
	// Table is the version of the table of numbers.
	Table string `json:"table"`
	// Issues are sorted worst first.
	Issues []Issue `json:"issues"`
	// Fixes are in the order that removes most risk soonest.
	Fixes []FixPlan `json:"fixes"`
	// Campaigns are sorted by severity, then by number of findings.
	Campaigns  []Campaign   `json:"campaigns"`
	Suppressed []Suppressed `json:"suppressed"`
	// Findings is how many failing findings there were; OnPaths, InCampaigns and
	// SetAside add up to it.
	Findings    int `json:"findings"`
	OnPaths     int `json:"on_paths"`
	InCampaigns int `json:"in_campaigns"`
	SetAside    int `json:"set_aside"`
	// Risk is the sum of scores over all targets reached.
	Risk float64 `json:"risk"`
}
