package estate

// Business is what a resource means to its owners, with guesses where nobody said:
// what attack paths and issues are weighed and routed by. Checks use Context, which
// holds no guesses.
type Business struct {
	// Environment such as production, staging or sandbox; empty when nothing tells.
	Environment string `json:"environment,omitempty"`
	// Owner is whom to ask; empty when nothing tells.
	Owner string `json:"owner,omitempty"`
	// Criticality is critical, high, medium or low; empty when nothing tells.
	Criticality string `json:"criticality,omitempty"`
	// DataClass is public, internal, confidential or restricted; empty when nothing tells.
	DataClass string `json:"data_class,omitempty"`
	// Evidence says where the attributes come from; for the owner, all candidates, best
	// first.
	Evidence []BusinessEvidence `json:"evidence,omitempty"`
}

// BusinessEvidence is one reason to believe one attribute.
type BusinessEvidence struct {
	// Attribute is environment, owner, criticality or data_class.
	Attribute string `json:"attribute"`
	Value     string `json:"value"`
	// Source is where it was found: mapping, a tag, the name, the audit trail, the account
	// or a contact of it.
	Source string `json:"source"`
	// Confidence is from 0 to 1; 1 is what the user's mapping says.
	Confidence float64 `json:"confidence"`
	// Guess is whether nobody declared it to Stance.
	Guess bool `json:"guess"`
}

// Guessed reports whether an attribute that is set rests on a guess alone.
func (b *Business) Guessed(attribute string) bool {
	for _, e := range b.Evidence {
		if e.Attribute == attribute {
			return e.Guess
		}
	}
	return false
}
