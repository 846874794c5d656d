package picture_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/estate"
)

// TestMappingOwnsWhatAStackMade holds that what the user's mapping says of a resource
// counts whether or not the provider marked what made it.
func TestMappingOwnsWhatAStackMade(t *testing.T) {
	t.Parallel()
	for name, tags := range map[string]string{
		"untagged": "", "stack": `"aws:cloudformation:stack-name":"web"`, "group": `"aws:autoscaling:groupName":"web"`,
	} {
		ref := estate.Ref{ID: "arn:aws:sns:eu-west-1:123456789012:t", Type: "aws_sns_topic", Cloud: estate.AWS, Account: "123456789012", Region: "eu-west-1", Name: "t"}
		line := `{"id":"` + ref.ID + `","type":"aws_sns_topic","cloud":"aws","account":"123456789012","region":"eu-west-1","name":"t","tags":{` + tags + `},"config":{}}`
		p := priorities(t, shelf{{Cloud: estate.AWS, Account: ref.Account, Region: ref.Region, Type: ref.Type}: {[]byte(line)}})
		p.Finding(&estate.Finding{
			Key: "k", Check: "c", Title: "T", Status: estate.Fail, Severity: estate.High, Resource: ref, Context: &estate.Context{Owner: "shop", Environment: "production"},
		})
		list := p.Result()
		if len(list.Campaigns) != 1 || list.Campaigns[0].Owner != "shop" {
			t.Errorf("%s: %+v", name, list.Campaigns)
		}
	}
}
