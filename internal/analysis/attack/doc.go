// Package attack finds the most probable way of an attacker to each thing of value, what
// else would do, and which changes cut the most.
//
// Steps of attackers are edges with a probability; the most probable way is the shortest
// one by the sum of -ln p. Equal ways are told apart by fewer steps and then by ids, so
// the answer does not depend on the order in which steps were added. What a change
// removes is always recomputed, never estimated.
package attack
