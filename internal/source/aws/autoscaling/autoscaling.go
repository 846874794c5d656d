// Package autoscaling collects Amazon EC2 Auto Scaling.
package autoscaling

import (
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{group, launchConfiguration}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

// pageSize is the most that lists of the service give at once.
func pageSize() *int32 {
	n := int32(100)
	return &n
}

// split cuts a list that comes as text with commas; never nil.
func split(text string) []string {
	out := []string{}
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
