package query

// Query is a question that was read. It never changes and may be shared.
type Query struct {
	text  string
	nodes []nodePattern
	hops  []hopPattern // between each node and the next
	where []condition  // all of them hold
	limit int
}

// The bounds of a query.
const (
	maxNodes     = 8
	maxTerms     = 64
	maxDepth     = 32
	defaultHops  = 8
	maxHops      = 20
	defaultLimit = 100
	maxLimit     = 10000
)

// Text returns the query as it was written.
func (q *Query) Text() string { return q.text }

// Nodes returns how many nodes each path of the answer names: one for a list of
// resources.
func (q *Query) Nodes() int { return len(q.nodes) }

// nodePattern says which resources may stand at a place of a path.
type nodePattern struct {
	any     bool
	words   []word
	literal []string // names or ids, * for any text
	alias   string
}

// hopPattern says how one place leads to the next.
type hopPattern struct {
	kinds     []string // * for any text; nil for the steps of attackers
	backwards bool
	min, max  int // the fewest hops between the two
}

// condition is a tree; which fields count depends on op.
type condition struct {
	op     conditionOp
	parts  []condition // of and, or, not
	left   field
	right  []operand // one, but for in
	places placeSet
}

type conditionOp int

const (
	opAnd conditionOp = iota
	opOr
	opNot
	opEqual
	opIn
	opLike
)

// field is an attribute of the node at a place.
type field struct {
	place int
	name  string // as in fieldNames, or tag: and the key
}

// operand is a field, or a value when isField is false.
type operand struct {
	isField bool
	field   field
	value   string
}

// placeSet is a set of places as bits.
type placeSet uint16

func (s placeSet) only(place int) bool { return s == 1<<place }

// last returns the highest place; -1 for none.
func (s placeSet) last() int {
	last := -1
	for i := range maxNodes {
		if s&(1<<i) != 0 {
			last = i
		}
	}
	return last
}

// fieldNames are the attributes that conditions may ask for, beside tag["key"].
var fieldNames = []string{
	"name", "id", "type", "account", "region", "cloud",
	"environment", "owner", "criticality", "data.class", "data.kind",
	"public", "shared", "admin", "keys", "inbound", "outbound",
}

const tagPrefix = "tag:"
