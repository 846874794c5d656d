// Package server proves that a server is always on: its tests run the real program against
// the local AWS API of demo/aws over the real wire, change the estate, and watch what a
// webhook receives, while processes are killed, databases restart, disks fill and networks
// are cut.
//
// STANCE_LONG=1 runs them at the size that docs/benchmarks.md speaks of.
package server
