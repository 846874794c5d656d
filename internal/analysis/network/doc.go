// Package network does arithmetic on sets of IP addresses and answers how much of
// the internet a set of ranges or firewall rules lets in.
//
// What counts as the internet: an address counts when it is globally routable
// unicast, by the IANA special-purpose address registries. Private, shared
// (carrier-grade NAT), loopback, link-local, documentation, benchmarking,
// multicast and reserved addresses never count, whatever a range that covers them
// is called.
//
// How much is enough: a set is the internet when it covers at least as many
// routable addresses as an IPv4 /8 holds (2^24, one in 220), or as many as an IPv6
// /16 of 2000::/3 holds (2^112, one in 8192). So two halves of IPv4, a thousand
// ranges that add up, 8.0.0.0/8 and 2000::/4 count; the published ranges of one
// content network, an office, a single provider's /9 do not. Only the union
// decides, never a single range.
//
// Answers are three-valued: a range that cannot be read, or a prefix list whose
// content is not known, makes an answer unknown only where it could change it.
// Every function is pure, bounded in time and safe for concurrent use.
package network
