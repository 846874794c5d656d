package facet

import "reflect"

// Facet is a view that resource types of every cloud can offer.
type Facet interface {
	// FacetName is the name a check asks for, such as encryption.
	FacetName() string
}

// All lists one zero value of every facet, sorted by name.
func All() []Facet {
	return []Facet{AccessPolicy{}, Account{}, Backup{}, Compute{}, DataStore{}, Encryption{}, Exposure{}, Identity{}, Logging{}, NetworkRules{}, PublicGuard{}}
}

// Types returns the Go type of every facet by name.
func Types() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, f := range All() {
		types[f.FacetName()] = reflect.TypeOf(f)
	}
	return types
}

// FacetName returns "network_rules".
func (NetworkRules) FacetName() string { return "network_rules" }
