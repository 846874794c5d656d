// Package policy loads checks, compiles them once and judges resources with them.
//
// A check is a YAML file with typed CEL expressions (see Load for the file and the
// Functions list for what an expression can call). Resources are judged from their
// stored JSON bytes, without decoding them into Go structs.
//
// Unknown is a verdict. Every attribute that a resource marks as unknown reads as
// CEL's own unknown, so that CEL's three-valued logic decides whether it matters:
// `true || unknown` is true and `false && unknown` is false; everything else that
// needs the attribute is unknown, has() and size() included. An expression that
// fails while it runs is unknown too. Neither ever becomes a pass or a fail.
//
// The package rests on four parts: Load reads files into Sources, Compile turns
// Sources into a Library, a Library hands out Evaluators, and an Evaluator turns
// the bytes of a resource into findings. A Library never changes and may be shared
// by goroutines; an Evaluator may not.
package policy
