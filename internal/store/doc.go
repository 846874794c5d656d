// Package store says what a Stance server keeps and how it is asked: intervals of change,
// not scans.
//
// Everything that is kept (resources, findings, issues, coverage, exceptions) has a moment
// from which it held and, once it no longer does, a moment until which it did. Putting the
// same content again writes nothing. So a second reading of an unchanged estate costs a
// line per scope, and the estate of any moment can be asked for.
//
// The rules that hold for every implementation, kept by storetest:
//
//   - A scope is replaced whole or not at all. A scope that could not be listed keeps what
//     it had; it is stale, and its coverage says since when.
//   - What is absent is closed only inside a scope that was proven complete.
//   - Unknown closes nothing: a failing finding whose check can no longer be decided stays,
//     marked as unproven.
//   - What has to be told to somebody (Transition) is written in the transaction of the
//     change it tells of, and stays until it is marked as done. So nothing is lost and
//     nothing is doubled when a process is killed.
//   - Order is by bytes, the same in every database; what is not UTF-8 comes after control
//     characters.
//
// Times are UTC with microseconds. A moment is never taken from the database's clock: the
// caller gives it. All methods may be called concurrently, by many processes where the
// database allows.
//
// Errors are *estate.Error: CodeNotFound for what is not there, CodeInvalid for a request
// that cannot be answered (a broken cursor, an unknown sort), CodeIO for the database,
// which is worth trying again.
package store
