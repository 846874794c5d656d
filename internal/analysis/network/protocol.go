package network

import (
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// protocol is an IANA protocol number, or one of the two below.
type protocol int

const (
	everyProtocol   protocol = -1
	unknownProtocol protocol = -2
)

// protocols names the protocols that clouds call by name. "-1" and "*" are AWS's
// and Azure's words for all.
var protocols = map[string]protocol{
	"all": everyProtocol, "any": everyProtocol, "*": everyProtocol, "-1": everyProtocol,
	"icmp": 1, "igmp": 2, "tcp": 6, "udp": 17, "dccp": 33, "gre": 47, "esp": 50, "ah": 51,
	"icmpv6": 58, "ipip": 94, "sctp": 132, "udplite": 136,
}

func parseProtocol(text string) protocol {
	if p, known := protocols[strings.ToLower(text)]; known {
		return p
	}
	if n, err := strconv.ParseUint(text, 10, 8); err == nil {
		return protocol(n)
	}
	return unknownProtocol
}

// hasPorts reports whether ports mean something. Azure gives ports to rules for
// every protocol.
func (p protocol) hasPorts() bool {
	switch p {
	case everyProtocol, unknownProtocol, 6, 17, 33, 132, 136:
		return true
	default:
		return false
	}
}

// matches tells whether a rule for p is about the protocol asked for. Only a rule
// for every protocol answers a question about every protocol.
func (p protocol) matches(asked protocol) estate.Tri {
	switch {
	case p == everyProtocol:
		return estate.Yes
	case p == unknownProtocol || asked == unknownProtocol:
		return estate.Maybe
	default:
		return estate.TriOf(p == asked)
	}
}
