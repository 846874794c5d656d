// Package output is the stream every report is made of, and what the formats share.
//
// A report is one pass over a Handler: Begin, every line of the coverage ledger,
// every finding, End. A format is a Handler that writes to an io.Writer; a saved JSON
// report replays into any of them, so that converting a report and making it are the
// same code. Handlers stream: they keep counts and capped examples, never the findings.
//
// Everything that came from a cloud is text an attacker may have chosen. A format
// escapes it for its own reader; package escape beside this one has the rules.
package output
