package network

import "github.com/stance-sec/stance/internal/estate"

// The least number of routable addresses that counts as the internet, as powers
// of two: an IPv4 /8 and an IPv6 /16.
const (
	leastBits4 = 32 - 8
	leastBits6 = 128 - 16
)

// special lists what inside IPv4 and 2000::/3 is not globally routable unicast, by
// the IANA IPv4 and IPv6 special-purpose address registries (RFC 6890 and updates)
// and the multicast and reserved blocks. 6to4 and Teredo addresses stand for IPv4
// hosts and are left out.
var special = mustParse(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// routable is the internet.
var routable = mustParse("0.0.0.0/0", "2000::/3").Subtract(special)

func mustParse(ranges ...string) Set {
	set, err := ParseSet(ranges)
	if err != nil {
		panic(err)
	}
	return set
}

// Internet returns the globally routable part of the set.
func (s Set) Internet() Set { return s.Intersect(routable) }

// IsInternet reports whether the set covers enough of the internet to count as it;
// see the package comment.
func (s Set) IsInternet() bool { return s.Internet().enough() }

// enough is IsInternet for a set that is routable throughout.
func (s Set) enough() bool {
	return !s.of[ipv4].count().less(power(leastBits4)) || !s.of[ipv6].count().less(power(leastBits6))
}

// IsInternet tells whether the union of ranges covers enough of the internet to
// count as it. Ranges that cannot be read make a no unknown: they might be what is
// missing.
func IsInternet(ranges []string) estate.Tri {
	set, err := ParseSet(ranges)
	switch {
	case set.IsInternet():
		return estate.Yes
	case err != nil:
		return estate.Maybe
	default:
		return estate.No
	}
}

// SparesInternet tells whether enough of the internet to count as it lies outside
// the union of ranges. Ranges that cannot be read make a yes unknown.
func SparesInternet(ranges []string) estate.Tri {
	set, err := ParseSet(ranges)
	switch {
	case !routable.Subtract(set).enough():
		return estate.No
	case err != nil:
		return estate.Maybe
	default:
		return estate.Yes
	}
}
