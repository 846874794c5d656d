// Package auth says who asks and what they may: users with a password or of an identity
// provider, sessions of browsers, tokens of programs, and roles.
//
// Of a secret only a hash is kept. Whoever holds the store can sign nobody in.
package auth
