// Package watch keeps the store in step with the clouds: it reads accounts by schedule and
// single resources after events, has what changed judged, and asks for reviews.
//
// Everything it does may be done twice with the same result: a worker that is killed
// leaves its job to another.
package watch
