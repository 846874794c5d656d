// Package scan is the use case at the heart of Stance: read clouds into a saved run,
// judge the run, hand the findings on.
//
// Reading and judging are two steps with the saved run between them, so that a run
// can be judged again without credentials and a reading that was killed goes on.
package scan
