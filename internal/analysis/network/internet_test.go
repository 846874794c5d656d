package network_test

import (
	"fmt"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// blocks lists count blocks of a size, one after the other in steps.
func blocks(format string, count int) []string {
	var list []string
	for i := range count {
		list = append(list, fmt.Sprintf(format, i/256, i%256))
	}
	return list
}

func TestIsInternet(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		ranges []string
		want   estate.Tri
	}{
		"Nothing":               {nil, estate.No},
		"IPv4":                  {[]string{"0.0.0.0/0"}, estate.Yes},
		"IPv6":                  {[]string{"::/0"}, estate.Yes},
		"TwoHalves":             {[]string{"0.0.0.0/1", "128.0.0.0/1"}, estate.Yes},
		"OneHalf":               {[]string{"0.0.0.0/1"}, estate.Yes},
		"UpperHalf":             {[]string{"128.0.0.0/1"}, estate.Yes},
		"MappedIPv4":            {[]string{"::ffff:0.0.0.0/96"}, estate.Yes},
		"AllButOneAddress":      {[]string{"0.0.0.0-9.8.7.5", "9.8.7.7-255.255.255.255"}, estate.Yes},
		"ExactlyOneEighth":      {[]string{"8.0.0.0/8"}, estate.Yes},
		"OneAddressShort":       {[]string{"8.0.0.0-8.255.255.254"}, estate.No},
		"NinthOnly":             {[]string{"8.0.0.0/9"}, estate.No},
		"EighthWithSharedSpace": {[]string{"100.0.0.0/8"}, estate.No},
		"TwoNinthsOverlapping":  {[]string{"8.0.0.0/9", "8.64.0.0/10", "8.0.0.0/9"}, estate.No},
		"ManySmallAddUp":        {blocks("20.%[2]d.0.0/16", 256), estate.Yes},
		"ManySmallOneMissing":   {blocks("20.%[2]d.0.0/16", 255), estate.No},
		"ManyVerySmall":         {blocks("20.%d.%d.0/24", 4096), estate.No},
		"Private":               {[]string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}, estate.No},
		"EverySpecialRange": {[]string{"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24",
			"192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"}, estate.No},
		"Multicast":            {[]string{"224.0.0.0/4", "ff00::/8"}, estate.No},
		"Reserved":             {[]string{"240.0.0.0/4"}, estate.No},
		"UniqueLocalIPv6":      {[]string{"fc00::/7", "fe80::/10"}, estate.No},
		"DocumentationIPv6":    {[]string{"2001:db8::/32", "3fff::/20"}, estate.No},
		"GlobalIPv6":           {[]string{"2000::/3"}, estate.Yes},
		"SixteenthIPv6":        {[]string{"2600::/16"}, estate.Yes},
		"SeventeenthIPv6":      {[]string{"2600::/17"}, estate.No},
		"SixToFour":            {[]string{"2002::/16"}, estate.No},
		"ProviderIPv6":         {[]string{"2a05:d000::/25", "2600:1f00::/24"}, estate.No},
		"LowerHalfIPv6":        {[]string{"::/1"}, estate.Yes},
		"UpperHalfIPv6":        {[]string{"8000::/1"}, estate.No},
		"Malformed":            {[]string{"anywhere"}, estate.Maybe},
		"MalformedWithPrivate": {[]string{"10.0.0.0/8", "0.0.0.0/"}, estate.Maybe},
		"MalformedWithAll":     {[]string{"nonsense", "0.0.0.0/0"}, estate.Yes},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := network.IsInternet(test.ranges); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestSparesInternet(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		ranges []string
		want   estate.Tri
	}{
		"Nothing":         {nil, estate.Yes},
		"Office":          {[]string{"198.51.100.0/24", "8.8.8.0/24"}, estate.Yes},
		"IPv4Only":        {[]string{"0.0.0.0/0"}, estate.Yes},
		"Both":            {[]string{"0.0.0.0/0", "::/0"}, estate.No},
		"AllButAnEighth":  {[]string{"0.0.0.0-7.255.255.255", "9.0.0.0-255.255.255.255", "::/0"}, estate.Yes},
		"AllButANinth":    {[]string{"0.0.0.0-7.255.255.255", "8.128.0.0-255.255.255.255", "::/0"}, estate.No},
		"Malformed":       {[]string{"x"}, estate.Maybe},
		"MalformedAndAll": {[]string{"x", "0.0.0.0/0", "2000::/3"}, estate.No},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := network.SparesInternet(test.ranges); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
