// Package identity reads access policies and answers who they let in.
//
// The questions here are about one document at a time: whom it opens a resource
// to, whom a role trusts, what an identity policy grants in full. Layers around the
// document (account blocks, access lists, SCPs, boundaries) are joined elsewhere.
//
// Whether a document lets strangers in is asked as a question of existence: is
// there a request by someone outside, anonymous or from any AWS account, that the
// document allows? The stranger chooses freely what a caller can choose, such as
// headers, tags or a user agent, may leave out what a caller can leave out, and can
// never show an identity, network or source that belongs to the owner. A condition
// closes a grant only if no stranger can meet it; a deny closes one only if every
// stranger meets it.
//
// Answers are three-valued. A condition key this package does not know gives
// Maybe, never a yes or a no, and only where the answer hangs on it.
//
// Every function is pure, bounded in time, and safe for concurrent use. A nil
// document is one that could not be read: questions about it are answered Maybe or
// with an empty list.
package identity
