package estate

// Severity is how bad a failing check is on its own, before any context.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Rank orders severities: 0 is critical, 4 is info, 5 is none of them.
func (s Severity) Rank() int {
	for i, known := range []Severity{Critical, High, Medium, Low, Info} {
		if s == known {
			return i
		}
	}
	return 5
}

// Check is what people read of a check: everything but its expressions.
type Check struct {
	// ID is the path of the file below checks/, with dashes: aws-s3-bucket-logging.
	ID string `json:"id"`
	// Title states the good condition.
	Title    string   `json:"title"`
	Severity Severity `json:"severity"`
	// Type is the resource type it judges; empty when it judges a facet.
	Type string `json:"type,omitempty"`
	// Facet is the facet it judges on every cloud; empty when it judges a type.
	Facet string `json:"facet,omitempty"`
	// Why says in a sentence or two what an attacker gains.
	Why string `json:"why"`
	// Limits says what the check cannot see; empty when nothing is known.
	Limits string `json:"limits,omitempty"`
	Fix    Fix    `json:"fix"`
	// Prevent names guardrails that keep it from coming back.
	Prevent []string `json:"prevent,omitempty"`
	// References are addresses of the provider's own documentation.
	References []string `json:"references,omitempty"`
	// Aliases are earlier ids; they stay taken for ever.
	Aliases []string `json:"aliases,omitempty"`
	// Supersedes are checks for whose failures one of this check stands, where both are of
	// the same resource: reports that people read show them as one.
	Supersedes []string `json:"supersedes,omitempty"`
	// Categories sort checks for people: encryption, logging, public-access ...
	Categories []string `json:"categories,omitempty"`
	// Needs are the cloud permissions that answer the check; sorted.
	Needs []string `json:"needs,omitempty"`
}

// Fix says how a failing check is cleared.
type Fix struct {
	// Text is what to do, in a sentence.
	Text string `json:"text"`
	// Action names the remediation that Stance will offer; empty when there is none.
	Action string `json:"action,omitempty"`
	// ControlPoint lists where the change can be made, best first: organization,
	// account, template, shared-policy, resource.
	ControlPoint []string `json:"control_point,omitempty"`
	// CLI is a command that makes the change.
	CLI string `json:"cli,omitempty"`
	// Terraform is what to write in code.
	Terraform string `json:"terraform,omitempty"`
}
