package facet

// Account is a container of resources as its organisation sees it: an AWS account,
// an Azure subscription, a Google Cloud project.
type Account struct {
	// ID is the account, subscription or project that resources name as theirs.
	ID string `json:"id"`
	// Name is the organisation's name for it.
	Name string `json:"name"`
	// Units are the ids and names of the organisational units, management groups or
	// folders it lies in, outermost first.
	Units []string `json:"units"`
}

// FacetName returns "account".
func (Account) FacetName() string { return "account" }
