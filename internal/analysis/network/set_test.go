package network_test

import (
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/network"
)

func parseSet(t *testing.T, ranges ...string) network.Set {
	t.Helper()
	set, err := network.ParseSet(ranges)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestParseSetReadsEveryForm(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text    string
		in, out []string
	}{
		"Block":         {"10.0.0.0/8", []string{"10.0.0.0", "10.255.255.255"}, []string{"9.255.255.255", "11.0.0.0"}},
		"HostBitsSet":   {"10.1.2.3/8", []string{"10.0.0.0", "10.255.255.255"}, []string{"11.0.0.0"}},
		"Address":       {"8.8.8.8", []string{"8.8.8.8"}, []string{"8.8.8.7", "8.8.8.9"}},
		"Ends":          {"8.8.8.8-8.8.9.1", []string{"8.8.8.8", "8.8.9.1"}, []string{"8.8.8.7", "8.8.9.2"}},
		"WholeIPv4":     {"0.0.0.0/0", []string{"0.0.0.0", "255.255.255.255"}, []string{"::", "2001::1"}},
		"WholeIPv6":     {"::/0", []string{"::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}, []string{"1.2.3.4"}},
		"IPv6":          {"2001:DB8::/32", []string{"2001:db8:0:0::1"}, []string{"2001:db9::"}},
		"MappedBlock":   {"::ffff:10.0.0.0/104", []string{"10.9.9.9", "::ffff:10.1.1.1"}, []string{"11.0.0.0", "::1"}},
		"MappedWhole":   {"::ffff:0:0/96", []string{"0.0.0.0", "255.255.255.255"}, []string{"::1"}},
		"MappedAddress": {"::ffff:8.8.8.8", []string{"8.8.8.8"}, []string{"8.8.8.9"}},
		"IPv6Ends":      {"2600::1 - 2600::3", []string{"2600::2"}, []string{"2600::4"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := parseSet(t, test.text)
			for _, ip := range test.in {
				if !set.Contains(netip.MustParseAddr(ip)) {
					t.Errorf("%s is not in %s", ip, test.text)
				}
			}
			for _, ip := range test.out {
				if set.Contains(netip.MustParseAddr(ip)) {
					t.Errorf("%s is in %s", ip, test.text)
				}
			}
		})
	}
}

func TestParseSetRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "*", "Internet", "0.0.0.0/33", "0.0.0.0/-1", "1.2.3/8", "01.2.3.4", "300.1.1.1/8", "::/129", "fe80::1%eth0",
		"fe80::1%eth0/64", "1.2.3.4/8 ", "2.0.0.0-1.0.0.0", "1.0.0.0-::1", "1.0.0.0-", "-", "fe80::1%a-fe80::2%a", strings.Repeat("9", 500),
	} {
		set, err := network.ParseSet([]string{text, "8.8.8.8"})
		if err == nil {
			t.Errorf("accepted %q", text)
			continue
		}
		if len(err.Error()) > 120 {
			t.Errorf("error for %q has %d bytes", text, len(err.Error()))
		}
		if !set.Contains(netip.MustParseAddr("8.8.8.8")) {
			t.Errorf("the legal range beside %q is lost", text)
		}
	}
}

// universe has one address in each /8 and in each fourth of the IPv6 space, so
// that sets made of such blocks can be told apart by membership.
func universe() []netip.Addr {
	var all []netip.Addr
	for i := range 256 {
		all = append(all, netip.AddrFrom4([4]byte{byte(i), 7, 7, 7}))
		all = append(all, netip.AddrFrom16([16]byte{byte(i), 7}))
	}
	return all
}

// randomBlock is a block of at least a /8, or an "first-last" range of /8s.
func randomBlock(random *rand.Rand) string {
	var ip netip.Addr
	if random.IntN(2) == 0 {
		ip = netip.AddrFrom4([4]byte{byte(random.IntN(256))})
	} else {
		ip = netip.AddrFrom16([16]byte{byte(random.IntN(256))})
	}
	return netip.PrefixFrom(ip, random.IntN(9)).Masked().String()
}

func randomBlocks(random *rand.Rand, most int) []string {
	var blocks []string
	for range random.IntN(most + 1) {
		blocks = append(blocks, randomBlock(random))
	}
	return blocks
}

// contains is the naive membership test.
func contains(blocks []string, ip netip.Addr) bool {
	for _, block := range blocks {
		if netip.MustParsePrefix(block).Contains(ip) {
			return true
		}
	}
	return false
}

func TestSetAlgebraAgreesWithMembership(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	points := universe()
	for range 400 {
		a, b := randomBlocks(random, 5), randomBlocks(random, 5)
		setA, setB := parseSet(t, a...), parseSet(t, b...)
		union, common, rest := setA.Union(setB), setA.Intersect(setB), setA.Subtract(setB)
		for _, ip := range points {
			inA, inB := contains(a, ip), contains(b, ip)
			if union.Contains(ip) != (inA || inB) || common.Contains(ip) != (inA && inB) || rest.Contains(ip) != (inA && !inB) {
				t.Fatalf("%v and %v disagree at %v", a, b, ip)
			}
		}
		if again := common.Union(rest); !cmp.Equal(again.Part(), setA.Part()) {
			t.Fatalf("%v: the parts inside and outside of %v do not make the whole", a, b)
		}
	}
}

func TestInternetPart(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		ranges     []string
		want       string
		ipv4, ipv6 float64
	}{
		"Nothing":      {nil, "none", 0, 0},
		"Private":      {[]string{"10.0.0.0/8", "fd00::/8"}, "none", 0, 0},
		"Everything":   {[]string{"::/0", "0.0.0.0/0"}, "0.0.0.0/0, ::/0", 1, 1},
		"Halves":       {[]string{"128.0.0.0/1", "0.0.0.0/1"}, "0.0.0.0/0", 1, 0},
		"NotABlock":    {[]string{"8.0.0.0/8", "9.0.0.0/8", "10.0.0.0/8"}, "8.0.0.0-10.255.255.255", 0.0090632, 0},
		"PrivateApart": {[]string{"192.168.0.0/16", "8.8.8.8/32"}, "8.8.8.8/32", 0, 0},
		"GlobalIPv6":   {[]string{"2000::/3"}, "2000::/3", 0, 1},
		"ManyAreCut": {[]string{"1.0.0.0/32", "1.0.0.2/32", "1.0.0.4/32", "1.0.0.6/32", "1.0.0.8/32", "1.0.1.0/32", "1.0.1.2/32", "1.0.1.4/32", "1.0.1.6/32", "1.0.1.8/32"},
			"1.0.0.0/32, 1.0.0.2/32, 1.0.0.4/32, 1.0.0.6/32, 1.0.0.8/32, 1.0.1.0/32, 1.0.1.2/32, 1.0.1.4/32 and 2 more", 0, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			part, err := network.InternetPart(test.ranges)
			if err != nil {
				t.Fatal(err)
			}
			if part.String() != test.want {
				t.Errorf("ranges %q, want %q", part, test.want)
			}
			if d4, d6 := part.IPv4-test.ipv4, part.IPv6-test.ipv6; d4*d4 > 1e-10 || d6*d6 > 1e-10 {
				t.Errorf("shares %v and %v, want %v and %v", part.IPv4, part.IPv6, test.ipv4, test.ipv6)
			}
		})
	}
	if _, err := network.InternetPart([]string{"0.0.0.0/0", "x"}); err == nil {
		t.Error("a malformed range is passed over")
	}
}

func FuzzParseSet(f *testing.F) {
	f.Add("10.0.0.0/8", "::/0", "8.8.8.8")
	f.Add("::ffff:1.2.3.4/97", "1.2.3.4-9.9.9.9", "fe80::1%a")
	f.Fuzz(func(t *testing.T, a, b, at string) {
		set, _ := network.ParseSet([]string{a, b})
		ip, err := netip.ParseAddr(at)
		if err != nil {
			return
		}
		setA, _ := network.ParseSet([]string{a})
		setB, _ := network.ParseSet([]string{b})
		if set.Contains(ip) != (setA.Contains(ip) || setB.Contains(ip)) {
			t.Errorf("%q and %q at %q", a, b, at)
		}
		if prefix, err := netip.ParsePrefix(a); err == nil && !prefix.Addr().Is4In6() && !ip.Is4In6() && prefix.Contains(ip) && !set.Contains(ip) {
			t.Errorf("%q lacks %q", a, at)
		}
		set.Subtract(setA).Intersect(setB).Part()
	})
}
