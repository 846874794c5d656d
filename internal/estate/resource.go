package estate

import (
	"encoding/json"
	"time"
)

// Cloud names a provider: one of the constants below.
type Cloud string

// The clouds that Stance reads.
const (
	AWS   Cloud = "aws"
	Azure Cloud = "azure"
	GCP   Cloud = "gcp"
)

// Resource is one thing in a cloud, as it was when it was read.
//
// Everything in it that came from a cloud (names, tags, policies) is text an
// attacker may have chosen: escape it wherever it is shown.
type Resource struct {
	// ID is the provider's own full identifier: ARN, ARM id, full GCP name.
	ID string `json:"id"`
	// Type is the type as Terraform names it, such as aws_s3_bucket.
	Type string `json:"type"`
	// Cloud is the provider the resource lives in.
	Cloud Cloud `json:"cloud"`
	// Account is the AWS account, Azure subscription or Google Cloud project.
	Account string `json:"account"`
	// Region is where it lives; "global" for what has no region.
	Region string `json:"region"`
	// Name is what its owner calls it; the last part of the id when it has no name.
	Name string `json:"name"`
	// Tags are the owner's labels; nil when there are none.
	Tags map[string]string `json:"tags,omitempty"`
	// Created is when it was made; nil when the cloud does not say.
	Created *time.Time `json:"created,omitempty"`
	// Config holds the settings that decide something: the type's own struct as JSON.
	Config json.RawMessage `json:"config"`
	// Facets are the cloud-neutral views the type offers, by facet name.
	Facets map[string]json.RawMessage `json:"facets,omitempty"`
	// Relations are the edges that start here, sorted by kind and target.
	Relations []Relation `json:"relations,omitempty"`
	// Unknown lists the attributes that could not be read, sorted by path.
	Unknown []Unknown `json:"unknown,omitempty"`
}

// Ref points at a resource without its settings.
type Ref struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Cloud   Cloud  `json:"cloud"`
	Account string `json:"account"`
	Region  string `json:"region"`
	Name    string `json:"name"`
}

// Ref returns the reference to r.
func (r *Resource) Ref() Ref {
	return Ref{ID: r.ID, Type: r.Type, Cloud: r.Cloud, Account: r.Account, Region: r.Region, Name: r.Name}
}

// RelationKind names what an edge between two resources means.
type RelationKind string

// The kinds of relation. The edge runs from the resource that holds it.
const (
	AttachedTo  RelationKind = "attached-to"  // a group, volume or policy in use by the target
	MemberOf    RelationKind = "member-of"    // part of a network, group, cluster or organisation unit
	Contains    RelationKind = "contains"     // the inverse where the provider lists it that way
	RunsAs      RelationKind = "runs-as"      // the identity a workload acts with
	RunsImage   RelationKind = "runs-image"   // the image a workload was started from
	EncryptedBy RelationKind = "encrypted-by" // the key that protects it
	LogsTo      RelationKind = "logs-to"      // where its logs go
	RoutesTo    RelationKind = "routes-to"    // where its traffic goes
	SourcedFrom RelationKind = "sourced-from" // what a copy, snapshot or replica was made of
	Triggers    RelationKind = "triggers"     // what it starts when something happens
	GuardedBy   RelationKind = "guarded-by"   // a firewall, policy or boundary that limits it
	CanAssume   RelationKind = "can-assume"   // who may become it, as declared
)

// Relation is a typed edge to another resource. The target may lie in an account
// that was never read.
type Relation struct {
	Kind RelationKind `json:"kind"`
	// Target is the provider's id of the other resource.
	Target string `json:"target"`
}
