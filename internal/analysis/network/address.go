package network

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// address is an IP address as a number. An IPv4 address uses the low 32 bits; the
// family is known from where the address is kept.
type address struct{ hi, lo uint64 }

func toAddress(ip netip.Addr) address {
	if ip.Is4() {
		four := ip.As4()
		return address{lo: uint64(binary.BigEndian.Uint32(four[:]))}
	}
	sixteen := ip.As16()
	return address{hi: binary.BigEndian.Uint64(sixteen[:8]), lo: binary.BigEndian.Uint64(sixteen[8:])}
}

func (a address) toIP(f family) netip.Addr {
	if f == ipv4 {
		var four [4]byte
		binary.BigEndian.PutUint32(four[:], uint32(a.lo))
		return netip.AddrFrom4(four)
	}
	var sixteen [16]byte
	binary.BigEndian.PutUint64(sixteen[:8], a.hi)
	binary.BigEndian.PutUint64(sixteen[8:], a.lo)
	return netip.AddrFrom16(sixteen)
}

func (a address) compare(b address) int {
	switch {
	case a == b:
		return 0
	case a.hi < b.hi || a.hi == b.hi && a.lo < b.lo:
		return -1
	default:
		return 1
	}
}

func (a address) less(b address) bool { return a.compare(b) < 0 }

// plus returns a+b, or the greatest number where that overflows.
func (a address) plus(b address) address {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi, over := bits.Add64(a.hi, b.hi, carry)
	if over != 0 {
		return address{^uint64(0), ^uint64(0)}
	}
	return address{hi, lo}
}

// minus returns a-b; a must not be less than b.
func (a address) minus(b address) address {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	hi, _ := bits.Sub64(a.hi, b.hi, borrow)
	return address{hi, lo}
}

var one = address{lo: 1}

func lower(a, b address) address {
	if b.less(a) {
		return b
	}
	return a
}

func higher(a, b address) address {
	if a.less(b) {
		return b
	}
	return a
}

// power returns 2 to the n, n below 128.
func power(n int) address {
	if n >= 64 {
		return address{hi: 1 << (n - 64)}
	}
	return address{lo: 1 << n}
}

// float returns the number as a float.
func (a address) float() float64 {
	return float64(a.hi)*(1<<63)*2 + float64(a.lo)
}
