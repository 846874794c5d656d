// Package estate holds the nouns of Stance: what a company runs in its clouds,
// what could not be read of it, and what was judged about it.
//
// Every other package imports this one and it imports none of them. Values here
// are plain data: no method reaches a network, a clock or a disk.
package estate
