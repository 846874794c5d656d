// Package source says what a resource type is: where its facts come from, which
// calls that takes, and what is written down when a call is refused.
//
// A source has no opinions. It reads, names what it could not read, and hands on.
package source
