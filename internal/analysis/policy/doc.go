// Package policy loads checks, compiles them once and judges resources with them.
//
// A check is a YAML file with typed CEL expressions. Resources are judged from their
// stored JSON bytes, without decoding them into Go structs. A check file has
//
//	title, severity   required; a title may name parameters as {name}
//	type              the resource type it judges, or
//	facet             the facet it judges on every cloud, or
//	scope: account    to judge the account, which needs collect
//	collect           {name: resource type}: all resources of the type in the account
//	when              bool; false means that the check does not apply
//	let               named expressions, each may use those before it; evaluated when
//	                  used; those that use the element of for_each, once per element
//	for_each          {name: list}: each element is judged, one finding per failing one
//	assert            list of {expr, message or message_expr, at}; all must hold
//	message           text with expressions in braces; {{ and }} stand for braces
//	message_expr      string expression in its place
//	params            {name: {type, default, help}}; int, string, bool, double, list;
//	                  a list named accounts holds those of the organisation, too
//	rows              list of {id or name, title, severity, aliases, params}: one check
//	                  per row, whose id is the file's id, a dash and the row's
//	fix               {text, action, control_point, cli, terraform}
//	supersedes        list of ids of checks, or of files with rows: on the same resource a
//	                  failure of this check stands for theirs in reports for people
//	deprecated        what to use instead; the ids stay taken, nothing is judged
//
// and why, limits, prevent, references, aliases, categories for people. `at` is a
// path such as rule.cidrs: it says where the finding points.
//
// Expressions see resource, params, now, the collections, the named expressions and
// the element. resource has the config's fields beside id, type, cloud, account,
// region, name, tags, created, age_days, relations and context; in a check of a facet
// it has the facet under its own name in place of the config's fields. Functions
// lists what can be called.
//
// A collection may have parts that could not be read (see Lost). A loop that asks for
// one region, as in xs.exists(x, x.region == resource.region && ...), is not concerned
// with what was lost in others. Such comparisons of a text of the element with one that
// is the same for all elements are looked up in an index: ==, in, and endsWith of a
// slash and a text, joined by && and ||, also inside exists() over a list.
//
// What is absent reads as zero, empty text, an empty list, map or object; has()
// tells. created and age_days are unknown when the cloud gives no date, and a tri
// that is null is unknown.
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
