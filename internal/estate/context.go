package estate

// Context is what a resource means to its owners: taken from the user's mapping
// file and from analysis, never from one setting of the resource.
type Context struct {
	// Environment such as production, staging or sandbox; empty when nothing says.
	Environment string `json:"environment,omitempty"`
	// Owner is the team or person to ask; empty when nothing says.
	Owner string `json:"owner,omitempty"`
	// Criticality is critical, high, medium or low; empty when nothing says.
	Criticality string `json:"criticality,omitempty"`
	// DataClass is public, internal, confidential or restricted; empty when nothing says.
	DataClass string `json:"data_class,omitempty"`
	// Public says whether anyone on the internet may use the resource, computed
	// from every layer; absent when the type has no such question.
	Public *Public `json:"public,omitempty"`
	// Undecided says why an attribute is not known, by its JSON name: the mapping asks for
	// tags that were not read. Such an attribute is empty here.
	Undecided map[string]Unknown `json:"-"`
}

// Public is the computed answer to "can anyone use this?".
type Public struct {
	// Read is whether anyone may read content or settings.
	Read Tri `json:"read"`
	// Write is whether anyone may change or delete content or settings.
	Write Tri `json:"write"`
	// Because lists the layers that decided, in the order they were weighed.
	Because []string `json:"because,omitempty"`
}
