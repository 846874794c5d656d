package estate

// Issue is a way for an attacker to something of value, or something that is bad enough
// on its own: the unit a person reads, decides on and closes.
type Issue struct {
	// Key names the same issue in every run: a hash of what is reached, the kinds of the
	// steps and the changes that would cut them, without scores or times.
	Key string `json:"key"`
	// Title is the path in words.
	Title string `json:"title"`
	// Class is what is reached, such as restricted-data, account-admin or compute.
	Class string `json:"class"`
	Score Score  `json:"score"`
	// Path are the steps of the worst way, in order.
	Path []PathStep `json:"path"`
	// Alternatives are other ways to the same target; at most a few.
	Alternatives [][]PathStep `json:"alternatives,omitempty"`
	// EveryWay are the ids of the resources that every way to the worst target passes, in
	// order, the target last: to close one of them closes all ways.
	EveryWay []string `json:"every_way"`
	// Fixes are the changes that cut the path, the one that removes most risk first.
	Fixes []FixKey `json:"fixes"`
	// AfterFix is what the score of the worst target becomes when one fix alone is made,
	// in the order of Fixes; bounded.
	AfterFix []AfterFix `json:"after_fix"`
	// Resources are the ids on the path, then of further targets; bounded.
	Resources []string `json:"resources"`
	// Targets is how many targets are reached this way; at least 1.
	Targets int `json:"targets"`
	// Findings are keys of the findings that the path consists of; bounded.
	Findings []string `json:"findings,omitempty"`
	// FindingCount is how many such findings there are.
	FindingCount int `json:"finding_count"`
	// Owner is who to ask; empty when nothing says.
	Owner string `json:"owner,omitempty"`
	// Environment is that of the target; empty when nothing says.
	Environment string `json:"environment,omitempty"`
	// FirstQuestion is what to find out first, when an unknown could move the score to
	// another band; empty when none can.
	FirstQuestion string `json:"first_question,omitempty"`
}

// AfterFix is a score if one change were made: recomputed over all ways that are left.
type AfterFix struct {
	Fix   FixKey   `json:"fix"`
	Value float64  `json:"value"`
	Band  Severity `json:"band"`
}

// Score is how bad something is, from 0 to 100, with all that it was made of.
type Score struct {
	// Value is 100 times the root of likelihood times impact, after floor and cap.
	Value float64 `json:"value"`
	// Band sorts values for people.
	Band Severity `json:"band"`
	// Low and High are the values if each unknown turned out best, and worst.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Likelihood is the probability of the most probable path, from 0 to 1.
	Likelihood float64 `json:"likelihood"`
	// Impact is from 0 to 1.
	Impact float64 `json:"impact"`
	// Raw is the value before floor and cap.
	Raw float64 `json:"raw"`
	// Adjusted names the floor or cap that moved the value, and why; empty without.
	Adjusted string `json:"adjusted,omitempty"`
	// Table is the version of the table of numbers it was made with.
	Table string `json:"table"`
	// Waterfall lists the factors in order: 100 times all their multipliers is Raw.
	Waterfall []Factor `json:"waterfall"`
}

// Factor is one multiplier of a score.
type Factor struct {
	// Name is the kind of step or the part of impact.
	Name string `json:"name"`
	// Label says it in words.
	Label string `json:"label"`
	// Value is what was expected of it, Low and High the least and most it can be, from
	// 0 to 1. They are equal when it is known.
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	// Multiplier is the root of Value: what it does to the score.
	Multiplier float64 `json:"multiplier"`
	// After is the score after it.
	After float64 `json:"after"`
	// Share is its part in what keeps the score from 100, from 0 to 1; all shares add
	// up to 1 unless the score is 100 or 0.
	Share float64 `json:"share"`
}

// PathStep is one step of an attacker.
type PathStep struct {
	// From and To are resource ids; From is empty on a step from outside.
	From string `json:"from"`
	To   string `json:"to"`
	// FromName and ToName are what people call them, such as machine "web"; FromName is
	// who begins on a step from outside.
	FromName string `json:"from_name"`
	ToName   string `json:"to_name"`
	// Kind is the kind of step, as the table of numbers has it.
	Kind string `json:"kind"`
	// Label says it in plain words.
	Label string `json:"label"`
	// Probability is the expected one; Low and High bound it.
	Probability float64 `json:"probability"`
	Low         float64 `json:"low"`
	High        float64 `json:"high"`
	// Evidence is what proves it.
	Evidence []StepEvidence `json:"evidence,omitempty"`
	// Fixes are the changes that would cut this step.
	Fixes []FixKey `json:"fixes,omitempty"`
}

// StepEvidence is one proof of a step: an attribute of a resource, or a text.
type StepEvidence struct {
	// Resource is its id.
	Resource string `json:"resource"`
	// Path is the attribute, such as ingress[2].cidrs; empty for the whole resource.
	Path string `json:"path,omitempty"`
	// Text is the value or statement in words.
	Text string `json:"text,omitempty"`
}
