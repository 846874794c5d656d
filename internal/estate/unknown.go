package estate

// Reason says why something is not known.
type Reason string

// The reasons for which an attribute or a scope is unknown.
const (
	Denied      Reason = "denied"            // the credentials may not make the call
	Throttled   Reason = "throttled"         // the cloud kept refusing for rate
	Unavailable Reason = "unavailable"       // the service failed or did not answer
	NotEnabled  Reason = "not-enabled"       // the API or region is switched off
	Unsupported Reason = "unsupported"       // the endpoint does not know the call
	Malformed   Reason = "malformed"         // the answer could not be understood
	Uncollected Reason = "not-collected"     // nobody asked, for example a service left out of the scan
	Computed    Reason = "computed-at-apply" // infrastructure code decides it later
)

// Unknown marks an attribute that could not be read. It never counts as absent,
// false or empty: a check that needs it answers unknown.
type Unknown struct {
	// Path is where in the resource's config the value would stand, such as
	// "logging" or "rules[2].cidrs". Everything below it is unknown too.
	Path string `json:"path"`
	// Reason is why.
	Reason Reason `json:"reason"`
	// Permission is what would answer it, such as s3:GetBucketLogging; empty when
	// no permission would.
	Permission string `json:"permission,omitempty"`
	// Detail is the provider's own word on it, cut to one line.
	Detail string `json:"detail,omitempty"`
}
