// Package strictyaml reads YAML that people write for Stance: checks, rules, tables. What
// is not understood is refused with its place, never passed over.
package strictyaml
