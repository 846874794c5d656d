package picture

import "github.com/stance-sec/stance/internal/analysis/attack"

// reached is the node of a workload or store that an attacker can send packets to; the
// id itself stands for one under the attacker's control.
func reached(id string) string { return attack.At(id, "reached") }
