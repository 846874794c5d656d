// Package notify says what happened to those who should know: what an alert is, what a
// channel promises, and the words that every channel uses.
//
// An alert is raw: everything in it that came from a cloud may have been chosen by an
// attacker. Each channel below this package escapes it for its own receiver; Line makes
// one harmless line of it, which is what most start from.
//
// Delivery is at least once. A channel passes Alert.Key on, in the form that its receiver
// knows, so that a receiver that honours it shows one message for many attempts.
package notify
