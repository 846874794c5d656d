// Package house holds the tests that keep the repository in the shape that
// docs/architecture.md draws. It has no code of its own.
package house
