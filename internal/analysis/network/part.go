package network

import (
	"fmt"
	"net/netip"
	"strings"
)

// Part is how much of the internet a set of ranges covers.
type Part struct {
	// IPv4 is the share of the globally routable IPv4 addresses, from 0 to 1.
	IPv4 float64
	// IPv6 is the share of the globally routable IPv6 addresses, from 0 to 1.
	IPv6 float64
	// Ranges are the merged ranges that reach the internet, IPv4 first, in rising
	// order; at most eight.
	Ranges []string
	// More counts the ranges left out of Ranges.
	More int
}

// mostRanges bounds what is shown.
const mostRanges = 8

// InternetPart measures the union of ranges. The error names a range that cannot be
// read; the part then measures the others and is a lower bound.
func InternetPart(ranges []string) (Part, error) {
	set, err := ParseSet(ranges)
	return set.Part(), err
}

// Part measures the set.
func (s Set) Part() Part {
	inside := s.Internet()
	part := Part{IPv4: share(inside, ipv4), IPv6: share(inside, ipv6)}
	for f := range families {
		for _, run := range s.of[f] {
			switch {
			case len(spans{run}.intersect(routable.of[f])) == 0:
			case len(part.Ranges) == mostRanges:
				part.More++
			default:
				part.Ranges = append(part.Ranges, run.text(f))
			}
		}
	}
	return part
}

func share(inside Set, f family) float64 {
	return inside.of[f].count().float() / routable.of[f].count().float()
}

// String returns the ranges for a message, such as "0.0.0.0/0, ::/0", or "none".
func (p Part) String() string {
	if len(p.Ranges) == 0 {
		return "none"
	}
	text := strings.Join(p.Ranges, ", ")
	if p.More > 0 {
		text += fmt.Sprintf(" and %d more", p.More)
	}
	return text
}

// text writes a run as one CIDR block where it is one, else as "first-last".
func (s span) text(f family) string {
	first, last := s.from.toIP(f), s.to.toIP(f)
	for length := 0; length <= first.BitLen(); length++ {
		block := netip.PrefixFrom(first, length)
		if block.Masked() != block {
			continue
		}
		if _, whole, err := parseRange(block.String()); err == nil && whole == s {
			return block.String()
		}
	}
	return first.String() + "-" + last.String()
}
