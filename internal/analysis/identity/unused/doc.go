// Package unused tells what of the rights in an estate nobody uses: users, roles and keys
// that rest, services and actions that were granted and never tried, administrators who
// administer nothing. From the same facts it writes the policy that would have been enough.
//
// What is younger than the window is not judged, and neither is what nothing tells of: a
// verdict is "unknown" then, with the reason. What AWS tracks, and since when, stands in
// "Refine permissions in AWS using last accessed information" and "Get credential reports
// for your AWS account" of the IAM User Guide.
//
// Everything here is pure; Facts are safe for concurrent use once they are gathered.
package unused
