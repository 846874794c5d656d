package escalate

// Yield is what a way gives to who takes it.
type Yield string

// The yields.
const (
	// CodeAs is running code with the credentials of a role.
	CodeAs Yield = "code-as"
	// Credential is acting as the user or role.
	Credential Yield = "credential"
	// PolicyWrite is deciding what the target may do, up to its boundary and the
	// policies of the organisation. The target is a user, a role, a group (its members)
	// or a policy (whoever holds it); Edge.Self tells that it includes the one who writes.
	PolicyWrite Yield = "policy-write"
	// Unbind is taking away what holds the target back: its boundary, or a deny.
	Unbind Yield = "unbind"
	// Join is becoming a member of a group.
	Join Yield = "join"
	// Deputy is having a service use a role in the few ways that the rule's limits name:
	// less than the role may do.
	Deputy Yield = "deputy"
	// Session is a shell, or commands, on a host. What the host may do is a matter of
	// the host.
	Session Yield = "session"
)

// Target is what a way leads to.
type Target string

// The targets. Workload is an existing workload of the rule's type; SSORole is a role
// that IAM Identity Center keeps, in any account.
const (
	ToUser     Target = "user"
	ToRole     Target = "role"
	ToGroup    Target = "group"
	ToPolicy   Target = "policy"
	ToWorkload Target = "workload"
	ToSSORole  Target = "sso-role"
)

// Rule is one way, as its file says.
type Rule struct {
	// ID is the path below the root with dashes, such as aws-lambda-create-function.
	ID string
	// Title says what the way is; Why what is won by it.
	Title, Why string
	// From is the kind of principal that can take the way; empty for any.
	From Kind
	// To is what the way leads to.
	To Target
	// When are facts that must hold of the target.
	When []Condition
	// Passes are the services one of which must be given the target role; nil when the
	// way passes none.
	Passes *Pass
	// Existing is the type of workload that must exist; empty when none is needed.
	Existing string
	// Needs must all be met.
	Needs []Need
	// Yields is what is won.
	Yields Yield
	// Guards say what closes the way beside taking its permissions, in words.
	Guards []string
	// Limits say what the rule cannot see.
	Limits string
	// References are ids under which others list the way, such as pathfinding:lambda-001.
	References []string
}

// Pass is handing a role to a service with iam:PassRole.
type Pass struct {
	// To are the services, any of which will do; the role must trust it.
	To []string
	// Trust is the action that the role's trust policy must allow to the service.
	Trust string
}

// Condition is a fact of the target with the value it must have.
type Condition struct {
	Fact Fact
	Is   bool
}

// On is what an action of a need acts on.
type On string

// The objects of needs.
const (
	// OnTarget is the target.
	OnTarget On = "target"
	// OnExisting is the workload that exists.
	OnExisting On = "existing"
	// OnNew is anything of the action's resource types that the principal may choose.
	OnNew On = "new"
)

// Need is an action that must be allowed or, when Any is not empty, a choice: the needs
// of one of its entries must all be met.
type Need struct {
	Action string
	On     On
	// Context are condition keys that the call carries, with their values.
	Context map[string]string
	// Trusted asks as if the trust policy of the target named the principal.
	Trusted bool
	Any     [][]Need
}

// aboutTarget reports whether the answer hangs on the target.
func (n *Need) aboutTarget(r *Rule) bool {
	for _, all := range n.Any {
		for i := range all {
			if all[i].aboutTarget(r) {
				return true
			}
		}
	}
	return n.On == OnTarget || n.On == OnExisting && r.Passes == nil
}

// Actions returns every action that the rule names, each once for each place.
func (r *Rule) Actions() []string {
	var list []string
	if r.Passes != nil {
		list = append(list, passRole)
	}
	return append(list, actionsOf(r.Needs)...)
}

func actionsOf(needs []Need) []string {
	var list []string
	for i := range needs {
		if needs[i].Action != "" {
			list = append(list, needs[i].Action)
		}
		for _, all := range needs[i].Any {
			list = append(list, actionsOf(all)...)
		}
	}
	return list
}
