package picture

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/issue"
	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/estate"
)

// Gatherer takes in an inventory, resource by resource, and keeps what paths are made
// of. Its memory follows identities, networks, workloads and data stores. It is not
// safe for concurrent use.
type Gatherer struct {
	access    *access.Builder
	network   *reach.Builder
	tasks     tasks
	parser    fastjson.Parser
	workloads map[string]*workload
	profiles  map[string][]string // roles, by instance profile
	stores    map[estate.Scope]bool
	index     *issue.Index
	roots     map[string]root
	// managed tells the hosts that Systems Manager knows, and whether it reaches them;
	// unmanaged the accounts for which that was not read.
	managed   map[string]bool
	unmanaged map[string]bool
	// unread are the accounts of which a part of the network was not read.
	unread map[string]bool
	// lostRoles says why the roles of an account were not read, and what would answer.
	lostRoles map[string]string
	// ssoAdmins are member accounts that administer IAM Identity Center.
	ssoAdmins []string
}

// workload is something that runs code.
type workload struct {
	ref estate.Ref
	// runsAs are the ARNs of the roles or instance profiles whose rights its code has.
	runsAs []string
	// hands is whether a tricked server hands its credentials out: metadata without
	// session tokens.
	hands estate.Tri
	// header is the part of its line that says whose it is.
	header []byte
}

// NewGatherer returns an empty gatherer.
func NewGatherer() *Gatherer {
	return &Gatherer{
		access: access.NewBuilder(), network: reach.NewBuilder(), tasks: newTasks(),
		workloads: map[string]*workload{}, profiles: map[string][]string{}, stores: map[estate.Scope]bool{}, index: issue.NewIndex(), roots: map[string]root{}, managed: map[string]bool{}, unmanaged: map[string]bool{}, unread: map[string]bool{}, lostRoles: map[string]string{},
	}
}

// Observe takes in one resource as its JSON line. The line may be reused after.
func (g *Gatherer) Observe(scope estate.Scope, line []byte) error {
	if scope.Cloud != estate.AWS {
		return nil
	}
	if err := g.access.Add(scope.Type, line); err != nil {
		return err
	}
	if err := g.network.Add(line); err != nil {
		return err
	}
	if made(line) {
		var r estate.Resource
		if err := json.Unmarshal(line, &r); err != nil {
			return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
		}
		g.index.Observe(&r, nil, estate.Maybe)
	}
	switch scope.Type {
	case "aws_account":
		return take(line, g.account)
	case "aws_organizations_delegated_administrator":
		return take(line, g.delegated)
	case "aws_ssm_managed_instance":
		return take(line, g.managedHost)
	}
	if scope.Type == parameter || bytes.Contains(line, []byte(`"data_store":`)) || scope.Type != "aws_iam_role" && bytes.Contains(line, []byte(`"access_policy":`)) {
		g.stores[scope] = true
	}
	if scope.Type == instanceProfile || scope.Type == taskService || bytes.Contains(line, []byte(`"runs-as"`)) {
		return g.workload(line)
	}
	return nil
}

// root is how the root user of an account signs in.
type root struct {
	password, mfa, keys estate.Tri
}

func (g *Gatherer) account(r *struct {
	Account string `json:"account"`
	Config  struct {
		Root struct {
			Password bool `json:"password"`
			MFA      bool `json:"mfa"`
			Keys     bool `json:"access_keys"`
		} `json:"root"`
	} `json:"config"`
	Unknown []estate.Unknown `json:"unknown"`
}) {
	known := root{estate.TriOf(r.Config.Root.Password), estate.TriOf(r.Config.Root.MFA), estate.TriOf(r.Config.Root.Keys)}
	for _, u := range r.Unknown {
		switch u.Path {
		case "root.password":
			known.password = estate.Maybe
		case "root.mfa":
			known.mfa = estate.Maybe
		case "root.access_keys":
			known.keys = estate.Maybe
		}
	}
	g.roots[r.Account] = known
}

func (g *Gatherer) delegated(r *struct {
	Config struct {
		Account  string   `json:"account_id"`
		Services []string `json:"services"`
	} `json:"config"`
}) {
	if slices.Contains(r.Config.Services, "sso.amazonaws.com") {
		g.ssoAdmins = append(g.ssoAdmins, r.Config.Account)
	}
}

func (g *Gatherer) managedHost(r *struct {
	Account string `json:"account"`
	Config  struct {
		Instance string `json:"instance"`
		Ping     string `json:"ping"`
	} `json:"config"`
}) {
	g.managed[r.Account+"/"+r.Config.Instance] = r.Config.Ping == "Online"
}

// Lost takes in a line of the ledger.
func (g *Gatherer) Lost(c estate.Coverage) {
	g.access.Lost(c)
	g.network.Lost(c)
	if !c.Complete() && (c.Type == "aws_iam_role" || c.Type == "*") {
		g.lostRoles[c.Account] = strings.TrimSpace(string(c.Reason) + " " + strings.Join(c.Permissions, " "))
	}
	if !c.Complete() && (c.Type == "aws_ssm_managed_instance" || c.Type == "*") {
		g.unmanaged[c.Account] = true
	}
	if !c.Complete() && c.Reason != estate.NotEnabled && slices.Contains(networkTypes, c.Type) {
		g.unread[c.Account] = true
	}
}

// parameter is a type of store of which only the encrypted ones are meant to be secret.
const parameter = "aws_ssm_parameter"

const instanceProfile = "aws_iam_instance_profile"

func (g *Gatherer) workload(line []byte) error {
	v, err := g.parser.ParseBytes(line)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	ref := refOf(v)
	if ref.Type == instanceProfile {
		g.profiles[ref.ID] = targets(v, estate.Contains)
		return nil
	}
	w := &workload{ref: ref, runsAs: targets(v, estate.RunsAs), hands: estate.No, header: header(ref, v)}
	switch ref.Type {
	case "aws_instance":
		w.hands = handsOut(v)
	case taskDefinition:
		g.tasks.defined(ref.ID, w.runsAs)
	case taskService:
		for _, id := range targets(v, estate.RunsImage) {
			g.tasks.served(id, w)
		}
	}
	g.workloads[ref.ID] = w
	return nil
}
