// Package bench holds what the benchmarks of docs/benchmarks.md need: synthetic
// estates of any size, and a simulated AWS organisation behind one local HTTP server
// with limits, delays and faults. Nothing in it is linked into the binary.
package bench
