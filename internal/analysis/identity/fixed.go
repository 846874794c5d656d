package identity

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// fixedFunc tells whether a pattern can only mean things of owners it names: Yes
// for a literal or one with the owner spelt out, No when a stranger can easily have
// a value that fits, Maybe between the two.
type fixedFunc func(pattern string) estate.Tri

// idPrefixes are the parts of ids that tell nothing about the owner.
var idPrefixes = []string{"vpce-", "vpc-", "o-", "r-", "ou-", "AROA", "AIDA", "ASIA", "AKIA"}

// enough is how many characters of an id make it more than a gesture.
const enough = 4

// fixedID judges an id: an account, organisation, network or endpoint.
func fixedID(pattern string) estate.Tri {
	if !policydoc.IsPattern(pattern) {
		return estate.Yes
	}
	for _, prefix := range idPrefixes {
		pattern = strings.TrimPrefix(pattern, prefix)
	}
	literal := len(pattern) - strings.Count(pattern, "*") - strings.Count(pattern, "?")
	if literal >= enough {
		return estate.Maybe
	}
	return estate.No
}

// fixedPath judges a path of an organisation, o-id/r-id/ou-id/: its head decides.
func fixedPath(pattern string) estate.Tri {
	head, _, _ := strings.Cut(pattern, "/")
	return fixedID(head)
}

// fixedUser judges a unique id with an optional session name, AROA...:session. The
// session name is the caller's choice, so the id before it decides.
func fixedUser(pattern string) estate.Tri {
	id, _, _ := strings.Cut(pattern, ":")
	return fixedID(id)
}

// fixedARN judges an ARN: its account decides, where it has one.
func fixedARN(pattern string) estate.Tri {
	if !policydoc.IsPattern(pattern) {
		return estate.Yes
	}
	parts := strings.SplitN(pattern, ":", 6)
	switch {
	case len(parts) < 5:
		return estate.No
	case len(parts) == 5:
		return fixedCutARN(strings.TrimRight(parts[4], "*"))
	case parts[2] == "s3" && strings.Trim(parts[4], "*") == "":
		return fixedBucket(parts[5])
	case parts[4] == "":
		return fixedID(parts[5])
	default:
		return fixedID(parts[4])
	}
}

// fixedCutARN judges an ARN pattern that ends in a star right after the beginning
// of an account.
func fixedCutARN(account string) estate.Tri {
	const digits = 12
	switch len(account) {
	case 0:
		return estate.No
	case digits:
		return estate.Yes
	default:
		return estate.Maybe
	}
}

// fixedBucket judges the last part of an S3 ARN. The ARN of a bucket has no account,
// whatever stands in its place matches nothing else, and a bucket's name is unique.
func fixedBucket(resource string) estate.Tri {
	bucket, _, inside := strings.Cut(resource, "/")
	return estate.TriOf(bucket != "accesspoint" && !policydoc.IsPattern(bucket) && (inside || bucket == resource))
}
