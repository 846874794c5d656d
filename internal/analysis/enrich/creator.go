package enrich

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
)

const creationType = `"type":"aws_cloudtrail_creation"`

// The bounds of what is kept of creations: some 60 MB at most.
const (
	maxCreations = 1 << 18
	maxText      = 2048 // bytes
)

// manyMade is from how many resources on a role or user that is no person's own is taken
// for a pipeline, which many people have work for them.
const manyMade = 20

// recreated is how much younger than its creation a resource may say to be. Databases count
// from when they are ready; what is younger still was made again, by nobody knows whom.
const recreated = 24 * time.Hour

// creators is who created what, as the audit trail tells.
type creators struct {
	of     map[string]made // by the id of the resource
	actors []actor
	index  map[actor]int32
	made   []int // by each actor
	calls  map[string]string
}

// made is the newest creation of a resource.
type made struct {
	by   int32 // in actors
	at   int64 // in seconds
	call string
}

// actor is who creates resources in an account.
type actor struct {
	account string
	// name is what people call it.
	name string
	// person is whether it certainly is one of a person's own.
	person bool
	// root is whether it is the account's root user.
	root bool
}

func newCreators() creators {
	return creators{of: map[string]made{}, index: map[actor]int32{}, calls: map[string]string{}}
}

// observe notes one creation. One that names no resource or no creator tells nothing, and
// what AWS services create is nobody's.
func (c *creators) observe(line []byte) error {
	var r struct {
		Account string    `json:"account"`
		Created time.Time `json:"created"`
		Config  struct {
			Resource  string `json:"resource"`
			Kind      string `json:"kind"`
			Principal string `json:"principal"`
			Session   string `json:"session"`
			Event     string `json:"event"`
		} `json:"config"`
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	who, ok := actorOf(r.Account, r.Config.Kind, r.Config.Principal, r.Config.Session)
	if id := r.Config.Resource; ok && id != "" && len(id)+len(who.name)+len(r.Config.Event) <= maxText {
		c.note(id, who, r.Created.Unix(), r.Config.Event)
	}
	return nil
}

func (c *creators) note(id string, who actor, at int64, call string) {
	known, again := c.of[id]
	if !again && len(c.of) >= maxCreations || again && (known.at > at || known.at == at && c.actors[known.by].name <= who.name) {
		return
	}
	if again {
		c.made[known.by]--
	}
	by, ok := c.index[who]
	if !ok {
		by = int32(len(c.actors)) // at most maxCreations
		c.index[who], c.actors, c.made = by, append(c.actors, who), append(c.made, 0)
	}
	if _, ok := c.calls[call]; !ok {
		c.calls[call] = call
	}
	c.of[id] = made{by: by, at: at, call: c.calls[call]}
	c.made[by]++
}

// ssoRoles begins the paths of the roles that people take through IAM Identity Center, which
// names sessions after them ("Referencing permission sets", IAM Identity Center User Guide).
const ssoRoles = ":role/aws-reserved/sso.amazonaws.com/"

// actorOf returns who acted: of a role that people take the person, as far as the session
// names one.
func actorOf(account, kind, principal, session string) (actor, bool) {
	a := actor{account: account, name: principal[strings.LastIndex(principal, "/")+1:]}
	switch kind {
	case "root":
		a.name, a.root = account, true
	case "user", "federated":
		a.person = kind == "federated" || strings.Contains(a.name, "@")
	case "role":
		if session != "" && (strings.Contains(session, "@") || strings.Contains(principal, ssoRoles)) {
			a.name, a.person = session, true
			break
		}
		a.name = "role " + a.name
	default:
		return actor{}, false
	}
	return a, principal != ""
}

// creatorOf returns the newest known creation of a resource and who did it, unless the
// resource is of another account or was made again since.
func (o *Overlay) creatorOf(v *fastjson.Value) *creator {
	m, ok := o.creators.of[text(v, "id")]
	if !ok {
		return nil
	}
	who := o.creators.actors[m.by]
	at := time.Unix(m.at, 0).UTC()
	if born, err := time.Parse(time.RFC3339Nano, text(v, "created")); who.account != text(v, "account") || err == nil && born.Sub(at) > recreated {
		return nil
	}
	c := &creator{name: who.name, call: m.call, at: at, confidence: byTrail}
	if who.root || !who.person && o.creators.made[m.by] >= manyMade {
		c.confidence = byPipeline
	}
	c.root = who.root
	return c
}

// creator is who created a resource, and how.
type creator struct {
	name       string
	root       bool
	call       string
	at         time.Time
	confidence float64
}

// value is whom to ask, given what the account is called.
func (c *creator) value(account string) string {
	if c.root {
		return "the root user of account " + account
	}
	return c.name
}

// source says where it was found.
func (c *creator) source() string {
	return "the audit trail, " + c.call + " on " + c.at.Format(time.DateOnly)
}
