package route

import (
	"strings"
	"unicode/utf8"
)

// Kind is the sort of a thing, for its sign in a picture.
type Kind string

// The kinds of things.
const (
	Outside  Kind = "outside"  // where an attacker begins
	Machine  Kind = "machine"  // virtual machines, containers
	Code     Kind = "code"     // functions, builds
	Identity Kind = "identity" // users, roles, groups, policies
	Account  Kind = "account"  // accounts, subscriptions, projects
	Database Kind = "database" // tables, clusters, warehouses
	Storage  Kind = "storage"  // buckets, file systems
	Media    Kind = "media"    // disks, snapshots, images
	Message  Kind = "message"  // queues, topics, streams
	Secret   Kind = "secret"   // secrets, keys
	Network  Kind = "network"  // firewalls, load balancers, gateways
	Other    Kind = "other"
)

// Thing is one node of a picture.
type Thing struct {
	Kind Kind
	// Word is what sort of thing it is, such as bucket; empty when the id does not tell.
	Word string
	// Name is what people call it, at most a line.
	Name string
	// Reached is set when an attacker can send to it but does not hold it yet: the next
	// step of the way takes it.
	Reached bool
}

// String is the word and the name.
func (t Thing) String() string { return strings.TrimSpace(t.Word + " " + t.Name) }

// ThingOf reads what an id tells: an ARN, an Azure resource id, a full Google Cloud name,
// or anything else, of which the last part is the name.
func ThingOf(id string) Thing {
	t := Thing{Kind: Other, Name: short(lastPart(id))}
	if parts := strings.SplitN(id, ":", arnParts); len(parts) == arnParts && parts[0] == "arn" {
		t.Kind, t.Word = arnKind(parts[2], parts[5])
		if t.Kind == Account {
			t.Name = short(parts[4])
		}
		return t
	}
	if collection := lastCollection(id); collection != "" {
		t.Kind, t.Word = kindOf(collection)
	}
	return t
}

// arnParts is how many parts an ARN has: arn, partition, service, region, account, resource.
const arnParts = 6

func lastPart(id string) string {
	id = strings.TrimRight(id, "/:")
	return id[strings.LastIndexAny(id, "/:")+1:]
}

// lastCollection is the part before the name in a path such as
// .../providers/Microsoft.Storage/storageAccounts/name.
func lastCollection(id string) string {
	parts := strings.Split(strings.TrimRight(id, "/"), "/")
	if len(parts) < 3 {
		return ""
	}
	return strings.ToLower(parts[len(parts)-2])
}

// maxName is how many characters of a name are shown.
const maxName = 48

// short cuts the middle out of a long name: its end often tells more than its middle.
func short(s string) string {
	if utf8.RuneCountInString(s) <= maxName {
		return s
	}
	runes := []rune(s)
	const tail = maxName / 3
	return string(runes[:maxName-tail-1]) + "…" + string(runes[len(runes)-tail:])
}
