package picture

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// store is something that keeps data, or that anyone may use.
type store struct {
	ref estate.Ref
	// kind is that of its data_store facet; empty for what keeps no data.
	kind          string
	public        *estate.Public
	passwordLogin estate.Tri
	// open is whether it lets in everyone who reaches it.
	open bool
	// key is the customer's key without which its content cannot be read; empty when the
	// provider's own is used.
	key string
	// group are those that it is read with; nil when it is asked about alone.
	group *group
	// personal is whether its policy, or that of its key, may look at who somebody is
	// beyond the policies held.
	personal bool
}

// readStores reads what data there is, whose it is and whether it is public, by id.
func (a *artist) readStores(inventory Inventory, scopes map[estate.Scope]bool) ([]*store, error) {
	var stores []*store
	reader := a.options.Overlay.NewReader()
	for scope := range scopes {
		err := inventory.Each(scope, func(line []byte) error {
			s, err := a.readStore(reader, line)
			if s != nil {
				stores = append(stores, s)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(stores, func(x, y *store) int { return cmp.Compare(x.ref.ID, y.ref.ID) })
	return stores, nil
}

// readStore returns nil for a resource that keeps no data and that nobody may use
// uninvited.
func (a *artist) readStore(reader *enrich.Reader, line []byte) (*store, error) {
	var r struct {
		estate.Ref
		Facets struct {
			Store      *facet.DataStore  `json:"data_store"`
			Encryption *facet.Encryption `json:"encryption"`
		} `json:"facets"`
		Config json.RawMessage `json:"config"`
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	s := &store{ref: r.Ref, passwordLogin: estate.No}
	if f := r.Facets.Store; f != nil {
		s.kind, s.passwordLogin, s.open = f.Kind, f.PasswordLogin, f.Kind == "cache"
	}
	if r.Type == parameter && encrypted(r.Config) {
		s.kind = "secret"
	}
	if e := r.Facets.Encryption; e != nil && e.CustomerKey == estate.Yes {
		s.key = e.KeyID
	}
	context, err := reader.Context(line)
	if err != nil {
		return nil, err
	}
	if context != nil {
		s.public = context.Public
	}
	if s.kind == "" && (s.public == nil || s.public.Read == estate.No && s.public.Write == estate.No) {
		return nil, nil
	}
	if a.business[s.ref.ID], err = reader.Business(line); err != nil {
		return nil, err
	}
	a.refs[s.ref.ID] = s.ref
	return s, nil
}

// encrypted tells whether a parameter is one that is meant to be secret.
func encrypted(config []byte) bool {
	return fastjson.GetString(config, "kind") == "SecureString"
}

func (a *artist) storeOf(id string) *store {
	at, found := slices.BinarySearchFunc(a.stores, id, func(s *store, id string) int { return cmp.Compare(s.ref.ID, id) })
	if !found {
		return nil
	}
	return a.stores[at]
}

// enterByData makes every store a target, and those that anyone may use entries.
func (a *artist) enterByData() {
	for _, s := range a.stores {
		if s.kind != "" || a.gathered.workloads[s.ref.ID] == nil {
			a.target(s)
		}
		a.deputies(s)
		if s.public == nil {
			continue
		}
		open := s.public.Read.Or(s.public.Write)
		if open == estate.No {
			continue
		}
		kind := "anonymous-access"
		if open == estate.Maybe {
			kind = "anonymous-access-unknown"
		}
		evidence := []estate.StepEvidence{}
		for _, because := range s.public.Because {
			evidence = append(evidence, estate.StepEvidence{Resource: s.ref.ID, Text: because})
		}
		to := s.ref.ID
		if a.gathered.workloads[to] != nil {
			to = reached(to)
			a.step(attack.Step{From: to, To: s.ref.ID, Kind: "exploit-unknown", Label: "the code of " + a.name(s.ref.ID) + " takes input from everyone"})
			a.control(s.ref.ID)
		}
		entry, who := a.anyone(s)
		a.step(attack.Step{
			From: attack.Entry(entry), To: to, Kind: kind, Label: who + " may use " + a.name(s.ref.ID),
			Evidence: evidence, Fixes: a.fixes(closePublic, s.ref.ID),
		})
	}
}

func (a *artist) target(s *store) {
	b := a.business[s.ref.ID]
	class := b.DataClass
	if class == "" {
		class = "unclassified"
	}
	a.steps.Target(attack.Target{Node: s.ref.ID, Class: class + "-data", Impact: risk.Impact{
		Data: b.DataClass, DataGuessed: b.Guessed("data_class"), Privilege: "none", Environment: b.Environment, Criticality: b.Criticality,
	}})
}
