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
