// Package reach computes who can open a connection to what: from the internet to
// every interface, machine, load balancer, database, function, API and container
// service of an estate, port by port, and between any two resources on request.
//
// A connection from the internet to an interface needs, layer by layer: that the
// interface is in use; an address on the internet; that no block of public access
// stands over the subnet; a route of the subnet that leads the answer back through
// an internet gateway (the most specific route decides); a network ACL that lets the
// request in; a security group that lets it in; and a network ACL that lets the answer
// out to a client port from 1024 to 65535. A client that uses a lower port of its own
// is not considered.
//
// Every set is kept with two bounds: what passes for certain, and what passes if all
// that is not known were open. The answer is Yes, No, or unknown with reasons; facts
// that were not read can only make it unknown. What stands between and judges by
// rules that are not known here (firewall endpoints, appliances) makes it unknown too
// and is named.
//
// Interfaces fall into classes of equal subnet path, security groups and address
// families; each class is computed once and kept over changes that do not touch it.
// Interface pairs are never enumerated.
//
// What is not read by any source is not looked at: Global Accelerator, VPC Lattice,
// carrier and local gateways' own rules, the appliance mode of attachments to transit
// gateways, what other networks on the way do with traffic that a transit gateway sends
// them (such a way is unknown), and control-plane ways such as Session Manager.
//
// Identity is not judged: an answer says what a caller must show, no more.
package reach
