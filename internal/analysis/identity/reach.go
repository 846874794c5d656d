package identity

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// inside is how the ARNs of what a resource holds go on after its own.
var inside = map[string]string{
	"s3": "/*", "es": "/*", "execute-api": "/*", "lambda": ":*", "elasticfilesystem": "/*",
}

// extents returns patterns that together stand for a resource and what is inside.
func extents(resource string) []string {
	list := []string{resource}
	if more, known := inside[serviceOf(resource)]; known {
		list = append(list, resource+more)
	}
	return list
}

// reach reduces resource patterns to what they mean on the resource the policy is
// attached to, so that "*" becomes patterns a deny can cover one by one. For S3,
// which refuses policies about another bucket, patterns that are elsewhere are
// dropped; other services name resources in ways of their own, and theirs are kept.
func (d *dossier) reach(patterns []string) []string {
	if d.resource == "" || policydoc.IsPattern(d.resource) {
		return patterns
	}
	var list []string
	for _, pattern := range patterns {
		whole := true
		touches := false
		for _, extent := range extents(d.resource) {
			covered := policydoc.Covers(pattern, extent)
			if covered {
				list = append(list, extent)
			}
			whole = whole && covered
			touches = touches || covered || d.spend(len(pattern)*len(extent)) && policydoc.Overlap(pattern, extent)
		}
		if !whole && (touches || serviceOf(d.resource) != "s3") {
			list = append(list, pattern)
		}
	}
	return sorted(list)
}

// excepted reports whether the Not elements of an allow statement leave nothing of
// an action, in lower case, or of a resource.
func (d *dossier) excepted(s *policydoc.Statement, action, resource string) bool {
	return slices.ContainsFunc(s.NotActions, func(not string) bool {
		return d.spend(len(not)) && policydoc.Covers(strings.ToLower(not), action)
	}) || slices.ContainsFunc(s.NotResources, func(not string) bool {
		return d.spend(len(not)) && policydoc.Covers(not, resource)
	})
}

// applies reports whether an action of S3 does anything on a resource of S3: those
// on objects do nothing on a bucket's own ARN, and those on buckets nothing on an
// object ("Actions, resources, and condition keys for Amazon S3"). A pattern may
// stand for both and always applies, as does all that is not S3. The action is in
// lower case.
func applies(action, resource string) bool {
	parts := strings.SplitN(resource, ":", 6)
	if len(parts) < 6 || parts[2] != "s3" || parts[3]+parts[4] != "" ||
		policydoc.IsPattern(action) || !strings.HasPrefix(action, "s3:") {
		return true
	}
	bucket, _, object := strings.Cut(parts[5], "/")
	switch {
	case onObjects(action):
		return object || policydoc.IsPattern(bucket)
	default:
		return !object || policydoc.IsPattern(bucket)
	}
}

// onObjects reports whether an action of S3, in lower case, acts on objects.
func onObjects(action string) bool {
	switch action {
	case "s3:abortmultipartupload", "s3:listmultipartuploadparts":
		return true
	case "s3:getbucketobjectlockconfiguration", "s3:putbucketobjectlockconfiguration":
		return false
	default:
		return strings.Contains(action, "object")
	}
}
