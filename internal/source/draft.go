package source

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// Draft is a resource under construction. It belongs to one goroutine at a time.
type Draft[C any] struct {
	// ID is the provider's full identifier.
	ID string
	// Account is the account, subscription or project; the session's when empty.
	Account string
	// Name is what its owner calls it; taken from the id when empty.
	Name string
	// Region is where it lives; when empty the session's region, or "global" for a
	// global type.
	Region string
	// Tags are the owner's labels.
	Tags map[string]string
	// Created is when it was made; the zero time when the cloud does not say.
	Created time.Time
	// Config holds its settings.
	Config C

	resource    estate.Resource
	facets      map[string]json.RawMessage
	err         error
	gone        bool
	ctx         context.Context
	explain     func(error) Problem
	permissions map[string]string
	goneCodes   []string
}

// Try runs a read that fills the config at path. When the read fails, path and the
// further paths become unknown, with the reason and the permission that would have
// answered; when the resource itself is gone (Type.Gone) it is dropped. Try reports whether the
// read succeeded, so that a read that needs this one's answer can be left out.
func (d *Draft[C]) Try(path string, read func() error, further ...string) bool {
	err := read()
	if err == nil {
		return true
	}
	if d.ctx != nil && d.ctx.Err() != nil {
		return false // the scope is abandoned as a whole
	}
	for _, p := range append([]string{path}, further...) {
		d.Unknown(p, err)
	}
	return false
}

// Unknown marks the attribute at path as not readable because of err.
func (d *Draft[C]) Unknown(path string, err error) {
	p := d.explain(err)
	if p.Name != "" && slices.Contains(d.goneCodes, p.Name) {
		d.gone = true
		return
	}
	d.markUnknown(estate.Unknown{Path: path, Reason: ReasonOf(p.Code), Permission: d.permissions[p.Op], Detail: p.Detail})
}

// NotAsked marks the attribute at path as not known because no call asks for it, which
// it would take too many of.
func (d *Draft[C]) NotAsked(path string) {
	d.markUnknown(estate.Unknown{Path: path, Reason: estate.Uncollected})
}

func (d *Draft[C]) markUnknown(u estate.Unknown) {
	if u.Reason != estate.Denied {
		u.Permission = ""
	}
	d.resource.Unknown = append(d.resource.Unknown, u)
}

// Known reports whether nothing at, above or below path is unknown.
func (d *Draft[C]) Known(path string) bool {
	_, unknown := d.unknownAt(path)
	return !unknown
}

func (d *Draft[C]) unknownAt(path string) (estate.Unknown, bool) {
	for _, u := range d.resource.Unknown {
		if u.Path == path || within(u.Path, path) || within(path, u.Path) {
			return u, true
		}
	}
	return estate.Unknown{}, false
}

// within reports whether path lies below base.
func within(path, base string) bool {
	rest, ok := strings.CutPrefix(path, base)
	return ok && rest != "" && (rest[0] == '.' || rest[0] == '[')
}

// Tri returns value as a three-valued answer: Maybe when path is unknown.
func (d *Draft[C]) Tri(path string, value bool) estate.Tri {
	switch {
	case !d.Known(path):
		return estate.Maybe
	case value:
		return estate.Yes
	default:
		return estate.No
	}
}

// Relate adds an edge to another resource. An empty target adds nothing.
func (d *Draft[C]) Relate(kind estate.RelationKind, target string) {
	if target != "" {
		d.resource.Relations = append(d.resource.Relations, estate.Relation{Kind: kind, Target: target})
	}
}

// Offer adds a neutral view. When one of the config paths it was computed from is
// unknown, the whole facet is unknown for the same reason: leave out of the paths
// what the facet expresses with its own three-valued fields.
func (d *Draft[C]) Offer(f facet.Facet, from ...string) {
	for _, path := range from {
		if u, unknown := d.unknownAt(path); unknown {
			u.Path = "facets." + f.FacetName()
			d.markUnknown(u)
			return
		}
	}
	raw, err := json.Marshal(f)
	if err != nil {
		d.err = err
		return
	}
	if d.facets == nil {
		d.facets = map[string]json.RawMessage{}
	}
	d.facets[f.FacetName()] = raw
}

// Carry makes the path to unknown when the path from is, for the same reason. It is
// for a facet of which only a part was computed from what could not be read.
func (d *Draft[C]) Carry(from, to string) {
	if u, unknown := d.unknownAt(from); unknown {
		u.Path = to
		d.resource.Unknown = append(d.resource.Unknown, u)
	}
}

// build returns the finished resource.
func (d *Draft[C]) build() (*estate.Resource, error) {
	if d.err != nil {
		return nil, d.err
	}
	if d.ID == "" {
		return nil, estate.Errorf(estate.CodeInternal, "build resource", "no id")
	}
	config, err := json.Marshal(d.Config)
	if err != nil {
		return nil, err
	}
	r := d.resource
	r.ID, r.Name, r.Region, r.Tags, r.Config, r.Facets = d.ID, d.Name, d.Region, d.Tags, config, d.facets
	if r.Name == "" {
		r.Name = lastPart(d.ID)
	}
	if !d.Created.IsZero() {
		created := d.Created.UTC()
		r.Created = &created
	}
	r.Relations = sortRelations(r.Relations)
	slices.SortFunc(r.Unknown, func(a, b estate.Unknown) int { return strings.Compare(a.Path, b.Path) })
	r.Unknown = slices.CompactFunc(r.Unknown, func(a, b estate.Unknown) bool { return a.Path == b.Path })
	return &r, nil
}

func sortRelations(rs []estate.Relation) []estate.Relation {
	slices.SortFunc(rs, func(a, b estate.Relation) int {
		if c := strings.Compare(string(a.Kind), string(b.Kind)); c != 0 {
			return c
		}
		return strings.Compare(a.Target, b.Target)
	})
	return slices.Compact(rs)
}

func lastPart(id string) string {
	return id[strings.LastIndexAny(id, ":/")+1:]
}

// ReasonOf returns the reason for which something is unknown after an error of the
// given code.
func ReasonOf(code estate.Code) estate.Reason {
	switch code {
	case estate.CodeDenied, estate.CodeUnauthorized:
		return estate.Denied
	case estate.CodeThrottled:
		return estate.Throttled
	case estate.CodeNotEnabled:
		return estate.NotEnabled
	case estate.CodeUnsupported:
		return estate.Unsupported
	case estate.CodeInvalid, estate.CodeInternal:
		return estate.Malformed
	default:
		return estate.Unavailable
	}
}
