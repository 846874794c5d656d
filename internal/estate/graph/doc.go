// Package graph holds resources and their typed relations in compact arrays, so that a
// million resources with five million relations fit in some tens of megabytes and are
// walked in a fraction of a second.
//
// A Graph takes changes, one resource at a time; a Snapshot of it never changes and may
// be read by many goroutines. A change costs what its neighbourhood is large: the arrays
// stay, and a small overlay stands before them until enough changes have gathered.
package graph
