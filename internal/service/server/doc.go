// Package server answers HTTP: the API, signing in, the dashboard's files, health, and
// metrics.
//
// It listens on loopback unless told otherwise, and elsewhere only with TLS or when the
// operator says that something else sees to that. Every request has an id, a limit of rate
// and size, and a line in the log, which never holds the query, headers or bodies.
package server
