package identity_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/estate"
)

// policy joins statements, each given as its elements.
func policy(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[{` + strings.Join(statements, "},{") + `}]}`
}

const (
	allowAll = `"Effect":"Allow","Action":"*","Resource":"*"`
	denyAll  = `"Effect":"Deny","Action":"*","Resource":"*"`
)

func TestAdministers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		policy string
		want   estate.Tri
	}{
		"Star":                  {policy(allowAll), estate.Yes},
		"StarColonStar":         {policy(`"Effect":"Allow","Action":["s3:Get*","*:*"],"Resource":["arn:aws:s3:::b","*"]`), estate.Yes},
		"TwoStars":              {policy(`"Effect":"Allow","Action":"**","Resource":"**"`), estate.Yes},
		"ResourceByARN":         {policy(`"Effect":"Allow","Action":"*","Resource":"arn:aws:*"`), estate.Yes},
		"ResourceBySegments":    {policy(`"Effect":"Allow","Action":"*","Resource":"arn:aws-cn:*:*:*:*"`), estate.Yes},
		"OneService":            {policy(`"Effect":"Allow","Action":"iam:*","Resource":"*"`), estate.No},
		"ReadOfEverything":      {policy(`"Effect":"Allow","Action":"*:Get*","Resource":"*"`), estate.No},
		"OneBucket":             {policy(`"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b"`), estate.No},
		"SplitOverTwo":          {policy(`"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b"`, `"Effect":"Allow","Action":"s3:*","Resource":"*"`), estate.No},
		"UndoneByDeny":          {policy(allowAll, denyAll), estate.No},
		"DenyOfPart":            {policy(allowAll, `"Effect":"Deny","Action":"iam:*","Resource":"*"`), estate.Yes},
		"DenyOfOneResource":     {policy(allowAll, `"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::b"`), estate.Yes},
		"DenyWithoutMFA":        {policy(allowAll, denyAll+`,"Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}`), estate.Yes},
		"WithMFA":               {policy(allowAll + `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`), estate.Yes},
		"FromOffice":            {policy(allowAll + `,"Condition":{"IpAddress":{"aws:SourceIp":"8.8.8.0/24"}}`), estate.Yes},
		"TaggedResourcesOnly":   {policy(allowAll + `,"Condition":{"StringEquals":{"aws:ResourceTag/team":"blue"}}`), estate.No},
		"AnyTagValue":           {policy(allowAll + `,"Condition":{"StringLikeIfExists":{"aws:ResourceTag/team":"*"}}`), estate.Yes},
		"ThroughCloudFormation": {policy(allowAll + `,"Condition":{"ForAnyValue:StringEquals":{"aws:CalledVia":"cloudformation.amazonaws.com"}}`), estate.No},
		"OneRegion":             {policy(allowAll + `,"Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}`), estate.Maybe},
		"UnknownKey":            {policy(allowAll + `,"Condition":{"StringEquals":{"x:y":"z"}}`), estate.Maybe},
		"UnknownBesideOpen":     {policy(allowAll+`,"Condition":{"StringEquals":{"x:y":"z"}}`, allowAll), estate.Yes},
		"NotAction":             {policy(`"Effect":"Allow","NotAction":"iam:*","Resource":"*"`), estate.No},
		"Nothing":               {`{"Statement":[]}`, estate.No},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := identity.Administers(parse(t, test.policy)); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestAllowsAllBut(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		policy string
		want   estate.Tri
	}{
		"NotAction":            {policy(`"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"`), estate.Yes},
		"NotActionOneResource": {policy(`"Effect":"Allow","NotAction":"iam:*","Resource":"arn:aws:s3:::b"`), estate.No},
		"NotActionDenied":      {policy(`"Effect":"Deny","NotAction":"iam:*","Resource":"*"`), estate.No},
		"NotResource":          {policy(`"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::b"`), estate.Yes},
		"NotResourceOneAction": {policy(`"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::b"`), estate.No},
		"NotActionNotResource": {policy(`"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::b"`), estate.Yes},
		"Administrator":        {policy(allowAll), estate.No},
		"UndoneByDeny":         {policy(`"Effect":"Allow","NotAction":"iam:*","Resource":"*"`, denyAll), estate.No},
		"UnknownKey":           {policy(`"Effect":"Allow","NotAction":"iam:*","Resource":"*","Condition":{"StringEquals":{"x:y":"z"}}`), estate.Maybe},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := identity.AllowsAllBut(parse(t, test.policy)); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestServiceWildcards(t *testing.T) {
	t.Parallel()
	s3 := []identity.ServiceGrant{{Service: "s3", Verdict: estate.Yes, Statements: []int{0}}}
	grant := func(action, resource, more string) string {
		return `"Effect":"Allow","Action":` + action + `,"Resource":` + resource + more
	}
	tests := map[string]struct {
		policy string
		want   []identity.ServiceGrant
	}{
		"Plain":               {policy(grant(`"s3:*"`, `"*"`, "")), s3},
		"TwoStars":            {policy(grant(`"s3:**"`, `"*"`, "")), s3},
		"UpperCase":           {policy(grant(`"S3:*"`, `"*"`, "")), s3},
		"AtLeastOneCharacter": {policy(grant(`"s3:?*"`, `"*"`, "")), s3},
		"AllBuckets":          {policy(grant(`"s3:*"`, `"arn:aws:s3:::*"`, "")), s3},
		"AllBucketsAndMore":   {policy(grant(`["s3:*"]`, `["arn:aws:s3:::b","arn:aws:s3:::*"]`, "")), s3},
		"AllByEverySegment":   {policy(grant(`"s3:*"`, `"arn:*:s3:*:*:*"`, "")), s3},
		"ReadsOnly":           {policy(grant(`["s3:Get*","s3:List*"]`, `"*"`, "")), nil},
		"OneBucket":           {policy(grant(`"s3:*"`, `["arn:aws:s3:::b","arn:aws:s3:::b/*"]`, "")), nil},
		"BucketPrefix":        {policy(grant(`"s3:*"`, `"arn:aws:s3:::b*"`, "")), nil},
		"OtherService":        {policy(grant(`"s3:*"`, `"arn:aws:sqs:*:*:*"`, "")), nil},
		"OneRegion":           {policy(grant(`"sqs:*"`, `"arn:aws:sqs:eu-west-1:*:*"`, "")), nil},
		"OwnAccount": {policy(grant(`"sqs:*"`, `"arn:aws:sqs:*:111122223333:*"`, "")),
			[]identity.ServiceGrant{{Service: "sqs", Verdict: estate.Yes, Statements: []int{0}}}},
		"Everything":        {policy(allowAll), nil},
		"EverythingByColon": {policy(grant(`"*:*"`, `"*"`, "")), nil},
		"ServicePattern": {policy(grant(`"s3*:*"`, `"*"`, "")),
			[]identity.ServiceGrant{{Service: "s3*", Verdict: estate.Yes, Statements: []int{0}}}},
		"SeveralInOrder": {policy(grant(`["sqs:*","iam:*"]`, `"*"`, ""), grant(`"iam:*"`, `"*"`, "")),
			[]identity.ServiceGrant{{Service: "iam", Verdict: estate.Yes, Statements: []int{0, 1}}, {Service: "sqs", Verdict: estate.Yes, Statements: []int{0}}}},
		"AllBucketsButSome": {policy(`"Effect":"Allow","Action":"s3:*","NotResource":["arn:aws:s3:::secret","arn:aws:s3:::secret/*"]`), s3},
		"AllButItsBuckets":  {policy(`"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::*"`), nil},
		"AllButEverything":  {policy(`"Effect":"Allow","Action":"s3:*","NotResource":"*"`), nil},
		"Denied":            {policy(grant(`"s3:*"`, `"*"`, ""), `"Effect":"Deny","Action":"S3:*","Resource":"*"`), nil},
		"AllDenied":         {policy(grant(`"s3:*"`, `"*"`, ""), denyAll), nil},
		"PartDenied":        {policy(grant(`"s3:*"`, `"*"`, ""), `"Effect":"Deny","Action":"s3:Delete*","Resource":"*"`), s3},
		"DeniedSomehow":     {policy(grant(`"s3:*"`, `"*"`, ""), denyAll+`,"Condition":{"Bool":{"aws:SecureTransport":"false"}}`), s3},
		"Tagged":            {policy(grant(`"s3:*"`, `"*"`, `,"Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}`)), nil},
		"WithMFA":           {policy(grant(`"s3:*"`, `"*"`, `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":true}}`)), s3},
		"UnknownKey": {policy(grant(`"s3:*"`, `"*"`, `,"Condition":{"StringEquals":{"x:y":"z"}}`)),
			[]identity.ServiceGrant{{Service: "s3", Verdict: estate.Maybe, Statements: []int{0}}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := identity.ServiceWildcards(parse(t, test.policy))
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
