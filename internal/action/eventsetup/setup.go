// Package eventsetup writes what an organisation needs so that its changes reach Stance: a
// rule in each account and region that sends management events that change something to a
// bus of the audit account, a rule there that puts them into one queue, and the least
// policies for both.
//
// The texts come from the event sources that the resource types declare; they hold no
// secret and are applied by the reader, never by Stance.
package eventsetup

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// Options say for whom the texts are.
type Options struct {
	// Organization is its id, o-….
	Organization string
	// AuditAccount and Region are where the bus and the queue stand.
	AuditAccount, Region string
	// Partition is aws, aws-cn or aws-us-gov; aws when empty.
	Partition string
	// Name begins the names of all that is made; stance-events when empty.
	Name string
	// Reader is the ARN of the role or user that Stance reads the queue with.
	Reader string
	// Units are the organisational units, or the root, whose accounts send events.
	Units []string
	// Regions are those that events are sent from; IAM and other global services tell of
	// theirs in us-east-1.
	Regions []string
	// Sources are the services that are listened to (event.Index.Sources).
	Sources []string
}

var shapes = map[string]*regexp.Regexp{
	"organization": regexp.MustCompile(`^o-[a-z0-9]{10,32}$`),
	"account":      regexp.MustCompile(`^\d{12}$`),
	"region":       regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`),
	"partition":    regexp.MustCompile(`^aws(-cn|-us-gov)?$`),
	"name":         regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{0,31}$`),
	"reader":       regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]{1,512}$`),
	"unit":         regexp.MustCompile(`^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$`),
	"source":       regexp.MustCompile(`^[a-z0-9-]{1,64}\.amazonaws\.com$`),
}

// check fills in what is usual and refuses what does not have its shape, so that no text
// holds anything else.
func (o *Options) check() error {
	if o.Partition == "" {
		o.Partition = "aws"
	}
	if o.Name == "" {
		o.Name = "stance-events"
	}
	single := map[string]string{
		"organization": o.Organization, "account": o.AuditAccount, "region": o.Region, "partition": o.Partition, "name": o.Name, "reader": o.Reader,
	}
	for _, what := range []string{"organization", "account", "region", "partition", "name", "reader"} {
		if !shapes[what].MatchString(single[what]) {
			return refused(what, single[what])
		}
	}
	many := map[string][]string{"unit": o.Units, "region": o.Regions, "source": o.Sources}
	for _, what := range []string{"unit", "region", "source"} {
		if len(many[what]) == 0 {
			return refused(what, "")
		}
		for _, v := range many[what] {
			if !shapes[what].MatchString(v) {
				return refused(what, v)
			}
		}
	}
	o.Sources = slices.Compact(slices.Sorted(slices.Values(o.Sources)))
	return nil
}

func refused(what, value string) error {
	return estate.Errorf(estate.CodeInvalid, "write the event set-up", "%q is no %s", value, what)
}

// patternLimit is how long EventBridge lets the pattern of a rule be, in characters
// ("Amazon EventBridge quotas").
const patternLimit = 2048

// patterns returns the event patterns of the rules: management events that change
// something and did not fail, of the sources, in as few rules as the limit allows.
func patterns(sources []string) []string {
	var list []string
	for len(sources) > 0 {
		n := len(sources)
		for n > 1 && len(pattern(sources[:n])) > patternLimit {
			n--
		}
		list = append(list, pattern(sources[:n]))
		sources = sources[n:]
	}
	return list
}

func pattern(sources []string) string {
	return fmt.Sprintf(`{"source":[{"prefix":"aws."}],"detail-type":["AWS API Call via CloudTrail","AWS Service Event via CloudTrail"],`+
		`"detail":{"eventSource":[%s],"readOnly":[false],"errorCode":[{"exists":false}]}}`, quoted(sources, ","))
}

func quoted(list []string, between string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = `"` + s + `"`
	}
	return strings.Join(out, between)
}

// note is what stands above each text.
func note(o Options) string {
	return fmt.Sprintf(`# Change events of organisation %s for Stance.
#
# EventBridge tells of API calls only where CloudTrail records management events: a trail
# for the whole organisation, in all regions, must exist. Read-only events need none of this.
# Delivery is best effort, mostly within seconds; Stance's regular readings find the rest.
`, o.Organization)
}
