// Package job is the queue of what the server does: kept in a database, tried again after
// failures and crashes, each piece of work once at a time.
//
// It wraps River on SQLite (a file of its own, one process) and on PostgreSQL (any number
// of processes). Work is delivered at least once: a worker that is killed leaves its job
// to be rescued, so every job is written so that doing it twice changes nothing.
package job
