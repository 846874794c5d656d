package picture

import "strings"

// A workload is two nodes of the picture: reached over the network, and under the
// attacker's control. The first has a mark after its id.
const reachedMark = "#reached"

func reached(id string) string { return id + reachedMark }

// idOf takes the mark off a node.
func idOf(node string) string { return strings.TrimSuffix(node, reachedMark) }
