// Package sqlstore is the store over SQL: all statements and all logic, once, for every
// database. What databases do not share is a Dialect.
//
// How it is laid out:
//
//   - What is kept has one row for what holds (resource, finding, issue) and a row in a
//     history table for each version that no longer does. Rows stay, as ended, until Prune.
//   - Bodies lie apart, compressed, so that lists read short rows.
//   - Counters are rows of sums that every writing transaction moves by what it changed.
//   - Keys begin with the account or hold it, so that tables can be partitioned by it.
//   - Text is escaped where a database would refuse it, the same in all (see text).
package sqlstore
