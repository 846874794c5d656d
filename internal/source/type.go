package source

import (
	"context"
	"reflect"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// Locality says in how many places of an account a type lives.
type Locality string

// The localities.
const (
	Regional Locality = "regional" // read once in every enabled region
	Global   Locality = "global"   // read once for an account
)

// Call is one kind of request that a type makes.
type Call struct {
	// Op is the operation as the SDK names it, such as GetBucketLogging.
	Op string
	// Permission allows it, such as s3:GetBucketLogging.
	Permission string
	// Fills are the config paths that are unknown when the call is refused. It is
	// empty for a call without which the resources cannot be listed at all.
	Fills []string
}

// Session is what the collectors of one cloud work with: one account in one region.
type Session interface {
	// Explain turns an error of the cloud's SDK into what Stance makes of it.
	Explain(error) Problem
	// Identity returns the cloud, the account and the region of the session.
	Identity() (cloud estate.Cloud, account, region string)
}

// Problem is an error of a cloud in Stance's words.
type Problem struct {
	// Code classes it; estate.CodeInternal when nothing fits.
	Code estate.Code
	// Op is the operation that failed; empty when it is not known.
	Op string
	// Name is the provider's own error code; empty when it gave none.
	Name string
	// Detail is one line from the provider, without secrets.
	Detail string
}

// OneLine returns text as one line of at most some 200 bytes, as a Problem's detail is.
func OneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	return text
}

// Type describes a resource type: S is the cloud's session, C the struct that holds
// the settings that decide something. A Type is a constant description; it holds no
// state and may be used concurrently.
type Type[S Session, C any] struct {
	// Name is the type as Terraform names it.
	Name string
	// Service is the provider's service, as in --services.
	Service string
	// Locality says where it lives.
	Locality Locality
	// Always is true when the type is read in every region in every scan, because
	// it exists in each or tells whether the region is used.
	Always bool
	// OnRequest names the option with which a scan reads the type, because it takes many
	// calls and most scans have no use for it. It is empty for what every scan reads.
	OnRequest string
	// TagsUntold is true when its resources have tags that none of the calls tells: they
	// are then not known, for want of asking, and never absent.
	TagsUntold bool
	// Calls are all requests it may make, the listing ones first.
	Calls []Call
	// Refresh are the audit-trail events after which a resource is read again.
	Refresh []string
	// Gone are the provider's error codes that mean the resource itself was deleted
	// after it was listed, such as NoSuchBucket. It is then left out. Any other "not
	// found" on a secondary read leaves the attribute unknown: a setting that may be
	// absent is the collector's to recognise.
	Gone []string
	// List finds the resources and hands each to found, which may block. It returns
	// an error when it is not sure to have found all.
	List func(ctx context.Context, s S, found func(*Draft[C])) error
	// Find hands to found those of the resources that the names mean, each as List would,
	// with no other calls than the type declares, and returns the names that it sought:
	// last parts of ids, or names, of which it found all there are. When it can seek
	// none of them, all is listed instead. Resources beyond the named ones do no harm. It
	// is nil where it would save nothing over List.
	Find func(ctx context.Context, s S, names Names, found func(*Draft[C])) (sought []string, err error)
	// Detail reads what the list did not say, through Draft.Try. It may be nil.
	Detail func(ctx context.Context, s S, d *Draft[C]) error
	// Facets offers the neutral views, after Detail. It may be nil.
	Facets func(d *Draft[C])
}

// Info is the part of a Type that does not depend on its Go types.
type Info struct {
	Name     string
	Service  string
	Locality Locality
	Always   bool
	// OnRequest is as in Type.
	OnRequest string
	Calls     []Call
	Refresh   []string
	// Facets is whether the type offers any.
	Facets bool
	// Finds is whether named resources are read without listing all.
	Finds bool
}

// Kind is a Type without its config struct, so that types can stand in one list.
type Kind[S Session] interface {
	// Info returns the description.
	Info() Info
	// AddTo adds the shape of the config to the set.
	AddTo(set *schema.Set) error
	// Collect reads all resources of the session's scope and emits each once, in no
	// order, from several goroutines. An error means that the scope is not complete
	// and that nothing emitted may be believed.
	Collect(ctx context.Context, s S, emit func(*estate.Resource) error) error
	// Reread reads the named resources of the session's scope and emits each once, as
	// Collect would. An error means that nothing emitted may be believed.
	Reread(ctx context.Context, s S, names Names, emit func(*estate.Resource) error) (Found, error)
}

// Info returns the description.
func (t Type[S, C]) Info() Info {
	return Info{Name: t.Name, Service: t.Service, Locality: t.Locality, Always: t.Always, OnRequest: t.OnRequest, Calls: t.Calls, Refresh: t.Refresh, Facets: t.Facets != nil, Finds: t.Find != nil}
}

// AddTo adds the shape of C to the set.
func (t Type[S, C]) AddTo(set *schema.Set) error {
	return set.AddConfig(t.Name, reflect.TypeFor[C]())
}
