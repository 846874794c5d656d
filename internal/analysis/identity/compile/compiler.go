package compile

import (
	"encoding/json"
	"sync"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Compiler turns policies into their compiled form and keeps what is equal once. Its
// memory follows the different documents that it saw.
type Compiler struct {
	table   *reference.Table
	matcher *reference.Matcher // nil without a table

	lock       sync.Mutex
	seen       map[*policydoc.Document]*document
	documents  map[string]*document
	tests      map[string]*test
	actionSets map[string]reference.Set
	multi      map[string]bool
	numbers    map[string]int32 // of patterns
	all        []*pattern       // by number
}

// New returns a compiler. The table may be nil, to go without reference data.
func New(table *reference.Table) *Compiler {
	c := &Compiler{
		table: table, seen: map[*policydoc.Document]*document{}, documents: map[string]*document{}, tests: map[string]*test{},
		actionSets: map[string]reference.Set{}, multi: map[string]bool{}, numbers: map[string]int32{},
	}
	if table != nil {
		c.matcher = reference.NewMatcher(table)
	}
	return c
}

// reference returns the table in the form that package decide takes.
func (c *Compiler) reference() decide.Reference {
	if c.table == nil {
		return nil
	}
	return c.table
}

func (c *Compiler) multiValued(key string) bool {
	multi, known := c.multi[key]
	if !known {
		multi = decide.MultiValued(c.reference(), key)
		c.multi[key] = multi
	}
	return multi
}

// document returns the compiled form of a policy; nil for nil. A document must not
// change once it was seen.
func (c *Compiler) document(doc *policydoc.Document) *document {
	if doc == nil {
		return nil
	}
	if made := c.seen[doc]; made != nil {
		return made
	}
	key := canonical(doc)
	made := c.documents[key]
	if made == nil {
		made = c.compile(doc)
		c.documents[key] = made
	}
	c.seen[doc] = made
	return made
}

// compiled returns the form of a document that was compiled before; nil for others.
func (c *Compiler) compiled(doc *policydoc.Document) *document {
	if doc == nil {
		return nil
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.seen[doc]
}

// canonical is a text that is the same for documents that say the same in the same
// order. Names of the document and of its statements say nothing.
func canonical(doc *policydoc.Document) string {
	plain := policydoc.Document{Statements: make([]policydoc.Statement, len(doc.Statements))}
	if doc.Variables() {
		plain.Version = doc.Version
	}
	for i := range doc.Statements {
		plain.Statements[i] = doc.Statements[i]
		plain.Statements[i].SID = ""
		if doc.Statements[i].Principals != nil && len(doc.Statements[i].Principals) == 0 {
			// JSON leaves an empty list out, and a statement for nobody is not one without
			// a Principal element.
			plain.Statements[i].Principals = []policydoc.Principal{{Kind: "nobody"}}
		}
	}
	data, err := json.Marshal(plain)
	if err != nil {
		panic(err) // texts and lists always have a JSON form
	}
	return string(data)
}

func (c *Compiler) sources(list []decide.Source) []*document {
	made := make([]*document, 0, len(list))
	for i := range list {
		made = append(made, c.document(list[i].Doc))
	}
	return made
}

func (c *Compiler) levels(list [][]decide.Source) [][]*document {
	made := make([][]*document, 0, len(list))
	for _, level := range list {
		made = append(made, c.sources(level))
	}
	return made
}
