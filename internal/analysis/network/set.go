package network

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// family is an IP version.
type family uint8

const (
	ipv4 family = iota
	ipv6
	families
)

// Set is a set of IP addresses of both versions. The zero value is empty. A Set is
// never changed once made.
type Set struct{ of [families]spans }

// ParseSet returns the union of ranges. A range is a CIDR block whose host bits may
// be set, a single address, or "first-last". IPv4 written as IPv4-mapped IPv6 is
// IPv4. The error names the first range that is none of these; the set then holds
// the others.
func ParseSet(ranges []string) (Set, error) {
	var lists [families][]span
	var failed error
	for _, text := range ranges {
		f, s, err := parseRange(text)
		if err != nil {
			if failed == nil {
				failed = err
			}
			continue
		}
		lists[f] = append(lists[f], s)
	}
	var set Set
	for f := range lists {
		set.of[f] = normalise(lists[f])
	}
	return set, failed
}

func parseRange(text string) (family, span, error) {
	if first, last, found := strings.Cut(text, "-"); found {
		return parseEnds(text, first, last)
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		ip, ipErr := netip.ParseAddr(text)
		if ipErr != nil || ip.Zone() != "" {
			return 0, span{}, fmt.Errorf("not an address range: %s", quote(text))
		}
		prefix = netip.PrefixFrom(ip, ip.BitLen())
	}
	if ip := prefix.Addr(); ip.Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(ip.Unmap(), prefix.Bits()-96)
	}
	prefix = prefix.Masked()
	first := toAddress(prefix.Addr())
	// The size is taken one short, so that 2 to the 128 needs no number.
	size := address{^uint64(0), ^uint64(0)}
	if free := prefix.Addr().BitLen() - prefix.Bits(); free < 128 {
		size = power(free).minus(one)
	}
	return familyOf(prefix.Addr()), span{first, first.plus(size)}, nil
}

func parseEnds(text, first, last string) (family, span, error) {
	from, errFrom := netip.ParseAddr(strings.TrimSpace(first))
	to, errTo := netip.ParseAddr(strings.TrimSpace(last))
	from, to = from.Unmap(), to.Unmap()
	if errFrom != nil || errTo != nil || from.Zone() != "" || to.Zone() != "" || from.BitLen() != to.BitLen() || to.Less(from) {
		return 0, span{}, fmt.Errorf("not an address range: %s", quote(text))
	}
	return familyOf(from), span{toAddress(from), toAddress(to)}, nil
}

func familyOf(ip netip.Addr) family {
	if ip.Is4() {
		return ipv4
	}
	return ipv6
}

func quote(text string) string {
	const most = 60
	if len(text) > most {
		return fmt.Sprintf("%q...", text[:most])
	}
	return fmt.Sprintf("%q", text)
}

// each combines two sets family by family.
func (s Set) each(other Set, combine func(a, b spans) spans) Set {
	var result Set
	for f := range s.of {
		result.of[f] = combine(s.of[f], other.of[f])
	}
	return result
}

// Union returns the addresses that are in either set.
func (s Set) Union(other Set) Set { return s.each(other, spans.union) }

// Intersect returns the addresses that are in both sets.
func (s Set) Intersect(other Set) Set { return s.each(other, spans.intersect) }

// Subtract returns the addresses of s that are not in other.
func (s Set) Subtract(other Set) Set { return s.each(other, spans.subtract) }

// Empty reports whether the set holds no address.
func (s Set) Empty() bool { return len(s.of[ipv4]) == 0 && len(s.of[ipv6]) == 0 }

// Contains reports whether the address is in the set. IPv4-mapped IPv6 is IPv4; an
// invalid address is in no set.
func (s Set) Contains(ip netip.Addr) bool {
	if !ip.IsValid() {
		return false
	}
	ip = ip.Unmap().WithZone("")
	a := toAddress(ip)
	return len(s.of[familyOf(ip)].intersect(spans{{a, a}})) > 0
}

// size is the number of separate runs of addresses: what an operation costs.
func (s Set) size() int { return len(s.of[ipv4]) + len(s.of[ipv6]) }

// Equal reports whether both sets hold the same addresses.
func (s Set) Equal(other Set) bool {
	return slices.Equal(s.of[ipv4], other.of[ipv4]) && slices.Equal(s.of[ipv6], other.of[ipv6])
}

// Covers reports whether every address of other is in the set.
func (s Set) Covers(other Set) bool { return other.Subtract(s).Empty() }

// V4 returns the IPv4 addresses of the set.
func (s Set) V4() Set { return Set{of: [families]spans{ipv4: s.of[ipv4]}} }

// V6 returns the IPv6 addresses of the set.
func (s Set) V6() Set { return Set{of: [families]spans{ipv6: s.of[ipv6]}} }

// Everyone returns the set of all addresses.
func Everyone() Set { return everyone }

// SetOf returns the set of the addresses; invalid ones are left out.
func SetOf(addresses ...netip.Addr) Set {
	var lists [families][]span
	for _, ip := range addresses {
		if !ip.IsValid() {
			continue
		}
		ip = ip.Unmap().WithZone("")
		a := toAddress(ip)
		lists[familyOf(ip)] = append(lists[familyOf(ip)], span{a, a})
	}
	var set Set
	for f := range lists {
		set.of[f] = normalise(lists[f])
	}
	return set
}
