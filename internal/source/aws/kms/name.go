package kms

import (
	"strings"

	"github.com/stance-sec/stance/internal/source/aws"
)

// KeyARN returns the full id of a key that some service names by ARN, id or alias;
// empty for none. What an alias stands for is not looked up.
func KeyARN(s *aws.Session, name string) string {
	switch {
	case name == "" || strings.HasPrefix(name, "arn:"):
		return name
	case strings.HasPrefix(name, "alias/"):
		return s.ARN("kms", name)
	default:
		return s.ARN("kms", "key/"+name)
	}
}

// KeyBeside is KeyARN for a key in the region and account of the resource whose ARN is
// given; the name as it is when that is no ARN.
func KeyBeside(arn, name string) string {
	parts := strings.SplitN(arn, ":", 6)
	if name == "" || strings.HasPrefix(name, "arn:") || len(parts) < 6 {
		return name
	}
	if !strings.HasPrefix(name, "alias/") {
		name = "key/" + name
	}
	return strings.Join([]string{"arn", parts[1], "kms", parts[3], parts[4], name}, ":")
}
