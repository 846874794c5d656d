// Package policytest runs the cases of checks.
//
// The cases of checks/aws/s3/bucket-logging.yaml stand beside it in
// bucket-logging.test.yaml, a list of
//
//	name         what the case shows, one line
//	row          the row, by its id or whole name; only for a check with rows
//	resource     config and header fields side by side; what is missing is absent
//	facets       facets by name, for a check of a facet
//	context      what analysis added, as estate.Context
//	collections  by resource type: a list of resources, or {resources, complete, unknown}
//	params       other values for parameters
//	now          the time the check sees; DefaultNow when absent
//	unknown      paths that could not be read, or {path, reason, permission}
//	want         pass, fail, unknown or not_applicable
//	message      text that the message must contain
//	elements     where the failing elements stand, all of them, in order
//
// Times are RFC 3339, a date, or days from now such as -90d. One more entry,
// `no_unknown: reason`, says why a check has no case in which something is unknown.
//
// Field names are held against the schema: a case cannot speak of a setting that
// does not exist. Every file needs a case that passes, one that fails and one that
// is unknown, and every assert a case in which it is the one that fails.
package policytest
